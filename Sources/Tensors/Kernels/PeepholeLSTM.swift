internal import CVectors

/// As `lstmUpdate`, with gates that see the cell value through diagonal weights (Gers & Schmidhuber 2000): input
/// and forget gates see c₋₁, the output gate sees c.
///
/// - Parameters:
///   - gates: pre-activations [B, 4H] in the order input, forget, candidate, output; activated on return.
///   - peepholes: of input, forget and output gate, [1, 3H].
///   - previousCell: [any, H]; rows it lacks count as zero.
///   - cell: the new cell value, [B, H].
public func peepholeUpdate(gates: Tensor, peepholes: Tensor, previousCell: Tensor, cell: Tensor) {
  let units = cell.columns
  precondition(gates.columns == 4 * units && gates.rows == cell.rows)
  precondition(peepholes.count == 3 * units && previousCell.columns == units)
  for row in 0..<cell.rows {
    vectors.peephole_update(
      units, peepholes.base, gates.base + row * 4 * units, previousCell.stateRow(row),
      cell.base + row * units)
  }
}

/// Gradient of `peepholeUpdate`, added to those of its inputs'.
///
/// - Parameters:
///   - dCell: gradient of the new cell value, [B, H].
///   - dGates: gradient of the pre-activations, [B, 4H], in which that of the output gate is there already.
///   - dPreviousCell: rows beyond it are dropped.
public func addPeepholeUpdateGradient(
  _ dCell: Tensor, gates: Tensor, peepholes: Tensor, previousCell: Tensor, cell: Tensor,
  dGates: Tensor, dPreviousCell: Tensor?, dPeepholes: Tensor?
) {
  let units = dCell.columns
  for row in 0..<dCell.rows {
    vectors.peephole_update_gradient(
      units, peepholes.base, dCell.base + row * units, gates.base + row * 4 * units,
      previousCell.stateRow(row), cell.base + row * units, dGates.base + row * 4 * units,
      dPreviousCell?.stateRow(row), dPeepholes?.base)
  }
}
