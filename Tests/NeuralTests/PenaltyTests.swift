import Neural
import Tensors
import TestSupport
import Testing

@Suite struct PenaltyTests {
  @Test func activations() {
    OperationCheck(inputs: [(5, 3)]) { graph, x, _ in
      Made(loss: graph.addActivationPenalty(x[0], factor: 0.7))
    }.check()
  }

  /// Rows become fewer as sequences end.
  @Test func changes() {
    OperationCheck(inputs: [(9, 4)]) { graph, x, _ in
      Made(
        loss: graph.addTemporalActivationPenalty(x[0], steps: [0..<4, 4..<7, 7..<9], factor: 0.6))
    }.check()
  }

  @Test func changesAreOfTheSameSequence() {
    let x = Variable(constant: Tensor(rows: 5, columns: 1, [1, 10, 3, 10, 4]))
    let graph = Graph(weights: Tensor(rows: 1, columns: 1))
    // (3 − 1)² + (10 − 10)² + (4 − 3)²
    #expect(graph.addTemporalActivationPenalty(x, steps: [0..<2, 2..<4, 4..<5], factor: 1) == 5)
    #expect(graph.addActivationPenalty(x, factor: 2) == 2 * (1 + 100 + 9 + 100 + 16))
    #expect(graph.addTemporalActivationPenalty(x, steps: [0..<5], factor: 1) == 0)
  }

  @Test func scaledRows() {
    OperationCheck(inputs: [(4, 3)]) { graph, x, _ in
      Made(outputs: [graph.scaledRows(x[0], by: [0, 2, -0.5, 1])])
    }.check()
  }
}
