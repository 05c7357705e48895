internal import CDepthwise

/// Slides over each channel a window of its own weights (Sifre & Mallat 2013; as a layer, Chollet
/// 2017).
///
/// - Parameters:
///   - x: [grid.rows, C].
///   - weights: [taps, C], taps row by row.
///   - y: [output rows, C]; overwritten.
public func depthwiseConvolve(
  _ x: Tensor, _ grid: Grid, weights: Tensor, window: Window, into y: Tensor
) {
  depthwiseConvolve(x, grid, weights: weights, window: window, into: y, kernels: .best)
}

package func depthwiseConvolve(
  _ x: Tensor, _ grid: Grid, weights: Tensor, window: Window, into y: Tensor,
  kernels: DepthwiseKernels
) {
  let output = window.output(of: grid)
  check(x, grid, weights, window, y)
  for image in 0..<grid.batch {
    depthwiseConvolve(
      DepthwiseBand(
        grid: grid, window: window, rows: 0..<output.height, channels: 0..<x.columns),
      x.slice(grid.rows(of: image)), at: 0, weights: weights, bias: nil, ceiling: nil,
      into: y.slice(output.rows(of: image)), kernels: kernels)
  }
}

/// Part of a depthwise convolution of one map: some rows of the result and some channels.
package struct DepthwiseBand: Sendable {
  /// Of the whole map.
  package let grid: Grid
  package let window: Window
  /// Rows of the result.
  package let rows: Range<Int>
  package let channels: Range<Int>

  package init(grid: Grid, window: Window, rows: Range<Int>, channels: Range<Int>) {
    self.grid = grid
    self.window = window
    self.rows = rows
    self.channels = channels
  }

  /// Rows of the map it is made from.
  package var inputRows: Range<Int> { window.inputRows(for: rows, of: grid) }
}

/// Makes a band of a result, with a bias and a limit.
///
/// - Parameters:
///   - x: the band's rows of the map, or the whole map: [places, any]; the first of the band's
///     channels is its column `column`.
///   - weights: [taps, C].
///   - bias: [1, C], or nil for none.
///   - ceiling: results are limited to 0 … ceiling; nil for no limit.
///   - y: the whole result, [places, C], of which the band is written.
package func depthwiseConvolve(
  _ band: DepthwiseBand, _ x: Tensor, at column: Int, weights: Tensor, bias: Tensor?,
  ceiling: Float?, into y: Tensor, kernels: DepthwiseKernels = .best
) {
  let (grid, channels) = (band.grid, band.channels)
  let output = band.window.output(of: grid)
  let inputRows = band.inputRows
  let first = x.rows == grid.places ? 0 : inputRows.lowerBound
  precondition(
    x.rows == grid.places || x.rows >= inputRows.count * grid.width, "\(x.shape) for a band")
  precondition(column + channels.count <= x.columns && channels.upperBound <= y.columns)
  precondition(y.rows == output.places && band.rows.upperBound <= output.height)
  precondition(weights.columns == y.columns && weights.rows == band.window.taps)
  precondition(bias == nil || bias?.count == y.columns)
  var window = s2s_window(band.window, over: grid)
  let closing = s2s_closing(
    bias: bias.map { UnsafePointer($0.base + channels.lowerBound) }, ceiling: ceiling ?? 0)
  kernels.pointer.pointee.forward(
    &window, Int32(channels.count), Int32(band.rows.lowerBound), Int32(band.rows.upperBound),
    x.base + column, Int32(first), x.columns, weights.base + channels.lowerBound, weights.columns,
    closing, y.base + band.rows.lowerBound * output.width * y.columns + channels.lowerBound,
    y.columns)
}

/// dx += the gradient of `depthwiseConvolve` for its maps.
///
/// - Parameters:
///   - dy: [output rows, C].
///   - grid: of dx.
///   - dx: [grid.rows, C].
public func addDepthwiseInputGradient(
  _ dy: Tensor, _ grid: Grid, weights: Tensor, window: Window, to dx: Tensor
) {
  addDepthwiseInputGradient(
    dy, grid, weights: weights, window: window, to: dx, kernels: .best)
}

package func addDepthwiseInputGradient(
  _ dy: Tensor, _ grid: Grid, weights: Tensor, window: Window, to dx: Tensor,
  kernels: DepthwiseKernels
) {
  check(dx, grid, weights, window, dy)
  let output = window.output(of: grid)
  var shape = s2s_window(window, over: grid)
  for image in 0..<grid.batch {
    kernels.pointer.pointee.input_gradient(
      &shape, Int32(dx.columns), dy.slice(output.rows(of: image)).base, weights.base,
      dx.slice(grid.rows(of: image)).base)
  }
}

/// dWeights += the gradient of `depthwiseConvolve` for its weights.
///
/// - Parameters:
///   - dy: [output rows, C].
///   - x: [grid.rows, C].
///   - dWeights: [taps, C].
public func addDepthwiseWeightGradient(
  _ dy: Tensor, _ x: Tensor, _ grid: Grid, window: Window, to dWeights: Tensor
) {
  addDepthwiseWeightGradient(dy, x, grid, window: window, to: dWeights, kernels: .best)
}

package func addDepthwiseWeightGradient(
  _ dy: Tensor, _ x: Tensor, _ grid: Grid, window: Window, to dWeights: Tensor,
  kernels: DepthwiseKernels
) {
  check(x, grid, dWeights, window, dy)
  let output = window.output(of: grid)
  var shape = s2s_window(window, over: grid)
  for image in 0..<grid.batch {
    kernels.pointer.pointee.weight_gradient(
      &shape, Int32(x.columns), dy.slice(output.rows(of: image)).base,
      x.slice(grid.rows(of: image)).base, dWeights.base)
  }
}

/// Adds a bias to some columns of c and limits them to 0 … ceiling, in place.
///
/// - Parameters:
///   - columns: of c.
///   - bias: begins with the first of these columns, and has at least as many.
package func addBiasAndLimit(
  _ c: Tensor, columns: Range<Int>, bias: Tensor, ceiling: Float?,
  kernels: DepthwiseKernels = .best
) {
  precondition(columns.upperBound <= c.columns && columns.count <= bias.count)
  let closing = s2s_closing(bias: bias.base, ceiling: ceiling ?? 0)
  kernels.pointer.pointee.close(
    Int32(c.rows), Int32(columns.count), closing, c.base + columns.lowerBound, c.columns)
}

private func check(
  _ x: Tensor, _ grid: Grid, _ weights: Tensor, _ window: Window, _ y: Tensor
) {
  precondition(
    x.rows == grid.rows && y.rows == window.output(of: grid).rows && x.columns == y.columns
      && weights.rows == window.taps && weights.columns == x.columns,
    "\(x.shape) of \(grid) with \(weights.shape) to \(y.shape)")
}
