import Neural
import Tensors
import Testing

@Suite struct ParameterTableTests {
  @Test func matricesLieApartOnCacheLines() throws {
    var table = ParameterTable()
    let parameters = [
      table.declare("a", rows: 3, columns: 5, .constant(1)),
      table.declare("b", rows: 1, columns: 1, .constant(2)),
      table.declare("c", rows: 4, columns: 8, .constant(3)),
    ]
    #expect(parameters.map(\.offset) == [0, 16, 32])
    #expect(table.count == 64)
    #expect(table.parameter(named: "c") == parameters[2])
    #expect(table.parameter(named: "d") == nil)
    let weights = table.initialWeights(seed: 1)
    #expect(weights.count == 64)
    for (number, parameter) in parameters.enumerated() {
      #expect(parameter.cut(from: weights).values.allSatisfy { $0 == Float(number + 1) })
    }
    // What lies between stays zero.
    #expect(weights.values[15] == 0 && weights.values[17..<32].allSatisfy { $0 == 0 })
  }

  @Test func initializersFillAsTheySay() {
    var table = ParameterTable()
    let zeros = table.declare("zeros", rows: 2, columns: 3, .zeros)
    let glorot = table.declare("glorot", rows: 100, columns: 50, .glorot(fanIn: 50, fanOut: 100))
    let normal = table.declare("normal", rows: 100, columns: 50, .normal(0.5))
    let ones = table.declare("ones", rows: 1, columns: 8, .block(1, columns: 2..<4))
    let weights = table.initialWeights(seed: 3)
    #expect(zeros.cut(from: weights).values == [0, 0, 0, 0, 0, 0])
    let bound = (6 / Float(150)).squareRoot()
    let uniform = glorot.cut(from: weights)
    #expect(uniform.values.allSatisfy { abs($0) <= bound })
    #expect(abs(sumOfSquares(uniform) / 5000 - Double(bound * bound / 3)) < 0.001)
    #expect(abs(sumOfSquares(normal.cut(from: weights)) / 5000 - 0.25) < 0.025)
    #expect(ones.cut(from: weights).values == [0, 0, 1, 1, 0, 0, 0, 0])
    #expect(table.initialWeights(seed: 3).values == weights.values)
    #expect(table.initialWeights(seed: 4).values != weights.values)
  }

  @Test func aCellDeclaresItsWeightsByName() {
    var table = ParameterTable()
    let cell = makeCell(
      .lstm, name: "x", inputSize: 3, hiddenSize: 5, layerNormalization: true, in: &table)
    #expect(cell.projectedSize == 20 && cell.hiddenSize == 5 && cell.hasCellValue)
    #expect(
      table.parameters.map { "\($0.name) \($0.shape)" } == [
        "x.input [20, 3]", "x.hidden [20, 5]", "x.bias [1, 20]", "x.input.gain [1, 20]",
        "x.hidden.gain [1, 20]", "x.cell.gain [1, 5]", "x.cell.shift [1, 5]",
      ])
    // The forget gate begins open.
    let bias = table.parameters[2].cut(from: table.initialWeights(seed: 1)).values
    #expect(bias.indices.allSatisfy { bias[$0] == ((5..<10).contains($0) ? 1 : 0) })
  }
}
