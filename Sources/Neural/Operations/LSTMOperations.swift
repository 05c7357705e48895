internal import Tensors

extension Graph {
  /// Activates `gates` in place and returns the new cell value (see `Tensors.lstmUpdate`).
  ///
  /// - Parameters:
  ///   - gates: pre-activations, [B, 4H]: input, forget, candidate, output; their gradient is that of the
  ///     pre-activations.
  ///   - previous: previous cell value, [any, H]; rows it lacks count as zero.
  /// - Returns: [B, H].
  public func lstmCell(gates: Variable, previous: Variable) -> Variable {
    let cell = make(rows: gates.rows, columns: gates.columns / 4)
    lstmUpdate(gates: gates.value, previousCell: previous.value, cell: cell.value)
    record {
      guard let dCell = cell.gradient, let dGates = gates.gradient else { return }
      addLSTMUpdateGradient(
        dCell, gates: gates.value, previousCell: previous.value, dGates: dGates,
        dPreviousCell: previous.gradient)
    }
    return cell
  }

  /// h = o · tanh(c).
  ///
  /// - Parameters:
  ///   - gates: activated by `lstmCell`, [B, 4H].
  ///   - cell: [B, H].
  /// - Returns: [B, H].
  public func lstmHidden(gates: Variable, cell: Variable) -> Variable {
    let hidden = make(rows: cell.rows, columns: cell.columns)
    lstmOutput(gates: gates.value, cell: cell.value, hidden: hidden.value)
    record {
      guard let dHidden = hidden.gradient, let dGates = gates.gradient else { return }
      addLSTMOutputGradient(
        dHidden, gates: gates.value, cell: cell.value, dGates: dGates, dCell: cell.gradient)
    }
    return hidden
  }
}
