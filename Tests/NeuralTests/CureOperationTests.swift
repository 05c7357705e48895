import Foundation
import Neural
import Tensors
import TestSupport
import Testing

/// Operations that keep networks from learning by heart, or let gradients through.
@Suite struct CureOperationTests {
  /// Srivastava et al. (2015), eq. 3.
  @Test func highway() {
    OperationCheck(inputs: [(4, 11), (4, 11)], parameters: [(11, 11), (1, 11)]) { graph, x, p in
      let gate = graph.affine(x[1], p[0], bias: p[1])
      return Made(outputs: [graph.highway(x[0], past: x[1], gate: gate)])
    }.check()
  }

  @Test func anOpenGateLetsTheLayerThroughAndAClosedOneItsInput() {
    let graph = Graph(weights: Tensor(rows: 1, columns: 1))
    let (f, x) = (randomRows(1, 3, seed: 1), randomRows(1, 3, seed: 2))
    let gate = Variable(constant: Tensor(rows: 1, columns: 3, [100, -100, 0]))
    let y = graph.highway(f, past: x, gate: gate).value.values
    #expect(abs(y[0] - f.value.values[0]) < 1e-6 && y[1] == x.value.values[1])
    #expect(abs(y[2] - (f.value.values[2] + x.value.values[2]) / 2) < 1e-6)
  }

  @Test func rowsAreDroppedWhole() {
    OperationCheck(inputs: [(40, 3)]) { graph, x, _ in
      Made(outputs: [graph.dropoutRows(x[0], rate: 0.3)])
    }.check(hasDropout: true)
    let graph = Graph(
      weights: Tensor(rows: 1, columns: 1), gradients: Tensor(rows: 1, columns: 1),
      generator: RandomGenerator(seed: 3))
    let x = Variable(constant: Tensor(rows: 400, columns: 3, Array(repeating: 1, count: 1200)))
    let y = graph.dropoutRows(x, rate: 0.25)
    var dropped = 0
    for row in 0..<400 {
      let values = Set((0..<3).map { y.value[row, $0] })
      #expect(values == [0] || values == [1 / 0.75])
      if values == [0] { dropped += 1 }
    }
    #expect((70...130).contains(dropped))
    // Nothing is drawn where nothing is dropped.
    let before = graph.generator
    #expect(graph.dropoutRows(x, rate: 0).value.isSame(as: x.value))
    var (one, other) = (before, graph.generator)
    #expect(one.next() == other.next())
  }

  /// R-Drop's second term, beside the cross-entropy; 600 rows are more than a block.
  @Test(arguments: [2, 8, 600], [Float(0), 0.1]) func symmetricDivergence(
    rows: Int, smoothing: Float
  ) {
    OperationCheck(inputs: [(rows, 5)], parameters: [(11, 5), (1, 11)]) { graph, x, p in
      let scale: Float = 0.125
      let sums = graph.crossEntropy(
        x[0], p[0], bias: p[1], targets: (0..<rows).map { ($0 / 2 + 3) % 11 },
        smoothing: smoothing, symmetricDivergence: 1.5, scale: scale)
      return Made(loss: sums.smoothed * Double(scale))
    }.check(hasDropout: true)
  }

  /// What is added is the divergence of both rows of a pair, and nothing where they are alike.
  @Test func whatIsAddedIsTheSymmetricDivergence() {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 9, columns: 4, .normal(1))
    let weights = table.initialWeights(seed: 1)
    func smoothed(_ x: Variable, _ factor: Float, trains: Bool = true) -> Double {
      let graph = Graph(
        weights: weights, gradients: trains ? Tensor(rows: 1, columns: weights.count) : nil)
      return graph.crossEntropy(
        x, weight, bias: nil, targets: [1, 1, 2, 2], smoothing: 0.1, symmetricDivergence: factor,
        scale: 1
      ).smoothed
    }
    let x = randomRows(4, 4)
    let logits = Graph(weights: weights).affine(x, weight).value
    applyLogSoftmax(logits)
    var expected = 0.0
    for pair in 0..<2 {
      for column in 0..<9 {
        let (p, q) = (Double(logits[2 * pair, column]), Double(logits[2 * pair + 1, column]))
        expected += (exp(p) - exp(q)) * (p - q)
      }
    }
    #expect(abs(smoothed(x, 0.5) - smoothed(x, 0) - 0.5 * expected) < 1e-5 && expected > 0.1)
    let alike = Graph(weights: weights).gather(x, [0, 0, 2, 2])
    #expect(abs(smoothed(alike, 7) - smoothed(alike, 0)) < 1e-6)
    #expect(smoothed(x, 7, trains: false) == smoothed(x, 0))
  }
}
