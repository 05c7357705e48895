import Neural
import Tensors
import TestSupport
import Testing

@Suite struct AttendTests {
  static let ragged = Segments(lengths: [4, 1, 6])

  @Test(arguments: [false, true]) func ownComparison(_ additive: Bool) {
    let rows = Self.ragged.total
    OperationCheck(
      inputs: [(3, 5), (3, 7), (rows, 7), (rows, 4)], parameters: additive ? [(1, 7)] : []
    ) { graph, x, p in
      let attended = graph.attend(
        query: x[0], comparison: x[1], keys: x[2], memory: x[3], vector: p.first,
        segments: Self.ragged)
      return Made(outputs: [attended.joined])
    }.check()
  }

  @Test func dotOfQueryAndMemoryItself() {
    OperationCheck(inputs: [(3, 5), (Self.ragged.total, 5)]) { graph, x, _ in
      let attended = graph.attend(
        query: x[0], comparison: x[0], keys: x[1], memory: x[1], vector: nil, segments: Self.ragged)
      return Made(outputs: [attended.joined])
    }.check()
  }

  @Test func generalWithProjectedKeys() {
    OperationCheck(inputs: [(3, 5), (Self.ragged.total, 4)], parameters: [(5, 4)]) { graph, x, p in
      let attended = graph.attend(
        query: x[0], comparison: x[0], keys: graph.affine(x[1], p[0]), memory: x[1], vector: nil,
        segments: Self.ragged)
      return Made(outputs: [attended.joined])
    }.check()
  }

  @Test func additiveWithProjections() {
    OperationCheck(
      inputs: [(3, 5), (Self.ragged.total, 4)], parameters: [(7, 4), (7, 5), (1, 7)]
    ) { graph, x, p in
      let attended = graph.attend(
        query: x[0], comparison: graph.affine(x[0], p[1]), keys: graph.affine(x[1], p[0]),
        memory: x[1], vector: p[2], segments: Self.ragged)
      return Made(outputs: [attended.joined])
    }.check()
  }

  /// Several hypotheses of a sentence look at the same rows.
  @Test func sharedSentences() {
    let segments = Self.ragged.selecting([2, 0, 2, 2])
    OperationCheck(inputs: [(4, 5), (Self.ragged.total, 5)]) { graph, x, _ in
      let attended = graph.attend(
        query: x[0], comparison: x[0], keys: x[1], memory: x[1], vector: nil, segments: segments)
      return Made(outputs: [attended.joined])
    }.check()
  }

  /// Xu et al. (2015), sec. 4.2.1: a gate for every number of the context.
  @Test func gateOfTheContext() {
    for widths in [(4, 9), (3, 3), (8, 17)] {
      OperationCheck(inputs: [(3, widths.1), (3, 5)], parameters: [(widths.0, 5), (1, widths.0)]) {
        graph, x, p in
        Made(outputs: [graph.gated(x[0], by: graph.affine(x[1], p[0], bias: p[1]))])
      }.check()
    }
  }

  @Test func gateLetsThroughWhatTheLogisticFunctionSays() {
    let graph = Graph(weights: Tensor(rows: 1, columns: 1))
    let x = Variable(constant: Tensor(rows: 1, columns: 4, [2, -3, 5, 7]))
    let gate = Variable(constant: Tensor(rows: 1, columns: 3, [0, 100, -100]))
    let y = graph.gated(x, by: gate).value.values
    for (number, expected) in [Float(1), -3, 0, 7].enumerated() {
      #expect(abs(y[number] - expected) < 1e-6)
    }
  }

  /// Xu et al. (2015), eq. 14: two steps of attention, of which one sequence takes the first alone.
  @Test func coverageOfAllPlaces() {
    let factor = 0.7
    OperationCheck(inputs: [(3, 5), (Self.ragged.total, 5)]) { graph, x, _ in
      var cost = 0.0
      let segments = Segments(lengths: [4, 1])
      let steps = [0..<2, 2..<3]
      let whole = graph.unroll(steps) { step in
        let query = graph.stepRows(of: x[0])
        return [
          graph.attend(
            query: query, comparison: query, keys: x[1], memory: x[1], vector: nil,
            segments: segments, learnsWeights: true
          ).weights
        ]
      }
      cost = graph.addCoverageGradient(
        weights: whole[0], steps: steps, segments: segments, factor: Float(factor))
      return Made(loss: factor * cost)
    }.check()
  }

  @Test func weightsAreSharesOfTheOwnSentence() {
    let graph = Graph(weights: Tensor(rows: 1, columns: 1))
    let memory = randomRows(Self.ragged.total, 5, seed: 2)
    let query = randomRows(3, 5)
    let attended = graph.attend(
      query: query, comparison: query, keys: memory, memory: memory, vector: nil,
      segments: Self.ragged)
    for (row, length) in Self.ragged.lengths.enumerated() {
      let weights = (0..<6).map { attended.weights.value[row, $0] }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-6)
      #expect(weights.dropFirst(length).allSatisfy { $0 == 0 })
      for column in 0..<5 {
        #expect(attended.joined.value[row, 5 + column] == query.value[row, column])
      }
    }
    // One position takes all.
    #expect(
      attended.joined.value.slice(1..<2).values.prefix(5) == memory.value.slice(4..<5).values[...])
  }
}
