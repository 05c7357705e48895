internal import Neural
internal import Tensors

/// Some of what is learned from, evenly taken, on which the loss is measured as on development data.
struct TrainingSample<Example: Sendable>: Sendable {
  /// A few thousand tokens tell the mean loss to some hundredths of a nat, in a fraction of a second.
  private static var mostTokens: Int { 4000 }
  private static var mostExamples: Int { 200 }
  private static var rowsAtOnce: Int { 32 }

  private let data: any TrainingData<Example>
  /// Indices of examples of like length.
  private let batches: [[Int]]

  /// - Parameter maximumCells: bound on rows × (longest source + longest target) of a batch.
  init(_ data: any TrainingData<Example>, maximumCells: Int) {
    self.data = data
    let count = min(Self.mostExamples, data.count)
    var chosen: [(index: Int, source: Int, target: Int)] = []
    // In any order, so that stopping early leaves them spread over all.
    for index in Self.spread(count, over: data.count) {
      let lengths = data.lengths(index)
      chosen.append((index, lengths.source, lengths.target))
      if chosen.reduce(0, { $0 + $1.target }) >= Self.mostTokens { break }
    }
    chosen.sort { ($0.target, $0.source, $0.index) < ($1.target, $1.source, $1.index) }
    var batches: [[Int]] = []
    var (source, target) = (0, 0)
    for example in chosen {
      (source, target) = (max(source, example.source), max(target, example.target))
      let rows = (batches.last?.count ?? 0) + 1
      if batches.isEmpty || rows > Self.rowsAtOnce || rows * (source + target) > maximumCells {
        batches.append([])
        (source, target) = (example.source, example.target)
      }
      batches[batches.count - 1].append(example.index)
    }
    self.batches = batches
  }

  /// `count` different numbers below `total`, any first few of which are spread over all.
  private static func spread(_ count: Int, over total: Int) -> [Int] {
    var generator = RandomGenerator(seed: 0, stream: 0x5A3B)
    var places = (0..<count).map { $0 * total / count }
    for place in places.indices.dropLast() {
      places.swapAt(place, Int.random(in: place..<places.count, using: &generator))
    }
    return places
  }

  /// Negative log-likelihood a target token, in nats; nil if no example can be had.
  func loss<Network: TrainableNetwork>(
    _ network: Network, _ weights: InferenceWeights, config: TrainingConfig, update: Int,
    workers: Workers
  ) -> Double? where Network.Example == Example {
    let sums = workers.map(batches.count) { batch in
      network.loss(
        batches[batch].map { data.plainExample($0) }, training: config, update: update, scale: 1,
        on: weights.graph())
    }.reduce(into: CrossEntropySums()) { $0 += $1 }
    let loss = sums.negativeLogLikelihood / Double(sums.tokens)
    return sums.tokens > 0 && loss.isFinite ? loss : nil
  }
}
