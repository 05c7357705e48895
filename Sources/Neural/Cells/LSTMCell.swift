public import Tensors

/// Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate, Gers et al. 2000), if wanted with
/// layer normalisation of both products and of the cell value (Ba et al. 2016, eq. 20–22).
///
/// Gates are stacked input, forget, candidate, output. The forget bias starts at 1 (Jozefowicz et al. 2015).
public struct LSTMCell: RecurrentCell {
  private struct Normalization {
    let input: Parameter
    let recurrent: Parameter
    let cellGain: Parameter
    let cellShift: Parameter
  }

  public let hiddenSize: Int
  public var projectedSize: Int { 4 * hiddenSize }
  public var hasCellValue: Bool { true }
  private let inputWeight: Parameter
  private let recurrentWeight: Parameter
  private let bias: Parameter
  private let normalization: Normalization?

  /// Declares NAME.input [4H, E], NAME.hidden [4H, H], NAME.bias [1, 4H] and the gains, if any.
  public init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
    in table: inout ParameterTable
  ) {
    self.hiddenSize = hiddenSize
    let gates = 4 * hiddenSize
    inputWeight = table.declare(
      "\(name).input", rows: gates, columns: inputSize,
      .glorot(fanIn: inputSize, fanOut: hiddenSize))
    recurrentWeight = table.declare(
      "\(name).hidden", rows: gates, columns: hiddenSize,
      .glorot(fanIn: hiddenSize, fanOut: hiddenSize))
    bias = table.declare(
      "\(name).bias", rows: 1, columns: gates, .ones(columns: hiddenSize..<2 * hiddenSize))
    normalization =
      layerNormalization
      ? Normalization(
        input: table.declare("\(name).input.gain", rows: 1, columns: gates, .constant(1)),
        recurrent: table.declare("\(name).hidden.gain", rows: 1, columns: gates, .constant(1)),
        cellGain: table.declare("\(name).cell.gain", rows: 1, columns: hiddenSize, .constant(1)),
        cellShift: table.declare("\(name).cell.shift", rows: 1, columns: hiddenSize, .zeros))
      : nil
  }

  public func project(_ input: Variable, on graph: Graph) -> Variable {
    guard let normalization else { return graph.affine(input, inputWeight, bias: bias) }
    // The bias stays outside the normalisation, as its shift.
    return graph.layerNormalized(
      graph.affine(input, inputWeight), gain: normalization.input, shift: bias)
  }

  public func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph
  ) -> CellState {
    let hidden = graph.carry(state.hidden, rows: projected.rows, mask: mask)
    guard let previousCell = state.cell else {
      preconditionFailure("an LSTM state has a cell value")
    }
    if let normalization {
      graph.layerNormalized(
        graph.affine(hidden, recurrentWeight), gain: normalization.recurrent, addedTo: projected)
    } else {
      graph.addAffine(hidden, recurrentWeight, to: projected)
    }
    let cell = graph.lstmCell(gates: projected, previous: previousCell)
    let shown =
      normalization.map {
        graph.layerNormalized(cell, gain: $0.cellGain, shift: $0.cellShift)
      } ?? cell
    return CellState(hidden: graph.lstmHidden(gates: projected, cell: shown), cell: cell)
  }
}
