/// y = [σ(gate) · x, rest of x]: the first columns of each row weighed by a gate.
///
/// - Parameters:
///   - gate: before the logistic function, [B, M]; becomes σ(gate).
///   - x: [B, ≥ M].
///   - y: shaped as x.
public func applyGate(_ gate: Tensor, to x: Tensor, into y: Tensor) {
  precondition(
    gate.rows == x.rows && gate.columns <= x.columns && y.shape == x.shape,
    "a gate of \(gate.shape) for \(x.shape) into \(y.shape)")
  let (width, columns) = (gate.columns, x.columns)
  mapLanes(gate.count, from: gate.base, to: gate.base) { sigmoid($0) }
  for row in 0..<x.rows {
    let (g, source) = (gate.base + row * width, x.base + row * columns)
    let target = y.base + row * columns
    var index = 0
    while index + laneCount <= width {
      store(load(g, index) * load(source, index), target, index)
      index += laneCount
    }
    while index < width {
      target[index] = g[index] * source[index]
      index += 1
    }
    copyRun(source + width, to: target + width, count: columns - width)
  }
}

/// Gradient of `applyGate`, added to those of its inputs' gradients that are wanted.
///
/// - Parameters:
///   - dy: [B, ≥ M].
///   - gate: σ(gate), as `applyGate` left it, [B, M].
///   - dGate: of what went into the logistic function, [B, M].
public func addGateGradient(
  _ dy: Tensor, gate: Tensor, x: Tensor, dGate: Tensor?, dx: Tensor?
) {
  let (width, columns) = (gate.columns, x.columns)
  for row in 0..<x.rows {
    let (g, source, d) = (
      gate.base + row * width, x.base + row * columns, dy.base + row * columns
    )
    if let dGate {
      let target = dGate.base + row * width
      for index in 0..<width {
        target[index] += d[index] * source[index] * g[index] * (1 - g[index])
      }
    }
    if let dx {
      let target = dx.base + row * columns
      for index in 0..<width { target[index] += d[index] * g[index] }
      for index in width..<columns { target[index] += d[index] }
    }
  }
}
