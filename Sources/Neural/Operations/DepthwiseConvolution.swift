public import Tensors

extension Graph {
  /// A convolution of each channel by itself (see `Tensors.depthwiseConvolve`).
  ///
  /// - Parameters:
  ///   - x: [grid.rows, C].
  ///   - weight: [taps, C].
  /// - Returns: [output rows, C].
  public func depthwiseConvolution(
    _ x: Variable, _ grid: Grid, _ weight: Parameter, window: Window
  ) -> Variable {
    let y = make(rows: window.output(of: grid).rows, columns: x.columns)
    let w = self[weight]
    depthwiseConvolve(x.value, grid, weights: w.value, window: window, into: y.value)
    record {
      guard let dy = y.gradient else { return }
      if let dx = x.gradient {
        addDepthwiseInputGradient(dy, grid, weights: w.value, window: window, to: dx)
      }
      if let dw = w.gradient {
        addDepthwiseWeightGradient(dy, x.value, grid, window: window, to: dw)
      }
    }
    return y
  }
}
