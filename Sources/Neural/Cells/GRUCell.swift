public import Tensors

/// A gated recurrent unit (Cho et al. 2014) with the reset gate applied after the recurrent product, which has a bias
/// of its own, as PyTorch and cuDNN have it: one product a step. If wanted with layer normalisation of both products
/// (Ba et al. 2016), each over all three gates, where the paper's supplement has the candidate by itself.
///
/// Gates are stacked reset, update, candidate.
public struct GRUCell: RecurrentCell {
  public let hiddenSize: Int
  public var projectedSize: Int { 3 * hiddenSize }
  public var hasCellValue: Bool { false }
  public var recurrentWeights: [Parameter] { [gates.recurrentWeight] }
  private let gates: GateWeights
  private let candidateBias: Parameter
  private let options: CellOptions

  /// Declares NAME.input [3H, E], NAME.hidden [3H, H], NAME.bias [1, 3H], the gains, if any, and
  /// NAME.hidden.bias [1, H], which is the candidate's.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    options: CellOptions = CellOptions(), in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    self.options = options
    gates = GateWeights(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize, gates: 3,
      layerNormalization: layerNormalization, options: options, in: &table)
    candidateBias = table.declare("\(name).hidden.bias", rows: 1, columns: hiddenSize, .zeros)
  }

  public func project(_ input: Variable, on graph: Graph) -> Variable {
    gates.project(input, on: graph)
  }

  public func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph
  ) -> CellState {
    let hidden = graph.carry(state.hidden, rows: projected.rows, mask: mask)
    let next = graph.gruHidden(
      gates: projected, recurrent: gates.recurrent(hidden, on: graph), bias: candidateBias,
      previous: state.hidden)
    return graph.zoneout(CellState(hidden: next, cell: nil), previous: state, options)
  }
}
