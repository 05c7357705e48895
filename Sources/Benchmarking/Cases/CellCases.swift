internal import Neural
internal import Tensors

extension BenchmarkCase {
  /// A layer of each cell as the decoder of model S has it, 512 units on vectors of 256, without layer normalisation and
  /// with it. All do the same steps, so that steps a second tell which is the fastest, and shares how much of that is
  /// arithmetic.
  static let cells: [BenchmarkCase] = [false, true].flatMap { isNormalized in
    CellKind.allCases.flatMap { kind in
      let layer = CellLayer(
        kind, inputSize: 256, hiddenSize: 512, layerNormalization: isNormalized)
      let name = kind.rawValue + (isNormalized ? "-normalized" : "")
      return [
        layer.measured(name + "/forward", backward: false),
        layer.measured(name + "/training", backward: true),
      ]
    }
  }
}

/// A recurrent layer over sentences of one length.
struct CellLayer: Sendable {
  static let sentences = 64
  static let steps = 15

  private let kind: CellKind
  private let inputSize: Int
  private let hiddenSize: Int
  private let layerNormalization: Bool

  init(_ kind: CellKind, inputSize: Int, hiddenSize: Int, layerNormalization: Bool = false) {
    self.kind = kind
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    self.layerNormalization = layerNormalization
  }

  /// Sentences, steps, width of the input, units.
  var shape: String { "\(Self.sentences)x\(Self.steps)x\(inputSize)x\(hiddenSize)" }

  /// Steps a second of batches.
  func measured(_ name: String, backward: Bool) -> BenchmarkCase {
    BenchmarkCase(.cells, "\(name)/\(shape)", .rate("step")) { settings in
      let work = work(settings, backward: backward)
      return Work { times in
        var done = try work.run(times)
        done.units = Double(times * settings.threads * Self.steps)
        return done
      }
    }
  }

  func work(_ settings: BenchmarkSettings, backward: Bool) -> Work {
    var table = ParameterTable()
    let cell = makeCell(
      kind, name: "cell", inputSize: inputSize, hiddenSize: hiddenSize,
      layerNormalization: layerNormalization, in: &table)
    let (sentences, steps, hidden) = (Self.sentences, Self.steps, hiddenSize)
    let rows = sentences * steps
    let values = drawn(rows: rows, columns: inputSize, seed: 1)
    // Each number of a matrix is a factor once a row.
    let factors = table.parameters.reduce(0) { $1.isMultiplied ? $0 + $1.count : $0 }
    let need = Need(float: 2 * Double(rows * factors))
    return LayerWork.make(table, settings, backward: backward, need: need) { graph, _ in
      let projected = cell.project(graph.input(values), on: graph)
      let zero = graph.make(rows: 0, columns: hidden)
      var state = CellState(hidden: zero, cell: cell.hasCellValue ? zero : nil)
      let whole = graph.unroll((0..<steps).map { $0 * sentences..<($0 + 1) * sentences }) { _ in
        state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
        return [state.hidden]
      }
      graph.want(whole[0])
    }
  }
}
