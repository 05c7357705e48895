public import Tensors

extension Graph {
  /// A convolution of all channels: the product of what the window sees with the weights. Made for
  /// the first layer, where a window holds few numbers; they are gathered image by image, and again
  /// for the gradient.
  ///
  /// - Parameters:
  ///   - x: [grid.rows, C].
  ///   - weight: [out, taps · C]: taps row by row, each with all its channels.
  /// - Returns: [output rows, out].
  public func convolution(
    _ x: Variable, _ grid: Grid, _ weight: Parameter, window: Window
  ) -> Variable {
    let output = window.output(of: grid)
    let y = make(rows: output.rows, columns: weight.rows)
    let patches = scratch(rows: output.places, columns: weight.columns)
    let rows = 0..<output.height
    for image in 0..<grid.batch {
      gatherPatches(
        x.value.slice(grid.rows(of: image)), grid, window: window, rows: rows, into: patches)
      product(patches, with: weight, into: y.value.slice(output.rows(of: image)))
    }
    record { [self] in
      guard let dyAll = y.gradient else { return }
      for image in 0..<grid.batch {
        let dy = dyAll.slice(output.rows(of: image))
        if let dWeight = self[weight].gradient {
          gatherPatches(
            x.value.slice(grid.rows(of: image)), grid, window: window, rows: rows, into: patches)
          addWeightGradient(dy, patches, to: dWeight)
        }
        guard let dx = x.gradient?.slice(grid.rows(of: image)) else { continue }
        fill(patches, with: 0)
        addProduct(dy, with: weight, to: patches)
        scatterAddPatches(patches, grid, window: window, rows: rows, to: dx)
      }
    }
    return y
  }
}
