internal import CVectors

/// A GRU's step with the reset gate applied after the recurrent product, as cuDNN has it:
/// h = (1 − z)·n + z·h₋₁ with n = tanh(n + r·(u + b)).
///
/// - Parameters:
///   - gates: the input's share of the pre-activations, [B, 3H] in the order reset, update, candidate; activated
///     on return.
///   - recurrent: the state's share, [B, 3H]; on return the candidate's has the bias added.
///   - bias: of the candidate's recurrent share, [1, H].
///   - previous: h₋₁, [any, H]; rows it lacks count as zero.
///   - hidden: h, [B, H].
public func gruUpdate(
  gates: Tensor, recurrent: Tensor, bias: Tensor, previous: Tensor, hidden: Tensor
) {
  let units = hidden.columns
  precondition(gates.columns == 3 * units && gates.rows == hidden.rows)
  precondition(recurrent.shape == gates.shape && bias.count == units && previous.columns == units)
  for row in 0..<hidden.rows {
    vectors.gru_update(
      units, gates.base + row * 3 * units, recurrent.base + row * 3 * units, bias.base,
      previous.stateRow(row), hidden.base + row * units)
  }
}

/// Gradient of `gruUpdate`, added to those of its inputs.
///
/// - Parameters:
///   - dGates, dRecurrent: of both shares, [B, 3H].
///   - dPrevious: by the way that is not the product's; rows beyond it are dropped.
public func addGRUUpdateGradient(
  _ dHidden: Tensor, gates: Tensor, recurrent: Tensor, previous: Tensor, dGates: Tensor,
  dRecurrent: Tensor, dBias: Tensor?, dPrevious: Tensor?
) {
  let units = dHidden.columns
  for row in 0..<dHidden.rows {
    let place = row * 3 * units
    vectors.gru_update_gradient(
      units, dHidden.base + row * units, gates.base + place, recurrent.base + place,
      previous.stateRow(row), dGates.base + place, dRecurrent.base + place, dBias?.base,
      dPrevious?.stateRow(row))
  }
}

/// The first half of a GRU's step with the reset gate applied before the recurrent product (Cho et al. 2014): both
/// gates, and what the candidate's product is made with, r·h.
///
/// - Parameters:
///   - gates: the input's share of the pre-activations, [B, 3H] in the order reset, update, candidate; the first two
///     are activated on return.
///   - recurrent: the state's share of these two, [B, 2H].
///   - hidden: the state that is reset, [B, H].
///   - reset: r·h, [B, H].
public func gruReset(gates: Tensor, recurrent: Tensor, hidden: Tensor, reset: Tensor) {
  let units = hidden.columns
  precondition(gates.columns == 3 * units && gates.rows == hidden.rows)
  precondition(recurrent.columns == 2 * units && recurrent.rows == hidden.rows)
  precondition(reset.shape == hidden.shape)
  for row in 0..<hidden.rows {
    vectors.gru_reset(
      units, gates.base + row * 3 * units, recurrent.base + row * 2 * units,
      hidden.base + row * units, reset.base + row * units)
  }
}

/// Gradient of `gruReset` for the reset gate and the state; added to. That of the update gate is `gruOutput`'s.
public func addGRUResetGradient(
  _ dReset: Tensor, gates: Tensor, hidden: Tensor, dGates: Tensor, dRecurrent: Tensor,
  dHidden: Tensor?
) {
  let units = dReset.columns
  for row in 0..<dReset.rows {
    vectors.gru_reset_gradient(
      units, dReset.base + row * units, gates.base + row * 3 * units, hidden.base + row * units,
      dGates.base + row * 3 * units, dRecurrent.base + row * 2 * units,
      dHidden.map { $0.base + row * units })
  }
}

/// The second half: h = (1 − z)·n + z·h₋₁ with n = tanh(n + u).
///
/// - Parameters:
///   - gates: [B, 3H]; the candidate is activated on return.
///   - recurrent: u, the candidate's recurrent share, [B, H].
///   - previous: h₋₁, [any, H]; rows it lacks count as zero.
///   - hidden: h, [B, H].
public func gruOutput(gates: Tensor, recurrent: Tensor, previous: Tensor, hidden: Tensor) {
  let units = hidden.columns
  precondition(gates.columns == 3 * units && gates.rows == hidden.rows)
  precondition(recurrent.shape == hidden.shape && previous.columns == units)
  for row in 0..<hidden.rows {
    vectors.gru_output(
      units, gates.base + row * 3 * units, recurrent.base + row * units, previous.stateRow(row),
      hidden.base + row * units)
  }
}

/// Gradient of `gruOutput`, added to those of its inputs.
///
/// - Parameters:
///   - dRecurrent: of the shares that `gruReset` took, [B, 2H], whose update gate it was that counted here.
///   - dCandidate: of the candidate's recurrent share, [B, H].
///   - dPrevious: rows beyond it are dropped.
public func addGRUOutputGradient(
  _ dHidden: Tensor, gates: Tensor, previous: Tensor, dGates: Tensor, dRecurrent: Tensor,
  dCandidate: Tensor, dPrevious: Tensor?
) {
  let units = dHidden.columns
  for row in 0..<dHidden.rows {
    vectors.gru_output_gradient(
      units, dHidden.base + row * units, gates.base + row * 3 * units, previous.stateRow(row),
      dGates.base + row * 3 * units, dRecurrent.base + (2 * row + 1) * units,
      dCandidate.base + row * units, dPrevious?.stateRow(row))
  }
}
