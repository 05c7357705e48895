/// Logarithm of the sum of the exponentials of `count` numbers, and their largest.
@inline(__always)
func logSumExp(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  var peaks = Lanes(repeating: -.infinity)
  var index = 0
  while index + laneCount <= count {
    let lanes = load(x, index)
    peaks.replace(with: lanes, where: lanes .> peaks)
    index += laneCount
  }
  var peak = peaks.max()
  for rest in index..<count where x[rest] > peak { peak = x[rest] }
  guard peak.isFinite else { return peak }
  var sums = Lanes(repeating: 0)
  index = 0
  while index + laneCount <= count {
    sums += exponential(load(x, index) - peak)
    index += laneCount
  }
  var sum = sums.sum()
  if index < count {
    let tail = exponential(loadTail(x, index, count) - peak)
    for lane in 0..<(count - index) { sum += tail[lane] }
  }
  return peak + naturalLogarithm(sum)
}

/// Each row less the logarithm of the sum of its exponentials: log-probabilities, in place.
public func applyLogSoftmax(_ x: Tensor) {
  for row in 0..<x.rows {
    let values = x.base + row * x.columns
    let normalizer = logSumExp(values, x.columns)
    mapLanes(x.columns, from: values, to: values) { $0 - normalizer }
  }
}

/// Softmax over `count` numbers, in place.
@inline(__always)
func softmaxInPlace(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
  let normalizer = logSumExp(x, count)
  mapLanes(count, from: x, to: x) { exponential($0 - normalizer) }
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
///   - logits: [N, V]; on return scale · (softmax − smoothed target), if `gradient` is set.
///   - targets: N indices below V.
///   - scale: what the gradient is multiplied by, usually 1 / tokens of the whole batch.
public func softmaxCrossEntropy(
  logits: Tensor, targets: ArraySlice<Int>, smoothing: Float, scale: Float, gradient: Bool
) -> CrossEntropySums {
  precondition(targets.count == logits.rows)
  let size = logits.columns
  let evenly = smoothing / Float(size)
  var sums = CrossEntropySums()
  sums.tokens = targets.count
  for (row, target) in targets.enumerated() {
    precondition(target >= 0 && target < size, "target \(target) of \(size)")
    let x = logits.base + row * size
    let normalizer = logSumExp(x, size)
    let likelihood = Double(normalizer - x[target])
    sums.negativeLogLikelihood += likelihood
    if smoothing > 0 {
      var total = Lanes(repeating: 0)
      var index = 0
      while index + laneCount <= size {
        total += load(x, index)
        index += laneCount
      }
      var sum = Double(total.sum())
      while index < size {
        sum += Double(x[index])
        index += 1
      }
      let mean = Double(normalizer) - sum / Double(size)
      sums.smoothed += Double(1 - smoothing) * likelihood + Double(smoothing) * mean
    } else {
      sums.smoothed += likelihood
    }
    if gradient {
      mapLanes(size, from: x, to: x) { (exponential($0 - normalizer) - evenly) * scale }
      x[target] -= (1 - smoothing) * scale
    }
  }
  return sums
}
