public import Tensors

/// Where a batch normalisation takes mean and variance from.
public enum NormalizationMoments: Sendable {
  /// From the batch itself, as in training. They are written to these, [1, C] each, for whoever
  /// follows them with running means; the variance as an estimate for all data (divided by N − 1).
  case batch(mean: Tensor, variance: Tensor)
  /// From elsewhere, [1, C] each: constants.
  case given(mean: Tensor, variance: Tensor)
}

extension Graph {
  /// Each column of x with mean 0 and variance 1, times a gain, plus a shift (Ioffe & Szegedy
  /// 2015), limited to 0 … ceiling where there is one (6: ReLU6, Krizhevsky 2010).
  ///
  /// In training x is used up: its gradient's memory serves the result first, and is turned into
  /// the gradient of x. What is made for a normalisation, such as a convolution's result, has no
  /// other use.
  ///
  /// - Parameters:
  ///   - x: [N, C].
  ///   - gain: [1, C].
  ///   - shift: [1, C].
  ///   - epsilon: added to the variance.
  /// - Returns: [N, C].
  public func batchNormalized(
    _ x: Variable, gain: Parameter, shift: Parameter, moments: NormalizationMoments,
    epsilon: Float, ceiling: Float?
  ) -> Variable {
    let (g, s) = (self[gain], self[shift])
    let columns = x.columns
    let (mean, variance, isOfBatch) = self.moments(moments, of: x.value)
    let (scale, offset) = (scratch(rows: 1, columns: columns), scratch(rows: 1, columns: columns))
    for column in 0..<columns {
      let factor = g.value[0, column] / (variance[0, column] + epsilon).squareRoot()
      scale[0, column] = factor
      offset[0, column] = s.value[0, column] - mean[0, column] * factor
    }
    // Without a tape nobody asks for x again.
    let value = mode == .training ? scratch(rows: x.rows, columns: columns) : x.value
    scaleColumns(x.value, by: scale, plus: offset, ceiling: ceiling, into: value)
    let y = Variable(value: value, gradient: x.gradient)
    record { [self] in
      guard let dy = y.gradient else { return }
      let sums = columnGradientSums(
        dy, x.value, mean: mean, output: y.value, ceiling: ceiling)
      let (slope, constant) = (
        scratch(rows: 1, columns: columns), scratch(rows: 1, columns: columns)
      )
      for column in 0..<columns {
        // 1 / √(variance + ε), whose square makes Σ dy (x − mean) the share of each x − mean.
        let inverse = 1 / Double(variance[0, column] + epsilon).squareRoot()
        let (gradient, deviation) = (sums.gradient[column], sums.deviation[column])
        if let dGain = g.gradient { dGain[0, column] += Float(deviation * inverse) }
        if let dShift = s.gradient { dShift[0, column] += Float(gradient) }
        let share = isOfBatch ? Double(scale[0, column]) / Double(x.rows) : 0
        let factor = -share * deviation * inverse * inverse
        slope[0, column] = Float(factor)
        constant[0, column] = Float(-share * gradient - factor * Double(mean[0, column]))
      }
      replaceByNormalizationGradient(dy, x.value, scale: scale, slope: slope, shift: constant)
    }
    return y
  }

  /// Mean and variance to normalise by, and whether they are the batch's own.
  private func moments(
    _ moments: NormalizationMoments, of x: Tensor
  ) -> (mean: Tensor, variance: Tensor, isOfBatch: Bool) {
    switch moments {
    case .given(let mean, let variance): return (mean, variance, false)
    case .batch(let meanSeen, let varianceSeen):
      let mean = scratch(rows: 1, columns: x.columns)
      let variance = scratch(rows: 1, columns: x.columns)
      columnMoments(x, mean: mean, variance: variance)
      copy(mean, to: meanSeen)
      copy(variance, to: varianceSeen)
      scale(varianceSeen, by: Float(x.rows) / Float(max(x.rows - 1, 1)))
      return (mean, variance, true)
    }
  }
}
