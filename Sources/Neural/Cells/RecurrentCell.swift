public import Tensors

/// What a recurrent step hands to the next one.
public struct CellState: Sendable {
  /// h, [B, H].
  public var hidden: Variable
  /// c, [B, H]; nil for cells that have none.
  public var cell: Variable?

  public init(hidden: Variable, cell: Variable?) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// A recurrent cell: encoder and decoder take any of them, and unroll in training the same `step`
/// that decoding calls.
public protocol RecurrentCell: Sendable {
  /// Declares the weights, NAME.….
  ///
  /// - Parameter inputSize: width of the input (E).
  init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool, options: CellOptions,
    in table: inout ParameterTable)

  /// Units (H).
  var hiddenSize: Int { get }
  /// Width of the input's share of the gates.
  var projectedSize: Int { get }
  /// Whether its state has a cell value beside h.
  var hasCellValue: Bool { get }
  /// The matrices that are multiplied with the previous state, which `Graph.dropConnect` is for.
  var recurrentWeights: [Parameter] { get }

  /// The input's share of the gates, for all steps at once: it does not depend on the previous step.
  ///
  /// - Parameter input: [N, E].
  /// - Returns: [N, gates].
  func project(_ input: Variable, on graph: Graph) -> Variable

  /// One step.
  ///
  /// - Parameters:
  ///   - projected: the input's share, [B, gates]; used up, but may come back as the state.
  ///   - state: the previous state, whose first B rows count; rows it lacks are zero.
  ///   - mask: recurrent dropout, [≥ B, H], the same at every step of a sequence, or nil.
  /// - Returns: the next state, [B, H] each.
  func step(_ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph) -> CellState
}

extension CellState {
  /// The cell value of a cell that has one.
  var value: Variable {
    guard let cell else { preconditionFailure("the state of this cell has a cell value") }
    return cell
  }
}

/// Declares a cell's weights under a name.
///
/// - Parameter inputSize: width of the input (E).
public func makeCell(
  _ kind: CellKind, name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
  options: CellOptions = CellOptions(), in table: inout ParameterTable
) -> any RecurrentCell {
  kind.type.init(
    name: name, inputSize: inputSize, hiddenSize: hiddenSize,
    layerNormalization: layerNormalization, options: options, in: &table)
}
