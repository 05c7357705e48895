public import Tensors

/// A gated recurrent unit as Cho et al. (2014, eq. 5–8) have it: the candidate's recurrent product is made with the
/// state that the reset gate has passed, U·(r∘h), which costs a second product a step. If wanted with layer
/// normalisation of all three products.
///
/// Gates are stacked reset, update, candidate.
public struct ResetBeforeGRUCell: RecurrentCell {
  public let hiddenSize: Int
  public var projectedSize: Int { 3 * hiddenSize }
  public var hasCellValue: Bool { false }
  public var recurrentWeights: [Parameter] { [gates.recurrentWeight, candidateWeight] }
  private let gates: GateWeights
  private let candidateWeight: Parameter
  private let candidateGain: Parameter?
  private let options: CellOptions

  /// Declares NAME.input [3H, E], NAME.hidden [2H, H], NAME.bias [1, 3H], the gains, if any, NAME.candidate [H, H]
  /// and its gain, if any.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    options: CellOptions = CellOptions(), in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    self.options = options
    gates = GateWeights(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize, gates: 3, recurrentGates: 2,
      layerNormalization: layerNormalization, options: options, in: &table)
    candidateWeight = GateWeights.recurrent(
      "\(name).candidate", rows: hiddenSize, hiddenSize: hiddenSize, options, in: &table)
    candidateGain =
      layerNormalization
      ? table.declare("\(name).candidate.gain", rows: 1, columns: hiddenSize, .constant(1)) : nil
  }

  public func project(_ input: Variable, on graph: Graph) -> Variable {
    gates.project(input, on: graph)
  }

  public func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph
  ) -> CellState {
    let hidden = graph.carry(state.hidden, rows: projected.rows, mask: mask)
    let recurrent = gates.recurrent(hidden, on: graph)
    let reset = graph.gruReset(gates: projected, recurrent: recurrent, hidden: hidden)
    let product = graph.affine(reset, candidateWeight)
    let candidate = candidateGain.map { graph.layerNormalized(product, gain: $0) } ?? product
    let next = graph.gruHidden(
      gates: projected, recurrent: recurrent, candidate: candidate, previous: state.hidden)
    return graph.zoneout(CellState(hidden: next, cell: nil), previous: state, options)
  }
}
