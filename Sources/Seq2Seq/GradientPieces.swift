package import Neural
internal import Synchronization
package import Tensors

/// The pieces a batch is cut into, each with a tape of its own. Pieces are shared among workers as these come. What
/// they add to a weight matrix is added in an order that the matrix's place decides: how many workers there are
/// changes nothing in the result.
///
/// Sendable because a piece is worked on by one worker at a time, and the shared weights are written
/// only between passes.
package final class GradientPieces<Network: TrainableNetwork>: @unchecked Sendable {
  private let network: Network
  private let weights: Tensor
  private let packed: PackedWeights
  /// Whether the weights have changed since they were packed.
  private var isPackingStale = false
  private let graphs: [Graph]
  /// What the tapes leave to be added to `gradient`, and what they add to buffers of their own, a piece each.
  private let deferred: [DeferredGradients]
  private let own: [Tensor]
  /// The gradient of the whole batch, after `reduce`.
  package let gradient: Tensor
  private let workers: Workers
  private let blocks: [GradientBlock]
  /// Which blocks of `gradient` hold something of this update.
  private var isFilled: [Bool]
  /// Which pieces have added something since the last step.
  private var hasAdded: [Bool]

  package init(_ network: Network, weights: Tensor, config: TrainingConfig, workers: Workers) {
    self.network = network
    self.weights = weights
    self.workers = workers
    blocks = GradientBlock.blocks(of: network, config)
    isFilled = Array(repeating: false, count: blocks.count)
    hasAdded = Array(repeating: false, count: config.pieces)
    gradient = Tensor(inHugePages: 1, columns: weights.count)
    let own = (0..<config.pieces).map { _ in Tensor(rows: 1, columns: weights.count) }
    self.own = own
    let deferred = own.map { _ in DeferredGradients(network.table) }
    self.deferred = deferred
    let packed = PackedWeights(network.table, weights: weights, for: .training, workers: workers)
    self.packed = packed
    graphs = zip(own, deferred).map {
      Graph(weights: weights, packed: packed, gradients: $0, deferred: $1)
    }
  }

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
    let results = Mutex(Array(repeating: CrossEntropySums(), count: pieces.count))
    let chains = GradientChains(pieces: pieces.count, isFilled: isFilled)
    workers.run(workers.count) { [self] _ in
      chains.work { piece in
        guard !pieces[piece].isEmpty else {
          graphs[piece].reset()
          return
        }
        var generator = RandomGenerator(seed: config.seed, stream: 1, stream, UInt64(piece))
        let examples = pieces[piece].map { data.example($0, using: &generator) }
        let graph = graphs[piece]
        graph.reset()
        graph.generator = generator
        let sums = network.loss(examples, training: config, update: update, scale: scale, on: graph)
        results.withLock { $0[piece] = sums }
      } link: { block, piece, isFilled in
        add(deferred[piece], to: blocks[block], isFilled: isFilled)
      }
    }
    isFilled = chains.isFilled
    let sums = results.withLock { $0 }
    // A piece whose examples could not be had has seen nothing.
    for (piece, sums) in sums.enumerated() where sums.tokens > 0 { hasAdded[piece] = true }
    return sums.reduce(into: CrossEntropySums()) { $0 += $1 }
  }

  /// - Returns: whether the block holds anything now.
  private func add(_ part: DeferredGradients, to block: GradientBlock, isFilled: Bool) -> Bool {
    guard part.contributes(to: block.parameter) else { return isFilled }
    part.add(
      block.parameter, rows: block.rows, to: block.cut(from: gradient), overwrite: !isFilled)
    return true
  }

  /// Adds up the pieces' gradients.
  ///
  /// - Returns: the norm of the sum.
  package func reduce() -> Double {
    let squares = workers.map(blocks.count) { [self] number in
      let block = blocks[number]
      let written = zip(own, deferred).filter { $1.hasWritten(block.parameter) }.map { $0.0 }
      let parts = isFilled[number] ? [gradient] + written : written
      if parts.isEmpty { fill(block.cut(from: gradient), with: 0) }
      let squares = reduceStep(parts, into: gradient, range: block.range)
      guard case .step = block.rule else { return 0.0 }
      return squares
    }
    for part in deferred { part.clearWritten() }
    isFilled = Array(repeating: false, count: blocks.count)
    return squares.reduce(0, +).squareRoot()
  }

  /// Brings every number of the gradient into ±`bound`.
  ///
  /// - Returns: the norm of what has come of it.
  package func clip(to bound: Float) -> Double {
    let squares = workers.map(blocks.count) { [self] number in
      guard case .step = blocks[number].rule else { return 0.0 }
      let block = blocks[number].cut(from: gradient)
      clamp(block, to: bound)
      return sumOfSquares(block)
    }
    return squares.reduce(0, +).squareRoot()
  }

  /// Steps the weights and follows them with their average.
  package func step(
    _ optimizer: any Optimizer, average: Tensor?, averageDecay: Float, update: Int,
    learningRate: Float, gradientScale: Float
  ) {
    weightsHaveChanged()
    let observers = hasAdded.count { $0 }
    hasAdded = Array(repeating: false, count: hasAdded.count)
    nonisolated(unsafe) let optimizer = optimizer
    workers.run(blocks.count) { [self] number in
      let range = blocks[number].range
      switch blocks[number].rule {
      case .step(let rate):
        optimizer.step(
          weights: weights, gradients: gradient, range: range, update: update,
          learningRate: learningRate * rate, gradientScale: gradientScale)
      case .follow(let share):
        guard observers > 0 else { break }
        scale(blocks[number].cut(from: gradient), by: 1 / Float(observers))
        averageStep(average: weights, weights: gradient, decay: 1 - share, range: range)
      }
      if let average {
        averageStep(average: average, weights: weights, decay: averageDecay, range: range)
      }
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
  package func clear() {
    // What was never written takes no memory, and would if it were.
    for (buffer, part) in zip(own, deferred) {
      for block in blocks where part.hasWritten(block.parameter) {
        fill(block.cut(from: buffer), with: 0)
      }
      part.clearWritten()
    }
    isFilled = Array(repeating: false, count: blocks.count)
    hasAdded = Array(repeating: false, count: hasAdded.count)
  }
}
