internal import CVectors

/// As `lstmUpdate`, with input and forget gates coupled (CIFG, Greff et al. 2017): c = σ(f)·c₋₁ + (1 − σ(f))·tanh(g).
///
/// - Parameters:
///   - gates: pre-activations [B, 3H] in the order forget, candidate, output; activated on return.
///   - previousCell: [any, H]; rows it lacks count as zero.
///   - cell: the new cell value, [B, H].
public func coupledUpdate(gates: Tensor, previousCell: Tensor, cell: Tensor) {
  let units = cell.columns
  precondition(gates.columns == 3 * units && gates.rows == cell.rows)
  precondition(previousCell.columns == units)
  for row in 0..<cell.rows {
    vectors.cifg_update(
      units, gates.base + row * 3 * units, previousCell.stateRow(row), cell.base + row * units)
  }
}

/// Gradient of `coupledUpdate` for forget gate and candidate, and for the previous cell value; added to.
///
/// - Parameters:
///   - dCell: gradient of the new cell value, [B, H].
///   - dGates: gradient of the pre-activations, [B, 3H].
///   - dPreviousCell: rows beyond it are dropped.
public func addCoupledUpdateGradient(
  _ dCell: Tensor, gates: Tensor, previousCell: Tensor, dGates: Tensor, dPreviousCell: Tensor?
) {
  let units = dCell.columns
  for row in 0..<dCell.rows {
    vectors.cifg_update_gradient(
      units, dCell.base + row * units, gates.base + row * 3 * units, previousCell.stateRow(row),
      dGates.base + row * 3 * units, dPreviousCell?.stateRow(row))
  }
}
