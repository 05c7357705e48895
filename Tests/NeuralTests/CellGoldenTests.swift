import Foundation
import Neural
import Tensors
import TestSupport
import Testing

/// Every cell in double precision: by Tests/References/cells.py, and LSTM and GRU by PyTorch's own (cells_torch.py).
@Suite struct CellGoldenTests {
  private struct Golden: Decodable {
    var cell: CellKind
    var layerNormalization: Bool
    var hidden: [Double]
    /// By the parameter's name within the cell, and of the input as `x`.
    var gradients: [String: [Double]]
  }

  private static let (inputSize, hiddenSize) = (3, 5)
  private static let steps = [0..<3, 3..<5, 5..<7, 7..<8]

  private static func golden(_ file: String) throws -> [Golden] {
    let url = try #require(
      Bundle.module.url(forResource: file, withExtension: "json", subdirectory: "Golden"))
    return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: url))
  }

  /// 0.6 · sin(0.7 k + offset), as the scripts fill their own.
  private static func filled(_ rows: Int, _ columns: Int, _ offset: Double) -> Tensor {
    Tensor(
      rows: rows, columns: columns,
      (0..<rows * columns).map { Float(0.6 * sin(0.7 * Double($0) + offset)) })
  }

  @Test(arguments: ["cells", "cells-torch"])
  func aSequenceWhoseRowsEndOneByOne(_ file: String) throws {
    let all = try Self.golden(file)
    #expect(Set(all.map(\.cell)) == (file == "cells" ? Set(CellKind.allCases) : [.lstm, .gru]))
    for golden in all { try check(golden, file) }
  }

  private func check(_ golden: Golden, _ file: String) throws {
    let name = "\(file): \(golden.cell.rawValue), normalised \(golden.layerNormalization)"
    var table = ParameterTable()
    let cell = makeCell(
      golden.cell, name: "cell", inputSize: Self.inputSize, hiddenSize: Self.hiddenSize,
      layerNormalization: golden.layerNormalization, in: &table)
    let weights = Tensor(rows: 1, columns: table.count)
    for (number, parameter) in table.parameters.enumerated() {
      copy(
        Self.filled(parameter.rows, parameter.columns, 0.1 * Double(number + 1)),
        to: parameter.cut(from: weights))
    }
    let gradients = Tensor(rows: 1, columns: table.count)
    let graph = Graph(weights: weights, gradients: gradients)
    let x = Variable(value: Self.filled(8, 3, 1.7), gradient: Tensor(rows: 8, columns: 3))
    let projected = cell.project(x, on: graph)
    let zero = graph.make(rows: 0, columns: Self.hiddenSize)
    var state = CellState(hidden: zero, cell: cell.hasCellValue ? zero : nil)
    let whole = graph.unroll(Self.steps) { _ in
      state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
      return [state.hidden]
    }
    #expect(largestError(whole[0].value, golden.hidden) < 2e-6, "\(name)")
    add(Self.filled(8, 5, 1.8), to: try #require(whole[0].gradient))
    graph.backward()
    // Normalising five units magnifies rounding.
    let bound = golden.layerNormalization ? 2e-5 : 2e-6
    #expect(Set(golden.gradients.keys) == Set(table.parameters.map(Self.shortName) + ["x"]))
    for parameter in table.parameters {
      let expected = try #require(golden.gradients[Self.shortName(parameter)])
      let error = largestError(parameter.cut(from: gradients), expected)
      #expect(error < bound, "\(name): \(parameter.name) \(error)")
    }
    let dx = try #require(x.gradient)
    #expect(largestError(dx, try #require(golden.gradients["x"])) < bound, "\(name): input")
  }

  private static func shortName(_ parameter: Parameter) -> String {
    String(parameter.name.dropFirst("cell.".count))
  }
}
