internal import Tensors

extension Graph {
  /// y = σ(g) · f + (1 − σ(g)) · x: a gate decides, number by number, how much of a layer's input is carried past the
  /// layer (Srivastava et al. 2015, eq. 3).
  ///
  /// - Parameters:
  ///   - f: what the layer made of its input, [N, H].
  ///   - x: its input, [N, H].
  ///   - gate: g, before the logistic function, [N, H]; used up.
  /// - Returns: [N, H].
  public func highway(_ f: Variable, past x: Variable, gate: Variable) -> Variable {
    let y = make(rows: f.rows, columns: f.columns)
    applyHighway(gate.value, f.value, x.value, into: y.value)
    record { [dy = y.gradient] in
      guard let dy else { return }
      addHighwayGradient(
        dy, gate: gate.value, f: f.value, x: x.value, dGate: gate.gradient, df: f.gradient,
        dx: x.gradient)
    }
    return y
  }
}
