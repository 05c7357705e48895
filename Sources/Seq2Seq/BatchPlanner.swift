import Tensors

/// Decides which examples make a batch, and in which order the batches come.
///
/// An epoch's batches are a function of the examples' lengths, the settings, the seed and the epoch
/// alone, so a resumed run asks for the epoch again and skips what it has done; nothing is saved.
/// Examples of like length share a batch, so that little of a batch is padding. Planning takes time
/// in proportion to the examples and about 20 bytes each, results included.
public struct BatchPlanner: Sendable {
  /// Target tokens in a batch (end marks counted), unless one example alone has more.
  public let batchTokens: Int
  /// Bound on rows × longest source + rows × longest target of a batch, unless one example alone has
  /// more: what a step's memory grows with.
  public let maximumCells: Int
  public let seed: UInt64
  private let sourceLengths: [UInt32]
  private let targetLengths: [UInt32]
  private let longestSource: UInt32
  /// Expected copies of each example in an epoch; nil when all are 1.
  private let weights: [Float]?

  /// - Parameters:
  ///   - lengths: tokens of each example; `target` counts the end mark.
  ///   - weights: expected copies of each example in an epoch, not negative: 2.5 makes two copies and,
  ///     in every other epoch by the toss of a coin, a third. Nil when each comes once.
  ///   - batchTokens: target tokens in a batch.
  ///   - maximumCells: bound on rows × longest source + rows × longest target.
  ///   - seed: start of the random numbers.
  public init(
    lengths: some Collection<(source: Int, target: Int)>, weights: [Float]? = nil,
    batchTokens: Int, maximumCells: Int, seed: UInt64
  ) {
    precondition(batchTokens > 0 && maximumCells > 0, "bounds of a batch must be positive")
    precondition(lengths.count <= Int(UInt32.max), "\(lengths.count) examples are too many")
    precondition(
      weights == nil || weights?.count == lengths.count,
      "\(weights?.count ?? 0) weights for \(lengths.count) examples")
    precondition(
      weights?.allSatisfy { $0 >= 0 && $0.isFinite } ?? true, "weights must not be negative")
    self.batchTokens = batchTokens
    self.maximumCells = maximumCells
    self.seed = seed
    sourceLengths = lengths.map { UInt32($0.source) }
    targetLengths = lengths.map { UInt32($0.target) }
    longestSource = sourceLengths.max() ?? 0
    self.weights = weights?.allSatisfy { $0 == 1 } == true ? nil : weights
  }

  /// How many different examples there are.
  public var count: Int { targetLengths.count }

  /// The batches of an epoch in the order of training, each a list of example indices.
  public func batches(epoch: Int) -> [[Int]] {
    var generator = RandomGenerator(seed: seed, stream: Self.stream, UInt64(epoch))
    var order = copies(using: &generator)
    shuffle(&order, using: &generator)
    sortByLength(&order)
    var ranges = cutIntoBatches(order)
    shuffle(&ranges, using: &generator)
    return ranges.map { range in order[range].map(Int.init) }
  }

  /// Deals a batch's examples into `pieces` lists of nearly equal target tokens (they differ by no
  /// more than the longest target) and as equal a number of examples as can be.
  ///
  /// The result depends on the batch alone, never on how many workers take the pieces. With fewer
  /// examples than pieces, the last pieces are empty.
  public func cut(_ batch: [Int], into pieces: Int) -> [[Int]] {
    precondition(pieces > 0, "a batch cut into no pieces")
    var longestFirst = batch.map { UInt32($0) }
    sortByLength(&longestFirst)
    longestFirst.reverse()
    var result = [[Int]](repeating: [], count: pieces)
    for piece in result.indices { result[piece].reserveCapacity(batch.count / pieces + 1) }
    for (position, example) in longestFirst.enumerated() {
      // Forth and back, as teams are picked: 0 1 2 2 1 0 0 1 2 …
      let (round, place) = position.quotientAndRemainder(dividingBy: pieces)
      result[round.isMultiple(of: 2) ? place : pieces - 1 - place].append(Int(example))
    }
    return result
  }

  /// Target tokens of a batch, end marks counted.
  public func targetTokens(_ batch: [Int]) -> Int {
    batch.reduce(0) { $0 + Int(targetLengths[$1]) }
  }

  /// Rows × longest source + rows × longest target of a batch.
  public func cells(_ batch: [Int]) -> Int {
    let source = batch.lazy.map { Int(sourceLengths[$0]) }.max() ?? 0
    let target = batch.lazy.map { Int(targetLengths[$0]) }.max() ?? 0
    return batch.count * (source + target)
  }

  /// Sets the planner's random numbers apart from others of the same seed.
  private static let stream: UInt64 = 0xBA7C

  /// Each example as often as its weight says.
  private func copies(using generator: inout RandomGenerator) -> [UInt32] {
    guard let weights else { return Array(0..<UInt32(count)) }
    var order: [UInt32] = []
    order.reserveCapacity(Int(weights.reduce(into: 0.0) { $0 += Double($1) }) + 1)
    for (example, weight) in weights.enumerated() {
      let whole = weight.rounded(.down)
      var times = Int(whole)
      if weight > whole && generator.uniform() < weight - whole { times += 1 }
      for _ in 0..<times { order.append(UInt32(example)) }
    }
    return order
  }

  /// Sorts by target, then source; equal pairs keep their order.
  ///
  /// Every second target length takes its sources from long to short, so that where a batch spans two
  /// target lengths the sources on both sides of the border are alike.
  private func sortByLength(_ order: inout [UInt32]) {
    radixSort(&order) { example in
      let source = sourceLengths[example]
      return targetLengths[example].isMultiple(of: 2) ? source : longestSource - source
    }
    radixSort(&order) { targetLengths[$0] }
  }

  /// Ranges of the sorted examples, each as long as the bounds allow.
  private func cutIntoBatches(_ order: [UInt32]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var (tokens, longestSource, longestTarget) = (0, 0, 0)
    for (end, example) in order.enumerated() {
      let source = Int(sourceLengths[Int(example)])
      let target = Int(targetLengths[Int(example)])
      let cells =
        (end - start + 1) * (max(longestSource, source) + max(longestTarget, target))
      if end > start && (tokens + target > batchTokens || cells > maximumCells) {
        ranges.append(start..<end)
        start = end
        (tokens, longestSource, longestTarget) = (0, 0, 0)
      }
      tokens += target
      longestSource = max(longestSource, source)
      longestTarget = max(longestTarget, target)
    }
    if start < order.count { ranges.append(start..<order.count) }
    return ranges
  }
}
