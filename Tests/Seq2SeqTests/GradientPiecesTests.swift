import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// Gradients that several tapes leave to be added up, against those of one tape that adds to them at once.
@Suite struct GradientPiecesTests {
  private static let cases =
    NetworkGradientTests.configs + [
      (
        "several blocks a matrix",
        {
          var config = NetworkGradientTests.configs[0].1
          config.embeddingSize = 40
          config.sourceVocabularySize = 3000
          config.targetVocabularySize = 2600
          return config
        }()
      )
    ]

  /// Nothing drawn at random, so that batches have one gradient however they are cut.
  private static func training(pieces: Int) -> TrainingConfig {
    var training = TrainingConfig()
    training.pieces = pieces
    training.inputDropout = 0
    training.outputDropout = 0
    training.labelSmoothing = 0.1
    return training
  }

  private func network(_ number: Int) throws -> EncoderDecoder {
    var config = Self.cases[number].1
    config.zoneoutHidden = 0
    config.zoneoutCell = 0
    return try EncoderDecoder(config)
  }

  private func data(for network: EncoderDecoder, count: Int = 12) -> Folded {
    let task = ReverseTask(count: count)
    let sizes = (network.config.sourceVocabularySize, network.config.targetVocabularySize)
    return Folded(
      examples: task.examples.map { example in
        Example(
          source: example.source.map { $0 * 150 % TokenID(sizes.0) },
          target: example.target.map { $0 * 130 % TokenID(sizes.1) })
      })
  }

  /// Cuts a batch into `pieces` of which the last may be empty.
  private func cut(_ examples: Range<Int>, into pieces: Int) -> [[Int]] {
    (0..<pieces).map { piece in examples.filter { $0 % pieces == piece } }
  }

  private func gradient(
    _ network: EncoderDecoder, _ weights: Tensor, of examples: [Example], scale: Float
  ) -> [Float] {
    let gradients = Tensor(rows: 1, columns: weights.count)
    let graph = Graph(weights: weights, gradients: gradients)
    _ = network.loss(
      examples, training: Self.training(pieces: 1), update: 1, scale: scale, on: graph)
    return gradients.values
  }

  /// Twelve examples, and pieces for two workers to go through them.
  private func begun(
    _ network: EncoderDecoder, _ weights: Tensor, pieces: Int
  ) -> (Folded, TrainingConfig, GradientPieces<EncoderDecoder>) {
    let training = Self.training(pieces: pieces)
    return (
      data(for: network), training,
      GradientPieces(network, weights: weights, config: training, workers: Workers(count: 2))
    )
  }

  /// The gradient that `GradientPieces` makes of batches, each a part of one update.
  private func together(
    _ pieces: GradientPieces<EncoderDecoder>, _ batches: [[[Int]]], of data: Folded,
    _ training: TrainingConfig
  ) -> (gradient: [Float], norm: Double) {
    for (part, batch) in batches.enumerated() {
      _ = pieces.accumulate(
        batch, of: data, config: training, update: 1, part: part, scale: 0.25)
    }
    let norm = pieces.reduce()
    return (pieces.gradient.values, norm)
  }

  @Test(arguments: Self.cases.indices, [1, 2, 3])
  func sumsAreThoseOfOneTape(_ number: Int, count: Int) throws {
    let network = try network(number)
    let weights = network.table.initialWeights(seed: 3)
    let data = data(for: network)
    let training = Self.training(pieces: count)
    let pieces = GradientPieces(
      network, weights: weights, config: training, workers: Workers(count: 2))
    // Other batches first: of what they leave behind nothing may be found later.
    _ = together(pieces, [cut(6..<12, into: count)], of: data, training)
    let found = together(
      pieces, [cut(0..<5, into: count), cut(5..<8, into: count)], of: data, training)
    let expected = gradient(network, weights, of: Array(data.examples[0..<8]), scale: 0.25)
    let largest = expected.map(abs).max() ?? 0
    #expect(largest > 0.01)
    for parameter in network.table.parameters {
      for index in parameter.offset..<parameter.offset + parameter.count {
        let difference = abs(found.gradient[index] - expected[index])
        #expect(difference <= 2e-5 * largest, "\(parameter.name), \(index - parameter.offset)")
      }
    }
    let norm = expected.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(abs(found.norm - norm) <= 1e-5 * norm)
  }

  @Test func workersChangeNothing() throws {
    let network = try network(Self.cases.count - 1)
    let weights = network.table.initialWeights(seed: 3)
    let data = data(for: network, count: 40)
    let training = Self.training(pieces: 3)
    func bits(workers: Int) -> [UInt32] {
      let pieces = GradientPieces(
        network, weights: weights, config: training, workers: Workers(count: workers))
      return together(pieces, [cut(0..<40, into: 3)], of: data, training).gradient.map(\.bitPattern)
    }
    let alone = bits(workers: 1)
    for workers in [2, 3, 7] { #expect(bits(workers: workers) == alone) }
  }

  /// A batch without examples for most pieces, and an update that nothing was added to.
  @Test func emptyPiecesAddNothing() throws {
    let network = try network(0)
    let weights = network.table.initialWeights(seed: 3)
    let (data, training, pieces) = begun(network, weights, pieces: 3)
    _ = together(pieces, [cut(0..<12, into: 3)], of: data, training)
    let found = together(pieces, [[[], [2], []]], of: data, training)
    let expected = gradient(network, weights, of: [data.examples[2]], scale: 0.25)
    #expect(zip(found.gradient, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    let nothing = together(pieces, [[[], [], []]], of: data, training)
    #expect(nothing.norm == 0)
    #expect(nothing.gradient.allSatisfy { $0 == 0 })
  }

  @Test func clearingForgets() throws {
    let network = try network(0)
    let (data, training, pieces) = begun(
      network, network.table.initialWeights(seed: 3), pieces: 2)
    let expected = together(pieces, [cut(0..<4, into: 2)], of: data, training)
    _ = pieces.accumulate(
      cut(4..<12, into: 2), of: data, config: training, update: 2, part: 0, scale: 1)
    pieces.clear()
    let found = together(pieces, [cut(0..<4, into: 2)], of: data, training)
    #expect(found.gradient == expected.gradient)
  }
}

/// Examples of a network's own vocabulary.
private struct Folded: TrainingData {
  let examples: [Example]
  let weights: ExampleWeights? = nil

  var count: Int { examples.count }

  func lengths(_ index: Int) -> (source: Int, target: Int) {
    (examples[index].source.count + 1, examples[index].target.count + 1)
  }

  func example(_ index: Int, using generator: inout RandomGenerator) -> Example { examples[index] }
}
