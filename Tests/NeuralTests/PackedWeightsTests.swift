import Neural
import Tensors
import Testing

@Suite struct PackedWeightsTests {
  private func product(_ graph: Graph, _ x: Tensor, _ weight: Parameter) -> [Float] {
    graph.affine(Variable(constant: x), weight).value.values
  }

  @Test func followTheWeightsWhenToldTo() {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 70, columns: 5, .normal(1))
    let weights = table.initialWeights(seed: 3)
    let packed = PackedWeights(
      table, weights: weights, for: .inference, workers: Workers(count: 2))
    let x = Tensor(rows: 1, columns: 5, [1, 0, 0, 0, 0])
    func firstColumn() -> [Float] { (0..<70).map { weight.cut(from: weights)[$0, 0] } }
    let graph = Graph(weights: weights, packed: packed)
    let old = firstColumn()
    #expect(product(graph, x, weight) == old)
    weight.cut(from: weights)[69, 0] = 4
    #expect(product(graph, x, weight) == old)
    packed.repack(Workers(count: 2))
    #expect(product(graph, x, weight) == firstColumn())
    // Other weights may take their place for a while.
    let others = table.initialWeights(seed: 4)
    packed.repack(from: others, Workers(count: 1))
    #expect(product(graph, x, weight) == (0..<70).map { weight.cut(from: others)[$0, 0] })
    packed.repack(Workers(count: 1))
    #expect(product(graph, x, weight) == firstColumn())
  }

  /// Tables that are only looked up would take memory for nothing.
  @Test func holdWhatProductsAreMadeWith() {
    var table = ParameterTable()
    _ = table.declare("table", rows: 100, columns: 64, .normal(1), use: .lookedUp)
    _ = table.declare("bias", rows: 1, columns: 64, .zeros)
    let weight = table.declare("w", rows: 96, columns: 64, .normal(1))
    let weights = table.initialWeights(seed: 1)
    func count(_ use: PackedWeights.Use) -> Int {
      PackedWeights(table, weights: weights, for: use, workers: Workers(count: 1)).count
    }
    // Panels are at most 32 columns wide, which divides both sides here.
    #expect(count(.inference) == weight.count)
    #expect(count(.training) == 2 * weight.count)
  }

  /// Products with some rows of a matrix are those columns of the whole product, however the matrix is laid out.
  @Test(arguments: ["plain", "packed", "8 bits"]) func selectedRows(layout: String) {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 83, columns: 21, .normal(1))
    let bias = table.declare("b", rows: 1, columns: 83, .normal(1))
    let weights = table.initialWeights(seed: 8)
    var int8: [String: Int8Matrix] = [:]
    if layout == "8 bits" {
      let matrix = Int8Matrix(depth: 21, columns: 83)
      matrix.pack(transposed: weight.cut(from: weights), panels: 0..<matrix.panels)
      int8["w"] = matrix
    }
    let packed =
      layout == "plain"
      ? nil
      : PackedWeights(
        table, weights: weights, int8: int8, for: .inference, workers: Workers(count: 1))
    let graph = Graph(weights: weights, packed: packed)
    let x = Variable(constant: Tensor(rows: 3, columns: 21, (0..<63).map { Float($0 % 11) - 5 }))
    let whole = graph.affine(x, weight, bias: bias).value
    let rows = [82, 0, 5, 31, 32, 33, 64, 5] + Array(40..<75)
    let some = graph.affine(x, graph.selecting(rows, of: weight, bias: bias)).value
    for row in 0..<3 {
      for (place, column) in rows.enumerated() {
        #expect(abs(some[row, place] - whole[row, column]) < 1e-4)
        if layout != "plain" { #expect(some[row, place] == whole[row, column]) }
      }
    }
  }

  /// What is of 8 bits is multiplied and looked up as it is, whatever the flat buffer holds.
  @Test func matricesOf8BitsTakeThePlaceOfOthers() {
    var table = ParameterTable()
    let matrix = table.declare("w", rows: 70, columns: 33, .normal(1))
    let tied = table.declare("tied", rows: 40, columns: 33, .normal(1), use: .tied)
    let looked = table.declare("table", rows: 50, columns: 9, .normal(1), use: .lookedUp)
    let weights = table.initialWeights(seed: 2)
    let workers = Workers(count: 1)
    var int8: [String: Int8Matrix] = [:]
    for parameter in [matrix, tied, looked] {
      let packed = Int8Matrix(depth: parameter.columns, columns: parameter.rows)
      packed.pack(transposed: parameter.cut(from: weights), panels: 0..<packed.panels)
      int8[parameter.name] = packed
    }
    let plain = Graph(weights: weights)
    let x = Tensor(rows: 2, columns: 33, (0..<66).map { Float($0 % 7) - 3 })
    let expected = [matrix, tied].map { product(plain, x, $0) }
    let rows = [tied, looked].map { plain.lookup($0, [0, 39]).value.values }
    let zeros = Tensor(rows: 1, columns: table.count)
    let graph = Graph(
      weights: zeros,
      packed: PackedWeights(table, weights: zeros, int8: int8, for: .inference, workers: workers))
    func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
      zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    let products = [matrix, tied].map { product(graph, x, $0) }
    // Half a step of weights up to 4 / 127, times 33 inputs of up to 3.
    #expect(largestDifference(products, expected) < 1 && products != expected)
    let found = [tied, looked].map { graph.lookup($0, [0, 39]).value.values }
    #expect(largestDifference(found, rows) < 0.02 && found != rows)
  }

  /// Translating needs no second copy of what it only multiplies by.
  @Test func takeOverWeightsThatAreOnlyMultipliedBy() {
    var table = ParameterTable()
    // Large enough to be memory that can be given back.
    let matrix = table.declare("w", rows: 700, columns: 512, .normal(1))
    let tied = table.declare("tied", rows: 700, columns: 512, .normal(1), use: .tied)
    let looked = table.declare("table", rows: 700, columns: 512, .normal(1), use: .lookedUp)
    let weights = table.initialWeights(seed: 2)
    let x = Tensor(rows: 1, columns: 512, (0..<512).map { Float($0 % 7) })
    let workers = Workers(count: 1)
    let before = Graph(
      weights: weights,
      packed: PackedWeights(table, weights: weights, for: .inference, workers: workers))
    let (product, tiedProduct) = (product(before, x, matrix), product(before, x, tied))
    let rows = [tied, looked].map { before.lookup($0, [0, 350, 699]).value.values }
    let after = Graph(
      weights: weights,
      packed: PackedWeights(
        table, weights: weights, for: .inference, workers: workers, takesWeights: true))
    #expect(self.product(after, x, matrix) == product)
    #expect(self.product(after, x, tied) == tiedProduct)
    #expect([tied, looked].map { after.lookup($0, [0, 350, 699]).value.values } == rows)
    // Whole pages of the matrix are gone.
    #expect(matrix.cut(from: weights)[350, 0] == 0)
  }
}
