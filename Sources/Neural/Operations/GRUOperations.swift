internal import Tensors

extension Graph {
  /// A GRU's step with the reset gate applied after the recurrent product (see `Tensors.gruUpdate`).
  ///
  /// - Parameters:
  ///   - gates: the input's share of the pre-activations, [B, 3H]: reset, update, candidate; used up.
  ///   - recurrent: the state's share, [B, 3H]; used up.
  ///   - bias: of the candidate's recurrent share, [1, H].
  ///   - previous: previous state, [any, H]; rows it lacks count as zero.
  /// - Returns: [B, H].
  public func gruHidden(
    gates: Variable, recurrent: Variable, bias: Parameter, previous: Variable
  ) -> Variable {
    let hidden = make(rows: gates.rows, columns: gates.columns / 3)
    let b = self[bias]
    gruUpdate(
      gates: gates.value, recurrent: recurrent.value, bias: b.value, previous: previous.value,
      hidden: hidden.value)
    record {
      guard let dHidden = hidden.gradient, let dGates = gates.gradient,
        let dRecurrent = recurrent.gradient
      else { return }
      addGRUUpdateGradient(
        dHidden, gates: gates.value, recurrent: recurrent.value, previous: previous.value,
        dGates: dGates, dRecurrent: dRecurrent, dBias: b.gradient, dPrevious: previous.gradient)
    }
    return hidden
  }

  /// Reset and update gate, and what the candidate's product is made with, r·h (see `Tensors.gruReset`).
  ///
  /// - Parameters:
  ///   - gates: the input's share of the pre-activations, [B, 3H]: reset, update, candidate; the first two are
  ///     used up.
  ///   - recurrent: the state's share of these two, [B, 2H]; used up.
  ///   - hidden: [B, H].
  /// - Returns: [B, H].
  public func gruReset(gates: Variable, recurrent: Variable, hidden: Variable) -> Variable {
    let reset = make(rows: hidden.rows, columns: hidden.columns)
    Tensors.gruReset(
      gates: gates.value, recurrent: recurrent.value, hidden: hidden.value, reset: reset.value)
    record {
      guard let dReset = reset.gradient, let dGates = gates.gradient,
        let dRecurrent = recurrent.gradient
      else { return }
      addGRUResetGradient(
        dReset, gates: gates.value, hidden: hidden.value, dGates: dGates, dRecurrent: dRecurrent,
        dHidden: hidden.gradient)
    }
    return reset
  }

  /// The rest of the step after `gruReset` (see `Tensors.gruOutput`).
  ///
  /// - Parameters:
  ///   - gates: those that `gruReset` has been given, [B, 3H]; used up.
  ///   - recurrent: the state's share that `gruReset` has been given, [B, 2H].
  ///   - candidate: the candidate's recurrent share, [B, H].
  ///   - previous: previous state, [any, H]; rows it lacks count as zero.
  /// - Returns: [B, H].
  public func gruHidden(
    gates: Variable, recurrent: Variable, candidate: Variable, previous: Variable
  ) -> Variable {
    let hidden = make(rows: candidate.rows, columns: candidate.columns)
    gruOutput(
      gates: gates.value, recurrent: candidate.value, previous: previous.value,
      hidden: hidden.value)
    record {
      guard let dHidden = hidden.gradient, let dGates = gates.gradient,
        let dRecurrent = recurrent.gradient, let dCandidate = candidate.gradient
      else { return }
      addGRUOutputGradient(
        dHidden, gates: gates.value, previous: previous.value, dGates: dGates,
        dRecurrent: dRecurrent, dCandidate: dCandidate, dPrevious: previous.gradient)
    }
    return hidden
  }
}
