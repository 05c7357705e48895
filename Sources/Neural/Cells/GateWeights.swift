internal import Tensors

/// What recurrent cells have in common: the input's share W·x + b of all gates, and the state's share U·h. With layer
/// normalisation (Ba et al. 2016, eq. 20) both products are normalised, each with a gain, and b is the shift.
struct GateWeights {
  private struct Normalization {
    let input: Parameter
    let recurrent: Parameter
  }

  let recurrentWeight: Parameter
  private let inputWeight: Parameter
  private let bias: Parameter
  private let normalization: Normalization?

  /// Declares NAME.input [G·H, E], NAME.hidden [R·H, H], NAME.bias [1, G·H] and the gains, if any.
  ///
  /// - Parameters:
  ///   - gates: of the input's share (G).
  ///   - recurrentGates: of the state's share (R), where it has fewer.
  ///   - forgetGate: the number of the one that begins with a bias.
  init(
    name: String, inputSize: Int, hiddenSize: Int, gates: Int, recurrentGates: Int? = nil,
    forgetGate: Int? = nil, layerNormalization: Bool, options: CellOptions,
    in table: inout ParameterTable
  ) {
    let (width, recurrent) = (gates * hiddenSize, (recurrentGates ?? gates) * hiddenSize)
    inputWeight = table.declare(
      "\(name).input", rows: width, columns: inputSize,
      .glorot(fanIn: inputSize, fanOut: hiddenSize))
    recurrentWeight = Self.recurrent(
      "\(name).hidden", rows: recurrent, hiddenSize: hiddenSize, options, in: &table)
    bias = table.declare(
      "\(name).bias", rows: 1, columns: width,
      forgetGate.map {
        .block(options.forgetBias, columns: $0 * hiddenSize..<($0 + 1) * hiddenSize)
      } ?? .zeros)
    normalization =
      layerNormalization
      ? Normalization(
        input: table.declare("\(name).input.gain", rows: 1, columns: width, .constant(1)),
        recurrent: table.declare("\(name).hidden.gain", rows: 1, columns: recurrent, .constant(1)))
      : nil
  }

  /// Declares a matrix that is multiplied with a state, [rows, H].
  static func recurrent(
    _ name: String, rows: Int, hiddenSize: Int, _ options: CellOptions,
    in table: inout ParameterTable
  ) -> Parameter {
    let initializer: Initializer =
      switch options.initialization {
      case .glorot: .glorot(fanIn: hiddenSize, fanOut: hiddenSize)
      case .orthogonal: .orthogonal
      }
    return table.declare(name, rows: rows, columns: hiddenSize, initializer, use: .recurrent)
  }

  /// The input's share, [N, G·H].
  func project(_ input: Variable, on graph: Graph) -> Variable {
    guard let normalization else { return graph.affine(input, inputWeight, bias: bias) }
    // The bias stays outside the normalisation, as its shift.
    return graph.layerNormalized(
      graph.affine(input, inputWeight), gain: normalization.input, shift: bias)
  }

  /// Adds the state's share to the input's.
  func addRecurrent(_ hidden: Variable, to projected: Variable, on graph: Graph) {
    guard let normalization else {
      return graph.addAffine(hidden, recurrentWeight, to: projected)
    }
    graph.layerNormalized(
      graph.affine(hidden, recurrentWeight), gain: normalization.recurrent, addedTo: projected)
  }

  /// The state's share by itself, [B, R·H].
  func recurrent(_ hidden: Variable, on graph: Graph) -> Variable {
    let product = graph.affine(hidden, recurrentWeight)
    return normalization.map { graph.layerNormalized(product, gain: $0.recurrent) } ?? product
  }
}

extension GateWeights {
  /// A step of an LSTM, or of one of its kin: the state's share, the cell value that the gates make, and what the output
  /// gate shows of it.
  ///
  /// - Parameter update: activates the gates and makes the cell value, given that of the step before.
  func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, _ normalization: CellNormalization?,
    _ options: CellOptions, on graph: Graph, update: (_ previous: Variable) -> Variable
  ) -> CellState {
    let hidden = graph.carry(state.hidden, rows: projected.rows, mask: mask)
    addRecurrent(hidden, to: projected, on: graph)
    let cell = update(state.value)
    let shown = normalization.map { $0(cell, on: graph) } ?? cell
    let next = CellState(hidden: graph.lstmHidden(gates: projected, cell: shown), cell: cell)
    return graph.zoneout(next, previous: state, options)
  }
}

/// The gain and shift of a cell value that is normalised before it is shown (Ba et al. 2016, eq. 22).
struct CellNormalization {
  private let gain: Parameter
  private let shift: Parameter

  /// Declares NAME.cell.gain and NAME.cell.shift, [1, H]; nil where nothing is normalised.
  init?(name: String, hiddenSize: Int, isWanted: Bool, in table: inout ParameterTable) {
    guard isWanted else { return nil }
    gain = table.declare("\(name).cell.gain", rows: 1, columns: hiddenSize, .constant(1))
    shift = table.declare("\(name).cell.shift", rows: 1, columns: hiddenSize, .zeros)
  }

  func callAsFunction(_ cell: Variable, on graph: Graph) -> Variable {
    graph.layerNormalized(cell, gain: gain, shift: shift)
  }
}
