import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct ModelScorerTests {
  static let examples = NetworkGradientTests.examples

  private struct Model {
    let network: EncoderDecoder
    let weights: Tensor

    init(_ number: Int) throws {
      network = try EncoderDecoder(NetworkGradientTests.configs[number].1)
      weights = network.table.initialWeights(seed: 4)
      // Larger than at first, so that tokens and rows are told apart clearly.
      scale(weights, by: 2)
    }

    func scorer(_ sources: [[TokenID]]) -> ModelScorer {
      ModelScorer(network, weights: weights, sources: sources)
    }

    /// Log-probabilities after each token of `target`, decoded alone.
    func alone(_ source: [TokenID], _ target: [TokenID]) -> [[Float]] {
      let scorer = scorer([source])
      _ = scorer.start()
      return ([Mark.begin] + target).map { scorer.step([$0]).values }
    }
  }

  private func agree(_ found: Tensor, _ row: Int, _ expected: [Float]) -> Bool {
    // Normalising a handful of units magnifies rounding.
    largestError(found.slice(row..<row + 1), expected.map(Double.init)) < 1e-4
  }

  @Test(arguments: NetworkGradientTests.configs.indices)
  func stepByStepIsTeacherForcing(_ number: Int) throws {
    let model = try Model(number)
    for example in Self.examples {
      let graph = Graph(weights: model.weights)
      let expected = model.network.loss([example], on: graph).negativeLogLikelihood
      let steps = model.alone(example.source, example.target)
      for step in steps {
        let sum = step.reduce(0.0) { $0 + exp(Double($1)) }
        #expect(abs(sum - 1) < 1e-5)
      }
      let found = zip(steps, example.target + [Mark.end]).reduce(0.0) {
        $0 - Double($1.0[Int($1.1)])
      }
      #expect(abs(found - expected) < 1e-4, "\(found), \(expected)")
    }
  }

  @Test(arguments: NetworkGradientTests.configs.indices)
  func aBatchIsItsSentencesAlone(_ number: Int) throws {
    let model = try Model(number)
    let scorer = model.scorer(Self.examples.map(\.source))
    #expect(scorer.start() == 4 && scorer.vocabularySize == 13)
    #expect(scorer.attention(row: 0) == nil)
    var tokens = [TokenID](repeating: Mark.begin, count: 4)
    for step in 0..<4 {
      let found = scorer.step(tokens)
      for (row, example) in Self.examples.enumerated() {
        let target = (0..<step).map { TokenID(2 + ($0 + row) % 9) }
        #expect(agree(found, row, model.alone(example.source, target)[step]))
        let attention = try #require(scorer.attention(row: row))
        #expect(attention.count == example.source.count + 1)
        #expect(abs(attention.reduce(0, +) - 1) < 1e-5)
      }
      tokens = (0..<4).map { TokenID(2 + (step + $0) % 9) }
    }
  }

  /// Rows continued, doubled, dropped and brought back to more: each goes on as if decoded by itself.
  @Test(arguments: NetworkGradientTests.configs.indices)
  func reorderedRowsGoOnAsIfAlone(_ number: Int) throws {
    let model = try Model(number)
    let scorer = model.scorer(Self.examples.map(\.source))
    _ = scorer.start()
    let orders: [[Int]?] = [
      [0, 0, 1, 2, 3, 3, 3], nil, [6, 5, 2, 2, 0], [4, 1], nil, [1, 1, 1, 0, 0, 1], [2], nil,
    ]
    var generator = RandomGenerator(seed: 8)
    // A reordering before the first step: several rows a sentence from the start.
    scorer.reorder([0, 1, 1, 2, 3])
    var rows: [(sentence: Int, prefix: [TokenID])] = [0, 1, 1, 2, 3].map { ($0, []) }
    var tokens = [TokenID](repeating: Mark.begin, count: rows.count)
    for order in orders {
      let found = scorer.step(tokens)
      #expect(found.rows == rows.count)
      for (row, (sentence, prefix)) in rows.enumerated() {
        let expected = model.alone(Self.examples[sentence].source, prefix)
        #expect(agree(found, row, expected[prefix.count]), "row \(row) after \(prefix)")
        #expect(scorer.attention(row: row)?.count == Self.examples[sentence].source.count + 1)
      }
      if let order {
        let places = order.map { $0 % rows.count }
        scorer.reorder(places)
        rows = places.map { rows[$0] }
      }
      tokens = rows.map { _ in TokenID.random(in: 2..<13, using: &generator) }
      for row in rows.indices { rows[row].prefix.append(tokens[row]) }
    }
  }

  @Test func reorderingsAddUpAndStartBeginsAnew() throws {
    let model = try Model(0)
    let scorer = model.scorer(Self.examples.map(\.source))
    func play() -> [Float] {
      _ = scorer.start()
      _ = scorer.step([0, 0, 0, 0])
      scorer.reorder([3, 2, 1, 0])
      scorer.reorder([1, 1])
      return scorer.step([5, 6]).values
    }
    let first = play()
    #expect(play() == first)
    let expected = model.alone(Self.examples[2].source, [5])[1]
    #expect(agree(Tensor(rows: 2, columns: 13, first), 0, expected))
  }
}
