import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// The plan of batches against the memory that tapes of language models really take.
@Suite struct LanguageMemoryTests {
  @Test(arguments: LanguageTask.configs.indices)
  func plannedBatchesKeepWithinTheBound(_ number: Int) throws {
    var (name, config) = LanguageTask.configs[number]
    // Large enough that activations, not the smallest block, are what is measured.
    (config.embeddingSize, config.hiddenSize) = (40, 60)
    let network = try LanguageNetwork(config)
    var training = TrainingConfig()
    (training.maxLength, training.batchTokens, training.memoryLimit) = (30, 100_000, 86)
    var regularization = LanguageTask.regularization
    regularization.dropout.variational = false
    training.recurrentWeightDropout = regularization.dropout.recurrentWeights
    let cells = try network.maximumCells(training)
    let lines = (0..<2000).map { LanguageTask.text(tokens: 1 + $0 % 29, seed: UInt64($0)) }
    let data = SeparateLines(lines)
    let planner = BatchPlanner(
      lengths: (0..<data.count).map { data.lengths($0) }, batchTokens: training.batchTokens,
      maximumCells: cells, seed: 1)
    let weights = network.table.initialWeights(seed: 1)
    let graphs = (0..<training.pieces).map { _ in
      Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        deferred: DeferredGradients(network.table))
    }
    let batches = planner.batches(epoch: 0)
    #expect(batches.contains { planner.cells($0) > cells * 3 / 4 }, "\(name)")
    for batch in batches {
      #expect(planner.cells(batch) <= cells)
      for (graph, piece) in zip(graphs, planner.cut(batch, into: training.pieces))
      where !piece.isEmpty {
        graph.reset()
        let examples = piece.map { LanguageExample(line: lines[$0]) }
        _ = network.loss(examples, regularization, on: graph)
      }
    }
    let program = 64 << 20
    // What each piece masks lies in its workspace, so that it is counted already.
    var unmasked = training
    unmasked.recurrentWeightDropout = 0
    let taken =
      graphs.reduce(0) { $0 + 4 * $1.workspaceCapacity } + network.fixedTrainingBytes(unmasked)
    #expect(
      taken <= (training.memoryLimit << 20) - program,
      "\(name): \(taken >> 10) KiB of \(((training.memoryLimit << 20) - program) >> 10)")
  }
}
