/// What a window sees at each place, row by row of a matrix: a convolution is its product with the
/// weights. A row holds the window's places in order, each with all its channels; zeros outside the
/// map.
///
/// - Parameters:
///   - x: one map, [height · width, C].
///   - grid: its places.
///   - rows: rows of the result to be made.
///   - patches: [rows · output width, taps · C].
public func gatherPatches(
  _ x: Tensor, _ grid: Grid, window: Window, rows: Range<Int>, into patches: Tensor
) {
  checkPatches(x, grid, window, rows, patches)
  let channels = x.columns
  forEachPatchLine(grid, window, rows) { patch, tapRow, inside, place in
    let line = patches.base + patch * patches.columns + tapRow * window.kernel * channels
    let (first, last) = (inside.lowerBound * channels, inside.upperBound * channels)
    for index in 0..<first { line[index] = 0 }
    copyRun(x.base + place * channels, to: line + first, count: last - first)
    for index in last..<window.kernel * channels { line[index] = 0 }
  }
}

/// dx += the gradient of `gatherPatches`.
public func scatterAddPatches(
  _ patches: Tensor, _ grid: Grid, window: Window, rows: Range<Int>, to dx: Tensor
) {
  checkPatches(dx, grid, window, rows, patches)
  let channels = dx.columns
  forEachPatchLine(grid, window, rows) { patch, tapRow, inside, place in
    let line =
      patches.base + patch * patches.columns
      + (tapRow * window.kernel + inside.lowerBound) * channels
    let target = dx.base + place * channels
    for index in 0..<inside.count * channels { target[index] += line[index] }
  }
}

private func checkPatches(
  _ x: Tensor, _ grid: Grid, _ window: Window, _ rows: Range<Int>, _ patches: Tensor
) {
  let output = window.output(of: grid)
  precondition(
    x.rows == grid.places && rows.upperBound <= output.height
      && patches.rows == rows.count * output.width && patches.columns == window.taps * x.columns,
    "\(x.shape) of \(grid) in patches \(patches.shape)")
}

/// Hands over each row of each window: the window's number, its row, which of the row's places are
/// inside the map (none where the whole row is outside), and the first of these in the map.
@inline(__always)
private func forEachPatchLine(
  _ grid: Grid, _ window: Window, _ rows: Range<Int>,
  _ body: (_ patch: Int, _ tapRow: Int, _ inside: Range<Int>, _ place: Int) -> Void
) {
  let width = window.output(of: grid).width
  let (top, left) = (window.padding(before: grid.height), window.padding(before: grid.width))
  for row in rows {
    for tapRow in 0..<window.kernel {
      let y = row * window.stride - top + tapRow
      let isInside = y >= 0 && y < grid.height
      for column in 0..<width {
        let x = column * window.stride - left
        let first = max(0, -x)
        let last = min(window.kernel, grid.width - x)
        let inside = isInside && first < last ? first..<last : 0..<0
        body(
          (row - rows.lowerBound) * width + column, tapRow, inside,
          isInside ? y * grid.width + x + inside.lowerBound : 0)
      }
    }
  }
}
