import Neural
import Tensors
import TestSupport
import Testing

@Suite struct InitializationTests {
  /// An orthogonal matrix for each gate: of all cells, also of matrices whose width is no multiple of a vector's.
  @Test(arguments: CellKind.allCases, [16, 37])
  func recurrentMatricesAreOrthogonal(_ kind: CellKind, _ units: Int) {
    var options = CellOptions()
    options.initialization = .orthogonal
    var table = ParameterTable()
    let cell = makeCell(
      kind, name: "cell", inputSize: 5, hiddenSize: units, layerNormalization: false,
      options: options, in: &table)
    let weights = table.initialWeights(seed: 2)
    var blocks: [Tensor] = []
    for weight in cell.recurrentWeights {
      let matrix = weight.cut(from: weights)
      for start in stride(from: 0, to: matrix.rows, by: units) {
        blocks.append(matrix.slice(start..<start + units))
      }
    }
    #expect(blocks.count == kind.gates)
    let identity = (0..<units * units).map { $0 % (units + 1) == 0 ? 1.0 : 0 }
    for block in blocks {
      let product = Tensor(rows: units, columns: units)
      multiply(block, .plain, block, .transposed, into: product)
      #expect(largestError(product, identity) < 2e-6)
      // No number is out of line: their squares have mean 1 / H.
      #expect(abs(sumOfSquares(block) / Double(units) - 1) < 1e-5)
    }
    #expect(Set(blocks.map { $0[0, 0] }).count == blocks.count)
    // Inputs are not concerned.
    let bound = (6 / Float(5 + units)).squareRoot()
    let input = table.parameters[0].cut(from: weights)
    #expect(input.values.contains { abs($0) > 0.8 * bound })
    #expect(input.values.allSatisfy { abs($0) <= bound })
  }

  @Test func nearlyDependentRowsAreOrthogonalToo() {
    let matrix = randomTensor(rows: 20, columns: 33, scale: 1e-3, seed: 3)
    for column in 0..<33 { matrix[7, column] = matrix[3, column] * (column == 5 ? 1.001 : 1) }
    orthogonalizeRows(matrix)
    let product = Tensor(rows: 20, columns: 20)
    multiply(matrix, .plain, matrix, .transposed, into: product)
    #expect(largestError(product, (0..<400).map { $0 % 21 == 0 ? 1.0 : 0 }) < 1e-4)
  }

  /// The spread scales what is random and free, and leaves the draws as they are.
  @Test func spreadScalesRandomMatrices() {
    func weights(spread: Float) -> [[Float]] {
      var table = ParameterTable()
      table.spread = spread
      let parameters = [
        table.declare("g", rows: 6, columns: 4, .glorot(fanIn: 4, fanOut: 6)),
        table.declare("n", rows: 6, columns: 4, .normal(0.5)),
        table.declare("c", rows: 1, columns: 4, .constant(1)),
        table.declare("b", rows: 1, columns: 4, .block(1, columns: 1..<3)),
        table.declare("o", rows: 8, columns: 4, .orthogonal),
      ]
      let weights = table.initialWeights(seed: 1)
      return parameters.map { $0.cut(from: weights).values }
    }
    let (one, two) = (weights(spread: 1), weights(spread: 2))
    for number in 0..<2 { #expect(two[number] == one[number].map { 2 * $0 }) }
    for number in 2..<5 { #expect(two[number] == one[number]) }
  }
}
