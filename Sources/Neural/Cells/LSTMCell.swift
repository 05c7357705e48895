public import Tensors

/// Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate, Gers et al. 2000), if wanted with
/// layer normalisation of both products and of the cell value (Ba et al. 2016, eq. 20–22).
///
/// Gates are stacked input, forget, candidate, output.
public struct LSTMCell: RecurrentCell {
  public let hiddenSize: Int
  public var projectedSize: Int { 4 * hiddenSize }
  public var hasCellValue: Bool { true }
  public var recurrentWeights: [Parameter] { [gates.recurrentWeight] }
  private let gates: GateWeights
  private let normalization: CellNormalization?
  private let options: CellOptions

  /// Declares NAME.input [4H, E], NAME.hidden [4H, H], NAME.bias [1, 4H] and gains and shift, if any.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    options: CellOptions = CellOptions(), in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    self.options = options
    gates = GateWeights(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize, gates: 4, forgetGate: 1,
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
      graph.lstmCell(gates: projected, previous: $0)
    }
  }
}
