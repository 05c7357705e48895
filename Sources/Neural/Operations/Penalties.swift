internal import Tensors

extension Graph {
  /// Adds the gradient of factor · Σ x²: activations are to stay small (activation regularisation, Merity et al.
  /// 2017, "Revisiting activation regularization for language RNNs", sec. 3).
  ///
  /// - Parameter x: [N, H].
  /// - Returns: factor · Σ x².
  public func addActivationPenalty(_ x: Variable, factor: Float) -> Double {
    if let dx = x.gradient { add(x.value, times: 2 * factor, to: dx) }
    return Double(factor) * sumOfSquares(x.value)
  }

  /// Adds the gradient of factor · Σ (xₜ − xₜ₋₁)²: what a sequence's states change by from step to step is to stay
  /// small (temporal activation regularisation, Merity et al. 2017, as above).
  ///
  /// - Parameters:
  ///   - x: all steps' states, [N, H].
  ///   - steps: the rows of each step; each has no more than the one before.
  /// - Returns: factor · Σ (xₜ − xₜ₋₁)².
  public func addTemporalActivationPenalty(_ x: Variable, steps: [Range<Int>], factor: Float)
    -> Double
  {
    guard let first = steps.first else { return 0 }
    let room = scratch(rows: first.count, columns: x.columns)
    var sum = 0.0
    for (before, now) in zip(steps, steps.dropFirst()) {
      let change = room.slice(0..<now.count)
      let old = before.lowerBound..<before.lowerBound + now.count
      copy(x.value.slice(now), to: change)
      add(x.value.slice(old), times: -1, to: change)
      sum += sumOfSquares(change)
      if let dx = x.gradient {
        add(change, times: 2 * factor, to: dx.slice(now))
        add(change, times: -2 * factor, to: dx.slice(old))
      }
    }
    return Double(factor) * sum
  }

  /// Each row times a number of its own.
  ///
  /// - Parameters:
  ///   - x: [N, any].
  ///   - factors: N numbers.
  public func scaledRows(_ x: Variable, by factors: [Float]) -> Variable {
    precondition(factors.count == x.rows)
    let y = make(rows: x.rows, columns: x.columns)
    copy(x.value, to: y.value)
    for (row, factor) in factors.enumerated() { scale(y.value.slice(row..<row + 1), by: factor) }
    record { [dy = y.gradient, dx = x.gradient] in
      guard let dy, let dx else { return }
      for (row, factor) in factors.enumerated() {
        add(dy.slice(row..<row + 1), times: factor, to: dx.slice(row..<row + 1))
      }
    }
    return y
  }
}
