internal import Tensors

extension Graph {
  /// As `lstmCell`, with gates that see the cell value (see `Tensors.peepholeUpdate`).
  ///
  /// - Parameters:
  ///   - gates: pre-activations, [B, 4H]: input, forget, candidate, output; used up.
  ///   - previous: previous cell value, [any, H]; rows it lacks count as zero.
  ///   - weights: of input, forget and output gate, [1, 3H].
  /// - Returns: [B, H].
  public func peepholeCell(gates: Variable, previous: Variable, weights: Parameter) -> Variable {
    let cell = make(rows: gates.rows, columns: gates.columns / 4)
    let peepholes = self[weights]
    peepholeUpdate(
      gates: gates.value, peepholes: peepholes.value, previousCell: previous.value,
      cell: cell.value)
    record {
      guard let dCell = cell.gradient, let dGates = gates.gradient else { return }
      addPeepholeUpdateGradient(
        dCell, gates: gates.value, peepholes: peepholes.value, previousCell: previous.value,
        cell: cell.value, dGates: dGates, dPreviousCell: previous.gradient,
        dPeepholes: peepholes.gradient)
    }
    return cell
  }

  /// As `lstmCell`, with input and forget gates coupled (see `Tensors.coupledUpdate`).
  ///
  /// - Parameters:
  ///   - gates: pre-activations, [B, 3H]: forget, candidate, output; used up.
  ///   - previous: previous cell value, [any, H]; rows it lacks count as zero.
  /// - Returns: [B, H].
  public func coupledCell(gates: Variable, previous: Variable) -> Variable {
    let cell = make(rows: gates.rows, columns: gates.columns / 3)
    coupledUpdate(gates: gates.value, previousCell: previous.value, cell: cell.value)
    record {
      guard let dCell = cell.gradient, let dGates = gates.gradient else { return }
      addCoupledUpdateGradient(
        dCell, gates: gates.value, previousCell: previous.value, dGates: dGates,
        dPreviousCell: previous.gradient)
    }
    return cell
  }

  /// x = tanh(x) in place: x stays the same variable, and its gradient becomes that before the activation.
  public func tanhInPlace(_ x: Variable) {
    applyTanh(x.value)
    record {
      // What came after has added its share; nobody but what x was made of reads it from here on.
      if let dx = x.gradient { replaceByTanhGradient(dx, output: x.value) }
    }
  }
}
