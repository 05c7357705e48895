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
  sums.tokens = targets.count
  for (row, target) in targets.enumerated() {
    precondition(target >= 0 && target < size, "target \(target) of \(size)")
    let x = logits.base + row * size
    let wanted = x[target]
    let (peak, total) = peakAndTotal(x, size)
    let mass = replaceByExponentials(x, size, less: peak)
    let normalizer = peak + naturalLogarithm(mass)
    let likelihood = Double(normalizer - wanted)
    sums.negativeLogLikelihood += likelihood
    let mean = Double(normalizer) - total / Double(size)
    sums.smoothed += Double(1 - smoothing) * likelihood + Double(smoothing) * mean
    if gradient {
      let share = scale / mass
      let taken = evenly * scale
      mapLanes(size, from: x, to: x) { $0 * share - taken }
      x[target] -= (1 - smoothing) * scale
    }
  }
  return sums
}

/// The largest of `count` numbers and their sum.
@inline(__always)
private func peakAndTotal(_ x: UnsafePointer<Float>, _ count: Int) -> (peak: Float, total: Double) {
  var peaks = Lanes(repeating: -.infinity)
  var totals = Lanes(repeating: 0)
  var index = 0
  while index + laneCount <= count {
    let lanes = load(x, index)
    peaks.replace(with: lanes, where: lanes .> peaks)
    totals += lanes
    index += laneCount
  }
  var (peak, total) = (peaks.max(), Double(totals.sum()))
  while index < count {
    if x[index] > peak { peak = x[index] }
    total += Double(x[index])
    index += 1
  }
  return (peak, total)
}

/// x = e to the (x − peak).
///
/// - Returns: the sum.
@inline(__always)
private func replaceByExponentials(
  _ x: UnsafeMutablePointer<Float>, _ count: Int, less peak: Float
) -> Float {
  var sums = Lanes(repeating: 0)
  var index = 0
  while index + laneCount <= count {
    let lanes = exponential(load(x, index) - peak)
    store(lanes, x, index)
    sums += lanes
    index += laneCount
  }
  var sum = sums.sum()
  if index < count {
    let tail = exponential(loadTail(x, index, count) - peak)
    storeTail(tail, x, index, count)
    for lane in 0..<(count - index) { sum += tail[lane] }
  }
  return sum
}
