internal import Tensors

extension Graph {
  /// Each row of x with mean 0 and variance 1, times a gain, plus a shift (Ba et al. 2016).
  ///
  /// - Parameters:
  ///   - x: [N, W].
  ///   - gain: [1, W].
  ///   - shift: [1, W].
  ///   - target: where the result is added, or nil for a variable of its own.
  /// - Returns: the target, [N, W].
  @discardableResult
  public func layerNormalized(
    _ x: Variable, gain: Parameter, shift: Parameter? = nil, addedTo target: Variable? = nil
  ) -> Variable {
    let y = target ?? make(rows: x.rows, columns: x.columns)
    let (g, s) = (self[gain], shift.map { self[$0] })
    let normalized = scratch(rows: x.rows, columns: x.columns)
    let deviations = scratch(rows: x.rows, columns: 1)
    layerNormalize(
      x.value, gain: g.value, shift: s?.value, normalized: normalized, deviations: deviations,
      into: y.value, accumulate: target != nil)
    record {
      guard let dy = y.gradient else { return }
      addLayerNormalizeGradient(
        dy, normalized: normalized, deviations: deviations, gain: g.value, dx: x.gradient,
        dGain: g.gradient, dShift: s?.gradient)
    }
    return y
  }
}
