public import Tensors

/// Elman's network (1990): h = tanh(W·x + U·h + b), without gates, whose gradient a long sequence wears down or blows
/// up (Bengio et al. 1994). If wanted with layer normalisation of both products.
public struct ElmanCell: RecurrentCell {
  public let hiddenSize: Int
  public var projectedSize: Int { hiddenSize }
  public var hasCellValue: Bool { false }
  public var recurrentWeights: [Parameter] { [gates.recurrentWeight] }
  private let gates: GateWeights
  private let options: CellOptions

  /// Declares NAME.input [H, E], NAME.hidden [H, H], NAME.bias [1, H] and the gains, if any.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    options: CellOptions = CellOptions(), in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    self.options = options
    gates = GateWeights(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize, gates: 1,
      layerNormalization: layerNormalization, options: options, in: &table)
  }

  public func project(_ input: Variable, on graph: Graph) -> Variable {
    gates.project(input, on: graph)
  }

  public func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph
  ) -> CellState {
    let hidden = graph.carry(state.hidden, rows: projected.rows, mask: mask)
    gates.addRecurrent(hidden, to: projected, on: graph)
    // The input's share becomes the state: its memory is there already.
    graph.tanhInPlace(projected)
    return graph.zoneout(CellState(hidden: projected, cell: nil), previous: state, options)
  }
}
