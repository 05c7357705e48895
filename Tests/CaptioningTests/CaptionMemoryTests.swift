import Captioning
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// The plan of batches against the memory that tapes of captioners really take.
@Suite struct CaptionMemoryTests {
  private static let cells: [(CellKind, layers: Int, normalized: Bool)] = [
    (.lstm, 1, false), (.lstm, 2, true), (.gru, 2, false),
  ]

  @Test(arguments: cells.indices, [0, 2] as [Float])
  func plannedBatchesKeepWithinTheBound(_ number: Int, rDrop: Float) throws {
    let (cell, layers, normalized) = Self.cells[number]
    let network = try CaptionNetwork(
      TinyCaptioner.config {
        ($0.decoder.cell, $0.decoder.layers) = (cell, layers)
        ($0.decoder.layerNormalization, $0.decoder.zoneoutHidden) = (normalized, 0.1)
        ($0.decoder.embeddingSize, $0.decoder.hiddenSize, $0.decoder.memorySize) = (40, 60, 50)
      })
    var objective = CaptionObjective()
    (objective.coverage, objective.scheduledSampling, objective.samplingUpdates) = (1, 0.5, 1)
    var learner = CaptionLearner(network, objective)
    // One to five captions of each picture.
    var generator = RandomGenerator(seed: 1, stream: 0x3E3)
    let captions = (0..<1200).map { number -> [[TokenID]] in
      (0...number % 5).map { _ in
        (0..<Int.random(in: 1...19, using: &generator)).map { _ in
          TokenID.random(in: 2..<21, using: &generator)
        }
      }
    }
    let targets = captions.map { $0.reduce(0) { $0 + $1.count + 1 } }
    learner.captionTokens = (targets.min() ?? 0)...(targets.max() ?? 0)
    var training = TrainingConfig()
    (training.maxLength, training.batchTokens, training.memoryLimit) = (20, 100_000, 86)
    (training.inputDropout, training.outputDropout, training.recurrentDropout) = (0.1, 0.1, 0.1)
    (training.variationalDropout, training.recurrentWeightDropout) = (false, 0.1)
    training.rDrop = rDrop
    let most = try learner.maximumCells(training)
    let places = network.grid(batch: 1).places
    let planner = BatchPlanner(
      lengths: targets.map { (source: places, target: $0) }, batchTokens: training.batchTokens,
      maximumCells: most, seed: 1)
    let weights = learner.table.initialWeights(seed: 1)
    let graphs = (0..<training.pieces).map { _ in
      Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        deferred: DeferredGradients(learner.table))
    }
    let features = randomTensor(rows: places, columns: network.config.featureChannels)
    let batches = planner.batches(epoch: 0)
    #expect(batches.contains { planner.cells($0) > most * 3 / 4 })
    for batch in batches {
      for (graph, piece) in zip(graphs, planner.cut(batch, into: training.pieces))
      where !piece.isEmpty {
        graph.reset()
        let examples = piece.map { CaptionExample(image: features, captions: captions[$0]) }
        _ = learner.loss(examples, training: training, update: 1, scale: 1, on: graph)
      }
    }
    let program = 64 << 20
    // What each piece masks lies in its workspace, so that it is counted already.
    var unmasked = training
    unmasked.recurrentWeightDropout = 0
    let taken =
      graphs.reduce(0) { $0 + 4 * $1.workspaceCapacity } + learner.fixedTrainingBytes(unmasked)
    #expect(
      taken <= (training.memoryLimit << 20) - program,
      "\(taken >> 10) KiB of \(((training.memoryLimit << 20) - program) >> 10)")
  }
}
