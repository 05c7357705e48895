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
  /// Units (H).
  var hiddenSize: Int { get }
  /// Width of the input's share of the gates.
  var projectedSize: Int { get }
  /// Whether its state has a cell value beside h.
  var hasCellValue: Bool { get }

  /// The input's share of the gates, for all steps at once: it does not depend on the previous step.
  ///
  /// - Parameter input: [N, E].
  /// - Returns: [N, gates].
  func project(_ input: Variable, on graph: Graph) -> Variable

  /// One step.
  ///
  /// - Parameters:
  ///   - projected: the input's share, [B, gates]; used up.
  ///   - state: the previous state, whose first B rows count; rows it lacks are zero.
  ///   - mask: recurrent dropout, [≥ B, H], the same at every step of a sequence, or nil.
  /// - Returns: the next state, [B, H] each.
  func step(_ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph) -> CellState
}

/// Declares a cell's weights under a name.
///
/// - Parameter inputSize: width of the input (E).
public func makeCell(
  _ kind: CellKind, name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool,
  in table: inout ParameterTable
) -> any RecurrentCell {
  switch kind {
  case .lstm:
    LSTMCell(
      name: name, inputSize: inputSize, hiddenSize: hiddenSize,
      layerNormalization: layerNormalization, in: &table)
  }
}

/// The recurrent cells there are.
public enum CellKind: String, Codable, Sendable, CaseIterable { case lstm }
