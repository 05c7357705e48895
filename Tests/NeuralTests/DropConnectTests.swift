import Neural
import Tensors
import TestSupport
import Testing

@Suite struct DropConnectTests {
  private let table: ParameterTable
  private let weight: Parameter
  private let other: Parameter
  private let weights: Tensor
  private let gradients: Tensor

  init() {
    var table = ParameterTable()
    weight = table.declare("w", rows: 40, columns: 30, .normal(1), use: .recurrent)
    other = table.declare("v", rows: 40, columns: 30, .normal(1))
    self.table = table
    weights = table.initialWeights(seed: 4)
    gradients = Tensor(rows: 1, columns: table.count)
  }

  private func graph(_ use: PackedWeights.Use? = nil) -> Graph {
    Graph(
      weights: weights,
      packed: use.map {
        PackedWeights(table, weights: weights, for: $0, workers: Workers(count: 1))
      }, gradients: gradients)
  }

  private static var identity: Tensor {
    Tensor(rows: 30, columns: 30, (0..<900).map { $0 % 31 == 0 ? 1 : 0 })
  }

  /// The matrix as products see it, transposed.
  private func seen(_ graph: Graph, _ weight: Parameter) -> Tensor {
    graph.affine(Variable(constant: Self.identity), weight).value
  }

  @Test(arguments: [false, true]) func oneMaskForAllProductsOfAPass(isPacked: Bool) {
    let graph = graph(isPacked ? .training : nil)
    let whole = weight.cut(from: weights)
    graph.dropConnect([weight], rate: 0.25)
    let found = seen(graph, weight)
    var zeros = 0
    for row in 0..<40 {
      for column in 0..<30 {
        let value = found[column, row]
        if value == 0 { zeros += 1 }
        #expect(value == 0 || abs(value - whole[row, column] / 0.75) < 1e-5)
      }
    }
    #expect(abs(Double(zeros) / 1200 - 0.25) < 0.05)
    #expect(seen(graph, weight).values == found.values)
    // Others are whole; the next pass draws anew.
    #expect(seen(graph, other)[2, 3] == other.cut(from: weights)[3, 2])
    graph.reset()
    #expect(seen(graph, weight)[2, 3] == whole[3, 2])
    graph.dropConnect([weight], rate: 0.25)
    #expect(seen(graph, weight).values != found.values)
  }

  /// The gradient of a weight that was zero is zero, that of the others grows as they did; the input's goes through
  /// the masked matrix.
  @Test(arguments: [false, true]) func gradientsAreMasked(isPacked: Bool) throws {
    let graph = graph(isPacked ? .training : nil)
    graph.dropConnect([weight], rate: 0.25)
    let x = Variable(value: Self.identity, gradient: Tensor(rows: 30, columns: 30))
    let y = graph.affine(x, weight)
    fill(try #require(y.gradient), with: 1)
    let (seen, dWeight) = (y.value.copied, weight.cut(from: gradients))
    graph.backward()
    for row in 0..<40 {
      for column in 0..<30 {
        let expected: Float = seen[column, row] == 0 ? 0 : 1 / 0.75
        #expect(abs(dWeight[row, column] - expected) < 1e-5)
      }
    }
    let dx = try #require(x.gradient)
    let columnSum = (0..<40).reduce(0.0) { $0 + Double(seen[5, $1]) }
    #expect(abs(Double(dx[0, 5]) - columnSum) < 1e-4)
    // A pass is over when it has run backward.
    #expect(self.seen(graph, weight)[2, 3] == weight.cut(from: weights)[3, 2])
  }

  /// Products of a pass run backward through the matrix they were made with, though it has been masked anew since.
  @Test func aSecondMaskLeavesEarlierProductsAlone() throws {
    let graph = graph()
    graph.dropConnect([weight], rate: 0.5)
    let x = Variable(value: Self.identity, gradient: Tensor(rows: 30, columns: 30))
    let first = graph.affine(x, weight)
    graph.dropConnect([weight], rate: 0.5)
    let second = graph.affine(Variable(constant: Self.identity), weight)
    #expect(first.value.values != second.value.values)
    fill(try #require(first.gradient), with: 1)
    let seen = first.value.copied
    graph.backward()
    let dx = try #require(x.gradient)
    let columnSum = (0..<40).reduce(0.0) { $0 + Double(seen[5, $1]) }
    #expect(abs(Double(dx[0, 5]) - columnSum) < 1e-4)
    #expect(weight.cut(from: gradients)[0, 0] == (seen[0, 0] == 0 ? 0 : 2))
  }

  @Test func inferenceAndARateOfZeroAreLeftAlone() {
    let inference = Graph(weights: weights)
    inference.dropConnect([weight], rate: 0.5)
    #expect(seen(inference, weight)[2, 3] == weight.cut(from: weights)[3, 2])
    let training = graph()
    var before = training.generator
    training.dropConnect([weight], rate: 0)
    #expect(training.generator.next() == before.next())
    #expect(training.workspaceCapacity == 0)
  }
}
