import Tensors

/// Decides which examples make a batch, and in which order the batches come.
///
/// An epoch's batches are a function of the examples' lengths, the settings, the seed and the epoch
/// alone, so a resumed run asks for the epoch again and skips what it has done; nothing is saved.
/// Examples of like length share a batch, so that little of a batch is padding. Planning takes time
/// in proportion to the examples; a planner keeps 4 bytes an example (8 where one has more than 65,535
/// tokens), and an epoch takes 4 more a copy, twice that while it is planned.
public struct BatchPlanner: Sendable {
  /// Target tokens in a batch (end marks counted), unless one example alone has more.
  public let batchTokens: Int
  /// Bound on rows × longest source + rows × longest target of a batch, unless one example alone has
  /// more: what a step's memory grows with.
  public let maximumCells: Int
  public let seed: UInt64
  private let sourceLengths: LengthTable
  private let targetLengths: LengthTable
  /// Nil when all are 1.
  private let weights: ExampleWeights?

  /// - Parameters:
  ///   - lengths: tokens of each example; `target` counts the end mark.
  ///   - weights: expected copies of each example in an epoch: 2.5 makes two copies and, in every other
  ///     epoch by the toss of a coin, a third. Nil when each comes once.
  ///   - batchTokens: target tokens in a batch.
  ///   - maximumCells: bound on rows × longest source + rows × longest target.
  ///   - seed: start of the random numbers.
  public init(
    lengths: some Collection<(source: Int, target: Int)>, weights: ExampleWeights? = nil,
    batchTokens: Int, maximumCells: Int, seed: UInt64
  ) {
    precondition(batchTokens > 0 && maximumCells > 0, "bounds of a batch must be positive")
    precondition(lengths.count <= Int(UInt32.max), "\(lengths.count) examples are too many")
    precondition(
      weights.map { $0.count == lengths.count } ?? true,
      "\(weights?.count ?? 0) weights for \(lengths.count) examples")
    self.batchTokens = batchTokens
    self.maximumCells = maximumCells
    self.seed = seed
    sourceLengths = LengthTable(lengths.lazy.map(\.source))
    targetLengths = LengthTable(lengths.lazy.map(\.target))
    self.weights = weights?.areAllOne == true ? nil : weights
  }

  /// How many different examples there are.
  public var count: Int { targetLengths.count }

  /// The batches of an epoch in the order of training, each a list of example indices.
  public func batches(epoch: Int) -> EpochBatches {
    var generator = RandomGenerator(seed: seed, stream: Self.stream, UInt64(epoch))
    var order = copies(using: &generator)
    shuffle(&order, using: &generator)
    sortByLength(&order)
    var ranges = cutIntoBatches(order)
    shuffle(&ranges, using: &generator)
    return EpochBatches(order: order, ranges: ranges)
  }

  /// Deals a batch's examples into `pieces` lists of nearly equal target tokens (they differ by no
  /// more than the longest target) and as equal a number of examples as can be.
  ///
  /// The result depends on the batch alone, never on how many workers take the pieces. With fewer
  /// examples than pieces, the last pieces are empty.
  public func cut(_ batch: EpochBatches.Batch, into pieces: Int) -> [[Int]] {
    precondition(pieces > 0, "a batch cut into no pieces")
    var longestFirst = Array(batch)
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
  public func targetTokens(_ batch: EpochBatches.Batch) -> Int {
    batch.reduce(0) { $0 + Int(targetLengths[$1]) }
  }

  /// Rows × longest source + rows × longest target of a batch.
  public func cells(_ batch: EpochBatches.Batch) -> Int {
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
    order.reserveCapacity(Int(weights.sum) + 1)
    var first: UInt32 = 0
    for run in weights.runs {
      let whole = run.weight.rounded(.down)
      let part = run.weight - whole
      for example in first..<first + UInt32(run.count) {
        var times = Int(whole)
        if part > 0 && generator.uniform() < part { times += 1 }
        for _ in 0..<times { order.append(example) }
      }
      first += UInt32(run.count)
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
      return targetLengths[example].isMultiple(of: 2) ? source : sourceLengths.longest - source
    }
    radixSort(&order) { targetLengths[$0] }
  }

  /// Ranges of the sorted examples, each as long as the bounds allow.
  private func cutIntoBatches(_ order: [UInt32]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var (tokens, longestSource, longestTarget) = (0, 0, 0)
    for (end, example) in order.enumerated() {
      let source = Int(sourceLengths[example])
      let target = Int(targetLengths[example])
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
