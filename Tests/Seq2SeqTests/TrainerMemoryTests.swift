import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// The plan of batches against the memory that tapes really take.
@Suite struct TrainerMemoryTests {
  @Test(arguments: NetworkGradientTests.configs.indices, [0, 2] as [Float])
  func plannedBatchesKeepWithinTheBound(_ number: Int, rDrop: Float) throws {
    var config = NetworkGradientTests.configs[number].1
    // Large enough that activations, not the smallest block, are what is measured.
    config.embeddingSize = 40
    config.encoderHiddenSize = 30
    config.decoderHiddenSize = 60
    let network = try EncoderDecoder(config)
    var training = TrainingConfig()
    training.maxLength = 30
    training.batchTokens = 100_000
    training.recurrentWeightDropout = 0.1
    training.memoryLimit = 86
    training.rDrop = rDrop
    training.wordDropout = rDrop > 0 ? 0.1 : 0
    let cells = try network.maximumCells(training)
    let data = ReverseTask(count: 1200, lengths: 1...29)
    let planner = BatchPlanner(
      lengths: (0..<data.count).map { data.lengths($0) }, batchTokens: training.batchTokens,
      maximumCells: cells, seed: 1)
    let weights = network.table.initialWeights(seed: 1)
    let graphs = (0..<training.pieces).map { _ in
      Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        deferred: DeferredGradients(network.table))
    }
    // Symbols beyond the tiny vocabularies of these networks are folded into them.
    func folded(_ tokens: [TokenID], _ size: Int) -> [TokenID] { tokens.map { $0 % TokenID(size) } }
    var dropout = DropoutRates()
    (dropout.input, dropout.output, dropout.recurrent) = (0.1, 0.1, 0.1)
    dropout.recurrentWeights = training.recurrentWeightDropout
    dropout.variational = false
    dropout.word = training.wordDropout
    let batches = planner.batches(epoch: 0)
    #expect(batches.contains { planner.cells($0) > cells * 3 / 4 })
    for batch in batches {
      #expect(planner.cells(batch) <= cells)
      for (graph, piece) in zip(graphs, planner.cut(batch, into: training.pieces))
      where !piece.isEmpty {
        graph.reset()
        let examples = piece.map { index in
          Example(
            source: folded(data.examples[index].source, config.sourceVocabularySize),
            target: folded(data.examples[index].target, config.targetVocabularySize))
        }
        _ = network.loss(examples, dropout: dropout, rDrop: rDrop, on: graph)
      }
    }
    // A batch that outgrows a workspace has it in several blocks, which the next one's are made one of.
    for graph in graphs { graph.reset() }
    let program = 64 << 20
    // What each piece masks lies in its workspace, so that it is counted already.
    var unmasked = training
    unmasked.recurrentWeightDropout = 0
    let masked = network.fixedTrainingBytes(training) - network.fixedTrainingBytes(unmasked)
    // What is counted for it is what it takes: a batch with it beside one without, in workspaces that have come to rest.
    // Gradients are added at once: what is kept of inputs for those that wait is no mask's.
    func taken(_ dropout: DropoutRates) -> Int {
      let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
      for _ in 0..<2 {
        graph.reset()
        let examples = data.examples.prefix(100).map { example in
          Example(
            source: folded(example.source, config.sourceVocabularySize),
            target: folded(example.target, config.targetVocabularySize))
        }
        _ = network.loss(examples, dropout: dropout, rDrop: rDrop, on: graph)
      }
      return 4 * training.pieces * graph.workspaceCapacity
    }
    var whole = dropout
    whole.recurrentWeights = 0
    let takenByMasks = taken(dropout) - taken(whole)
    #expect(Double(masked) <= 1.1 * Double(takenByMasks), "\(masked) of \(takenByMasks)")
    #expect(Double(masked) >= 0.99 * Double(takenByMasks), "\(masked) of \(takenByMasks)")
    let taken =
      graphs.reduce(0) { $0 + 4 * $1.workspaceCapacity } + network.fixedTrainingBytes(training)
      - masked
    #expect(
      taken <= (training.memoryLimit << 20) - program,
      "\(taken >> 10) KiB of \(((training.memoryLimit << 20) - program) >> 10)")
  }
}
