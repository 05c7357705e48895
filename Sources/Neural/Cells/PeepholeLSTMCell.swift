public import Tensors

/// An LSTM whose gates see the cell value through diagonal weights (Gers & Schmidhuber 2000): input and forget gates
/// that of the step before, the output gate the new one. If wanted with layer normalisation as in `LSTMCell`; what
/// gates see is the cell value as it is.
///
/// Gates are stacked input, forget, candidate, output; peepholes input, forget, output. These start at zero, where
/// the cell is an LSTM.
public struct PeepholeLSTMCell: RecurrentCell {
  public let hiddenSize: Int
  public var projectedSize: Int { 4 * hiddenSize }
  public var hasCellValue: Bool { true }
  public var recurrentWeights: [Parameter] { [gates.recurrentWeight] }
  private let gates: GateWeights
  private let peepholes: Parameter
  private let normalization: CellNormalization?
  private let options: CellOptions

  /// Declares NAME.input [4H, E], NAME.hidden [4H, H], NAME.bias [1, 4H], the gains, if any, NAME.peephole [1, 3H]
  /// and the cell value's gain and shift, if any.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    options: CellOptions = CellOptions(), in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    self.options = options
    gates = GateWeights(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize, gates: 4, forgetGate: 1,
      layerNormalization: layerNormalization, options: options, in: &table)
    peepholes = table.declare("\(name).peephole", rows: 1, columns: 3 * hiddenSize, .zeros)
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
      graph.peepholeCell(gates: projected, previous: $0, weights: peepholes)
    }
  }
}
