internal import CVectors

/// y = σ(gate) · f + (1 − σ(gate)) · x.
///
/// - Parameters:
///   - gate: before the logistic function; becomes σ(gate). All are of one shape.
public func applyHighway(_ gate: Tensor, _ f: Tensor, _ x: Tensor, into y: Tensor) {
  precondition(
    gate.shape == f.shape && x.shape == f.shape && y.shape == f.shape,
    "a gate of \(gate.shape) between \(f.shape) and \(x.shape) into \(y.shape)")
  vectors.highway(y.count, gate.base, f.base, x.base, y.base)
}

/// Gradient of `applyHighway`, added to those of its inputs' gradients that are wanted.
///
/// - Parameters:
///   - gate: σ(gate), as `applyHighway` left it.
///   - dGate: of what went into the logistic function.
public func addHighwayGradient(
  _ dy: Tensor, gate: Tensor, f: Tensor, x: Tensor, dGate: Tensor?, df: Tensor?, dx: Tensor?
) {
  precondition(
    [gate, f, x, dGate ?? dy, df ?? dy, dx ?? dy].allSatisfy { $0.count == dy.count },
    "all are of one shape")
  vectors.highway_gradient(
    dy.count, dy.base, gate.base, f.base, x.base, dGate?.base, df?.base, dx?.base)
}
