import Captioning
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing
import Tokenization

/// The plan of batches against the memory that captions of its own take.
@Suite struct SelfCriticMemoryTests {
  @Test func drawnCaptionsKeepWithinTheBound() throws {
    let text = ["a cat on a mat", "a dog in a house", "a bird over a hill"]
    let subwords = try SubwordLearner(vocabularySize: 280, normalizer: .identity).learn(from: text)
    let network = try CaptionNetwork(
      TinyCaptioner.config(vocabularySize: subwords.vocabularySize) {
        $0.decoder.embeddingSize = 40
        $0.decoder.hiddenSize = 60
      })
    // An untrained network hardly ever says that it has done: what it says is as long as it may be.
    var search = SearchOptions()
    (search.maxLengthFactor, search.maxLengthOffset) = (0, 40)
    let count = 400
    let captions = (0..<count).map { [text[$0 % text.count]] }
    let encoded = text.map { subwords.encode($0) }
    var learner = CaptionLearner(
      network, CaptionObjective(),
      critic: SelfCritic(captions: captions, subwords: subwords, search: search, samples: 6))
    let lengths = encoded.map { $0.count + 1 }
    learner.captionTokens = (lengths.min() ?? 0)...(lengths.max() ?? 0)
    var training = TrainingConfig()
    training.maxLength = 20
    training.memoryLimit = 110
    training.batchTokens = 100_000
    let cells = try learner.maximumCells(training)
    let places = network.grid(batch: 1).places
    let planner = BatchPlanner(
      lengths: (0..<count).map { (source: places, target: lengths[$0 % text.count]) },
      batchTokens: training.batchTokens, maximumCells: cells, seed: 1)
    let weights = network.table.initialWeights(seed: 1)
    let graphs = (0..<training.pieces).map { _ in
      Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        deferred: DeferredGradients(network.table))
    }
    let batches = planner.batches(epoch: 0)
    let batch = try #require(batches.max { planner.cells($0) < planner.cells($1) })
    #expect(batch.count < count)
    var tokens = 0
    for (graph, piece) in zip(graphs, planner.cut(batch, into: training.pieces)) {
      let examples = piece.map { number in
        CaptionExample(
          image: randomTensor(
            rows: places, columns: network.config.featureChannels, seed: UInt64(number)),
          captions: [encoded[number % text.count]], number: number)
      }
      tokens += learner.loss(examples, training: training, update: 1, scale: 1, on: graph).tokens
    }
    #expect(tokens > batch.count * 6 * 20)
    let program = 64 << 20
    let taken =
      graphs.reduce(0) { $0 + 4 * $1.workspaceCapacity } + learner.fixedTrainingBytes(training)
    #expect(
      taken <= (training.memoryLimit << 20) - program,
      "\(taken >> 10) KiB of \(((training.memoryLimit << 20) - program) >> 10)")
  }
}
