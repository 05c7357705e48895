internal import CVectors

/// Activates the gates in place and makes the new cell value (Hochreiter & Schmidhuber 1997; forget
/// gate, Gers et al. 2000): c = σ(f)·c₋₁ + σ(i)·tanh(g).
///
/// - Parameters:
///   - gates: pre-activations [B, 4H] in the order input, forget, candidate, output; activated on return.
///   - previousCell: [any, H]; rows it lacks count as zero.
///   - cell: the new cell value, [B, H].
public func lstmUpdate(gates: Tensor, previousCell: Tensor, cell: Tensor) {
  let units = cell.columns
  precondition(gates.columns == 4 * units && gates.rows == cell.rows)
  precondition(previousCell.columns == units)
  for row in 0..<cell.rows {
    vectors.lstm_update(
      units, gates.base + row * 4 * units, previousCell.stateRow(row), cell.base + row * units)
  }
}

/// Gradient of `lstmUpdate` for input, forget and candidate gates and for the previous cell value.
///
/// - Parameters:
///   - dCell: gradient of the new cell value, [B, H].
///   - dGates: gradient of the pre-activations, [B, 4H]; added to.
///   - dPreviousCell: added to; rows beyond it are dropped.
public func addLSTMUpdateGradient(
  _ dCell: Tensor, gates: Tensor, previousCell: Tensor, dGates: Tensor, dPreviousCell: Tensor?
) {
  let units = dCell.columns
  for row in 0..<dCell.rows {
    vectors.lstm_update_gradient(
      units, dCell.base + row * units, gates.base + row * 4 * units,
      previousCell.stateRow(row), dGates.base + row * 4 * units, dPreviousCell?.stateRow(row))
  }
}

/// h = o · tanh(c), with the output gate last among the gates.
///
/// - Parameters:
///   - gates: activated, [B, 4H], or [B, 3H] where two are coupled.
///   - cell: the cell value (normalised where the cell does so), [B, H].
///   - hidden: [B, H].
public func lstmOutput(gates: Tensor, cell: Tensor, hidden: Tensor) {
  let units = cell.columns
  precondition(gates.columns % units == 0 && gates.rows == cell.rows && hidden.count == cell.count)
  for row in 0..<cell.rows {
    vectors.lstm_output(
      units, gates.base + (row + 1) * gates.columns - units, cell.base + row * units,
      hidden.base + row * units)
  }
}

/// Gradient of `lstmOutput`: for the output gate's pre-activation and for the cell value, if wanted; added to.
public func addLSTMOutputGradient(
  _ dHidden: Tensor, gates: Tensor, cell: Tensor, dGates: Tensor, dCell: Tensor?
) {
  let units = cell.columns
  for row in 0..<cell.rows {
    let output = (row + 1) * gates.columns - units
    vectors.lstm_output_gradient(
      units, dHidden.base + row * units, gates.base + output, cell.base + row * units,
      dGates.base + output, dCell.map { $0.base + row * units })
  }
}
