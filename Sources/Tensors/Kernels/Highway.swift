/// y = σ(gate) · f + (1 − σ(gate)) · x.
///
/// - Parameters:
///   - gate: before the logistic function; becomes σ(gate). All are of one shape.
public func applyHighway(_ gate: Tensor, _ f: Tensor, _ x: Tensor, into y: Tensor) {
  precondition(
    gate.shape == f.shape && x.shape == f.shape && y.shape == f.shape,
    "a gate of \(gate.shape) between \(f.shape) and \(x.shape) into \(y.shape)")
  mapLanes(gate.count, from: gate.base, to: gate.base) { sigmoid($0) }
  var index = 0
  while index + laneCount <= y.count {
    let (t, carried) = (load(gate.base, index), load(x.base, index))
    store(carried + t * (load(f.base, index) - carried), y.base, index)
    index += laneCount
  }
  while index < y.count {
    y.base[index] = x.base[index] + gate.base[index] * (f.base[index] - x.base[index])
    index += 1
  }
}

/// Gradient of `applyHighway`, added to those of its inputs' gradients that are wanted.
///
/// - Parameters:
///   - gate: σ(gate), as `applyHighway` left it.
///   - dGate: of what went into the logistic function.
public func addHighwayGradient(
  _ dy: Tensor, gate: Tensor, f: Tensor, x: Tensor, dGate: Tensor?, df: Tensor?, dx: Tensor?
) {
  for index in 0..<dy.count {
    let (d, t) = (dy.base[index], gate.base[index])
    if let dGate { dGate.base[index] += d * (f.base[index] - x.base[index]) * t * (1 - t) }
    if let df { df.base[index] += d * t }
    if let dx { dx.base[index] += d * (1 - t) }
  }
}
