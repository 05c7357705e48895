internal import CVectors

/// Logarithm of the sum of the exponentials of `count` numbers.
private func logSumExp(_ x: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
  let (peak, _) = peakAndTotal(x, count)
  guard peak.isFinite else { return peak }
  return peak + naturalLogarithm(vectors.sum_of_exponentials(count, peak, x))
}

/// Each row less the logarithm of the sum of its exponentials: log-probabilities, in place.
public func applyLogSoftmax(_ x: Tensor) {
  for row in 0..<x.rows {
    let values = x.base + row * x.columns
    vectors.scale(x.columns, 1, logSumExp(values, x.columns), values)
  }
}

/// Softmax over `count` numbers, in place.
func softmaxInPlace(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
  _ = vectors.exponentials(count, logSumExp(x, count), x)
}

/// What a block of rows contributed to the loss, summed over rows, in nats.
public struct CrossEntropySums: Sendable, Equatable {
  /// With label smoothing, what is minimised.
  public var smoothed = 0.0
  /// Without: the negative log-likelihood of the targets.
  public var negativeLogLikelihood = 0.0
  /// How many targets these are sums over.
  public var tokens = 0

  public init() {}

  /// Of one of `copies` of the same targets, in the mean.
  public func mean(of copies: Int) -> Self {
    guard copies > 1 else { return self }
    var mean = self
    mean.smoothed /= Double(copies)
    mean.negativeLogLikelihood /= Double(copies)
    mean.tokens /= copies
    return mean
  }

  public static func += (left: inout Self, right: Self) {
    left.smoothed += right.smoothed
    left.negativeLogLikelihood += right.negativeLogLikelihood
    left.tokens += right.tokens
  }
}

/// Cross-entropy of softmax(logits) against targets with label smoothing (Szegedy et al. 2016, sec. 7:
/// mass ε spread evenly over the vocabulary); the logits are replaced by their gradient.
///
/// - Parameters:
///   - logits: [N, V]; used up: on return scale · (softmax − smoothed target), if `gradient` is set.
///   - targets: N indices below V.
///   - scale: what the gradient is multiplied by, usually 1 / tokens of the whole batch.
public func softmaxCrossEntropy(
  logits: Tensor, targets: ArraySlice<Int>, smoothing: Float, scale: Float, gradient: Bool
) -> CrossEntropySums {
  precondition(targets.count == logits.rows)
  let size = logits.columns
  let evenly = smoothing / Float(size)
  var sums = CrossEntropySums()
  for (row, target) in targets.enumerated() {
    let x = logits.base + row * size
    let softmax = exponentiate(
      x, size, target: target, smoothing: smoothing, addingTo: &sums)
    if gradient {
      let share = scale / softmax.mass
      let taken = evenly * scale
      vectors.scale(size, share, taken, x)
      x[target] -= (1 - smoothing) * scale
    }
  }
  return sums
}

/// Replaces a row of logits by their exponentials, the largest being 1, and adds what the row costs.
///
/// - Returns: the sum of the exponentials, and what logits are log-probabilities less.
func exponentiate(
  _ x: UnsafeMutablePointer<Float>, _ size: Int, target: Int, smoothing: Float,
  addingTo sums: inout CrossEntropySums
) -> (mass: Float, normalizer: Float) {
  precondition(target >= 0 && target < size, "target \(target) of \(size)")
  let wanted = x[target]
  let (peak, total) = peakAndTotal(x, size)
  let mass = vectors.exponentials(size, peak, x)
  let normalizer = peak + naturalLogarithm(mass)
  let likelihood = Double(normalizer - wanted)
  sums.negativeLogLikelihood += likelihood
  let mean = Double(normalizer) - total / Double(size)
  sums.smoothed += Double(1 - smoothing) * likelihood + Double(smoothing) * mean
  sums.tokens += 1
  return (mass, normalizer)
}

/// The largest of `count` numbers and their sum.
private func peakAndTotal(
  _ x: UnsafeMutablePointer<Float>, _ count: Int
) -> (peak: Float, total: Double) {
  var (peak, total): (Float, Float) = (0, 0)
  vectors.peak_and_total(count, x, &peak, &total)
  return (peak, Double(total))
}
