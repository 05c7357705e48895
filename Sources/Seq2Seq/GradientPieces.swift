internal import Neural
internal import Tensors

/// The pieces a batch is cut into, each with a tape and gradients of its own. Pieces are shared among
/// workers as these come, and gradients are added in the order of pieces: how many workers there are
/// changes nothing in the result.
///
/// Sendable because a piece is worked on by one worker at a time, and the shared weights are written
/// only between passes.
final class GradientPieces: @unchecked Sendable {
  /// Numbers of a flat buffer that are reduced and stepped at once.
  private static let runLength = 1 << 16

  private let network: EncoderDecoder
  private let weights: Tensor
  private let packed: PackedWeights
  /// Whether the weights have changed since they were packed.
  private var isPackingStale = false
  private let graphs: [Graph]
  private let gradients: [Tensor]
  private let workers: Workers

  init(_ network: EncoderDecoder, weights: Tensor, pieces: Int, workers: Workers) {
    self.network = network
    self.weights = weights
    self.workers = workers
    let gradients = (0..<pieces).map { _ in Tensor(rows: 1, columns: weights.count) }
    self.gradients = gradients
    let packed = PackedWeights(network.table, weights: weights, for: .training, workers: workers)
    self.packed = packed
    graphs = gradients.map { Graph(weights: weights, packed: packed, gradients: $0) }
  }

  /// The gradient of the whole batch, after `reduce`.
  var gradient: Tensor { gradients[0] }

  /// Adds a batch's gradient, cut into pieces.
  ///
  /// - Parameters:
  ///   - pieces: indices of examples, a list a piece.
  ///   - scale: factor of the gradient.
  ///   - stream: sets this batch's random numbers apart.
  func accumulate(
    _ pieces: [[Int]], of data: any TrainingData, config: TrainingConfig, scale: Float,
    stream: UInt64
  ) -> CrossEntropySums {
    let dropout = DropoutRates(config)
    if isPackingStale { packed.repack(workers) }
    isPackingStale = false
    let sums = workers.map(pieces.count) { [self] piece in
      guard !pieces[piece].isEmpty else { return CrossEntropySums() }
      var generator = RandomGenerator(seed: config.seed, stream: 1, stream, UInt64(piece))
      let examples = pieces[piece].map { data.example($0, using: &generator) }
      let graph = graphs[piece]
      graph.reset()
      graph.generator = generator
      return network.loss(
        examples, dropout: dropout, smoothing: config.labelSmoothing, scale: scale, on: graph)
    }
    return sums.reduce(into: CrossEntropySums()) { $0 += $1 }
  }

  /// Adds up the pieces' gradients.
  ///
  /// - Returns: the norm of the sum.
  func reduce() -> Double {
    let runs = self.runs
    let squares = workers.map(runs.count) { [self] number in
      reduceStep(gradients, into: gradients[0], range: runs[number])
    }
    return squares.reduce(0, +).squareRoot()
  }

  /// Steps the weights, follows them with their average, and clears the gradients.
  func step(
    _ optimizer: any Optimizer, average: Tensor?, averageDecay: Float, update: Int,
    learningRate: Float, gradientScale: Float
  ) {
    weightsHaveChanged()
    let runs = self.runs
    nonisolated(unsafe) let optimizer = optimizer
    workers.run(runs.count) { [self] number in
      let range = runs[number]
      optimizer.step(
        weights: weights, gradients: gradients[0], range: range, update: update,
        learningRate: learningRate, gradientScale: gradientScale)
      if let average {
        averageStep(average: average, weights: weights, decay: averageDecay, range: range)
      }
      fill(gradients[0].cut(at: range.lowerBound, rows: 1, columns: range.count), with: 0)
    }
  }

  /// To be called when somebody else has written the weights.
  func weightsHaveChanged() { isPackingStale = true }

  /// Forgets gradients added so far.
  func clear() {
    for gradient in gradients { fill(gradient, with: 0) }
  }

  private var runs: [Range<Int>] {
    stride(from: 0, to: weights.count, by: Self.runLength).map {
      $0..<min($0 + Self.runLength, weights.count)
    }
  }
}
