public import Tensors

/// An LSTM with coupled input and forget gates (CIFG, Greff et al. 2017): what is forgotten makes room for as
/// much that is new, i = 1 − f, and a quarter of the matrices is saved. If wanted with layer normalisation as in
/// `LSTMCell`.
///
/// Gates are stacked forget, candidate, output.
public struct CoupledGateCell: RecurrentCell {
  public let hiddenSize: Int
  public var projectedSize: Int { 3 * hiddenSize }
  public var hasCellValue: Bool { true }
  public var recurrentWeights: [Parameter] { [gates.recurrentWeight] }
  private let gates: GateWeights
  private let normalization: CellNormalization?
  private let options: CellOptions

  /// Declares NAME.input [3H, E], NAME.hidden [3H, H], NAME.bias [1, 3H] and gains and shift, if any.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    options: CellOptions = CellOptions(), in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    self.options = options
    gates = GateWeights(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize, gates: 3, forgetGate: 0,
      layerNormalization: layerNormalization, options: options, in: &table)
    normalization = CellNormalization(
      name: name, hiddenSize: hiddenSize, isWanted: layerNormalization, in: &table)
  }

  public func project(_ input: Variable, on graph: Graph) -> Variable {
    gates.project(input, on: graph)
  }

  public func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph
  ) -> CellState {
    gates.step(projected, state, mask: mask, normalization, options, on: graph) {
      graph.coupledCell(gates: projected, previous: $0)
    }
  }
}
