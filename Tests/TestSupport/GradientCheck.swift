public import Tensors

/// Compares a gradient with central differences along random directions.
///
/// Numbers are single precision, so single elements drown in rounding; along a direction that moves
/// every number at once the slope stands clear of it. Sums are in Double.
///
/// - Parameters:
///   - point: where the gradient is checked; moved and put back.
///   - gradient: what backward found there.
///   - loss: the function at the point as it stands.
/// - Returns: the largest |difference| / max(|slope|, 1e-3 · |gradient|) over directions.
public func gradientError(
  at point: Tensor, gradient: Tensor, directions: Int = 4, step: Double = 2e-4, seed: UInt64 = 1,
  loss: () -> Double
) -> Double {
  let origin = point.values
  let slope = gradient.values.map(Double.init)
  let norm = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
  var worst = norm.isFinite && norm > 0 ? 0 : Double.infinity
  for number in 0..<directions {
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    // Half along the gradient, so that the slope is never lost among small ones.
    let direction = slope.map {
      Double(generator.normal()) + $0 / norm * Double(slope.count).squareRoot()
    }
    func value(_ sign: Double) -> Double {
      point.withMutableValues { values in
        for index in values.indices {
          values[index] = origin[index] + Float(sign * step * direction[index])
        }
      }
      return loss()
    }
    let difference = (value(1) - value(-1)) / (2 * step)
    let expected = zip(slope, direction).reduce(0) { $0 + $1.0 * $1.1 }
    worst = max(worst, abs(difference - expected) / max(abs(expected), 1e-3 * norm))
  }
  point.withMutableValues { values in
    for index in values.indices { values[index] = origin[index] }
  }
  return worst
}
