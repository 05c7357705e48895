package import Neural
package import Tensors

/// The pieces a batch is cut into, each with a tape and gradients of its own. Pieces are shared among
/// workers as these come, and gradients are added in the order of pieces: how many workers there are
/// changes nothing in the result.
///
/// Sendable because a piece is worked on by one worker at a time, and the shared weights are written
/// only between passes.
package final class GradientPieces<Network: TrainableNetwork>: @unchecked Sendable {
  /// Numbers of a flat buffer that are reduced and stepped at once, all by one rule.
  private struct Run {
    let range: Range<Int>
    let rule: UpdateRule
  }

  private let network: Network
  private let weights: Tensor
  private let packed: PackedWeights
  /// Whether the weights have changed since they were packed.
  private var isPackingStale = false
  private let graphs: [Graph]
  private let gradients: [Tensor]
  private let workers: Workers
  private let runs: [Run]
  /// Which pieces have added something since the last step.
  private var hasAdded: [Bool]

  package init(_ network: Network, weights: Tensor, config: TrainingConfig, workers: Workers) {
    self.network = network
    self.weights = weights
    self.workers = workers
    runs = Self.runs(network, config)
    hasAdded = Array(repeating: false, count: config.pieces)
    let gradients = (0..<config.pieces).map { _ in Tensor(rows: 1, columns: weights.count) }
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
  ///   - update: number of the update, from 1.
  ///   - part: number of the batch among those of the update.
  ///   - scale: factor of the gradient.
  package func accumulate(
    _ pieces: [[Int]], of data: any TrainingData<Network.Example>, config: TrainingConfig,
    update: Int, part: Int, scale: Float
  ) -> CrossEntropySums {
    let stream = UInt64(update) << 16 | UInt64(part)
    if isPackingStale { packed.repack(workers) }
    isPackingStale = false
    let sums = workers.map(pieces.count) { [self] piece in
      guard !pieces[piece].isEmpty else { return CrossEntropySums() }
      var generator = RandomGenerator(seed: config.seed, stream: 1, stream, UInt64(piece))
      let examples = pieces[piece].map { data.example($0, using: &generator) }
      let graph = graphs[piece]
      graph.reset()
      graph.generator = generator
      return network.loss(examples, training: config, update: update, scale: scale, on: graph)
    }
    // A piece whose examples could not be had has seen nothing.
    for (piece, sums) in sums.enumerated() where sums.tokens > 0 { hasAdded[piece] = true }
    return sums.reduce(into: CrossEntropySums()) { $0 += $1 }
  }

  /// Adds up the pieces' gradients.
  ///
  /// - Returns: the norm of the sum.
  package func reduce() -> Double {
    let squares = workers.map(runs.count) { [self] number in
      let squares = reduceStep(gradients, into: gradients[0], range: runs[number].range)
      guard case .step = runs[number].rule else { return 0.0 }
      return squares
    }
    return squares.reduce(0, +).squareRoot()
  }

  /// Brings every number of the gradient into ±`bound`.
  ///
  /// - Returns: the norm of what has come of it.
  package func clip(to bound: Float) -> Double {
    let squares = workers.map(runs.count) { [self] number in
      guard case .step = runs[number].rule else { return 0.0 }
      let range = runs[number].range
      let gradient = gradients[0].cut(at: range.lowerBound, rows: 1, columns: range.count)
      clamp(gradient, to: bound)
      return sumOfSquares(gradient)
    }
    return squares.reduce(0, +).squareRoot()
  }

  /// Steps the weights, follows them with their average, and clears the gradients.
  package func step(
    _ optimizer: any Optimizer, average: Tensor?, averageDecay: Float, update: Int,
    learningRate: Float, gradientScale: Float
  ) {
    weightsHaveChanged()
    let observers = hasAdded.count { $0 }
    hasAdded = Array(repeating: false, count: hasAdded.count)
    nonisolated(unsafe) let optimizer = optimizer
    workers.run(runs.count) { [self] number in
      let range = runs[number].range
      let gradient = gradients[0].cut(at: range.lowerBound, rows: 1, columns: range.count)
      switch runs[number].rule {
      case .step(let rate):
        optimizer.step(
          weights: weights, gradients: gradients[0], range: range, update: update,
          learningRate: learningRate * rate, gradientScale: gradientScale)
      case .follow(let share):
        guard observers > 0 else { break }
        scale(gradient, by: 1 / Float(observers))
        averageStep(average: weights, weights: gradients[0], decay: 1 - share, range: range)
      }
      if let average {
        averageStep(average: average, weights: weights, decay: averageDecay, range: range)
      }
      fill(gradient, with: 0)
    }
  }

  /// To be called when somebody else has written the weights.
  func weightsHaveChanged() { isPackingStale = true }

  /// Weights of the network laid out for inference in the memory that training lays out its own in, until the next
  /// batch. What the tapes hold is given back to the system meanwhile.
  func lentForInference(_ other: Tensor) -> InferenceWeights {
    let isOwn = other.isSame(as: weights)
    if isPackingStale || !isOwn { packed.repack(from: other, workers) }
    isPackingStale = !isOwn
    for graph in graphs { graph.releaseMemory() }
    return InferenceWeights(weights: other, packed: packed)
  }

  /// Forgets gradients added so far.
  func clear() {
    for gradient in gradients { fill(gradient, with: 0) }
    hasAdded = Array(repeating: false, count: hasAdded.count)
  }

  /// Cuts the flat buffer where the rule changes, and each part into runs of equal length.
  private static func runs(_ network: Network, _ config: TrainingConfig) -> [Run] {
    let length = 1 << 16
    let parameters = network.table.parameters
    var parts: [Run] = []
    for (number, parameter) in parameters.enumerated() {
      let end =
        number + 1 < parameters.count ? parameters[number + 1].offset : network.table.count
      let rule = network.rule(for: parameter, config)
      if let last = parts.last, last.rule == rule {
        parts[parts.count - 1] = Run(range: last.range.lowerBound..<end, rule: rule)
      } else {
        parts.append(Run(range: parameter.offset..<end, rule: rule))
      }
    }
    return parts.flatMap { part in
      stride(from: part.range.lowerBound, to: part.range.upperBound, by: length).map {
        Run(range: $0..<min($0 + length, part.range.upperBound), rule: part.rule)
      }
    }
  }
}
