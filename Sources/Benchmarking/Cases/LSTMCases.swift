internal import Neural
internal import Tensors

extension BenchmarkCase {
  private static let sentences = 64
  private static let steps = 15

  /// A layer of 512 units on vectors of 512.
  static let lstm: [BenchmarkCase] = [false, true].map { backward in
    let name = "\(backward ? "training" : "forward")/\(sentences)x\(steps)x512x512"
    return BenchmarkCase(.lstm, name, .rate("GFLOP")) { settings in
      let size = 512
      var table = ParameterTable()
      let cell = makeCell(
        .lstm, name: "lstm", inputSize: size, hiddenSize: size, layerNormalization: false,
        in: &table)
      let rows = sentences * steps
      let values = drawn(rows: rows, columns: size, seed: 1)
      let need = Need(float: 2 * Double(rows * 4 * size * 2 * size))
      return LayerWork.make(table, settings, backward: backward, need: need) { graph, _ in
        let projected = cell.project(graph.input(values), on: graph)
        let zero = graph.make(rows: 0, columns: size)
        var state = CellState(hidden: zero, cell: zero)
        let whole = graph.unroll((0..<steps).map { $0 * sentences..<($0 + 1) * sentences }) { _ in
          state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
          return [state.hidden]
        }
        graph.want(whole[0])
      }
    }
  }
}
