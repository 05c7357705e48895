/// Normalises each row to mean 0 and variance 1, then applies gain and shift (Ba et al. 2016, eq. 4).
///
/// - Parameters:
///   - x: [N, W].
///   - gain: [W].
///   - shift: [W], or nil for none.
///   - normalized: [N, W], kept for the gradient.
///   - deviations: [N, 1], 1 / √(variance + ε), kept for the gradient.
///   - y: [N, W]; added to when `accumulate` is set.
public func layerNormalize(
  _ x: Tensor, gain: Tensor, shift: Tensor?, normalized: Tensor, deviations: Tensor, into y: Tensor,
  accumulate: Bool
) {
  let width = x.columns
  precondition(gain.count == width && deviations.count == x.rows)
  for row in 0..<x.rows {
    let (source, unit, target) = (
      x.base + row * width, normalized.base + row * width, y.base + row * width
    )
    var sum: Float = 0
    for index in 0..<width { sum += source[index] }
    let mean = sum / Float(width)
    var squares: Float = 0
    for index in 0..<width { squares += (source[index] - mean) * (source[index] - mean) }
    let deviation = 1 / (squares / Float(width) + layerNormalizationEpsilon).squareRoot()
    deviations.base[row] = deviation
    for index in 0..<width {
      let value = (source[index] - mean) * deviation
      unit[index] = value
      let result = value * gain.base[index] + (shift?.base[index] ?? 0)
      target[index] = accumulate ? target[index] + result : result
    }
  }
}

let layerNormalizationEpsilon: Float = 1e-5

/// Gradient of `layerNormalize`, added to those of its inputs' gradients that are wanted.
public func addLayerNormalizeGradient(
  _ dy: Tensor, normalized: Tensor, deviations: Tensor, gain: Tensor, dx: Tensor?, dGain: Tensor?,
  dShift: Tensor?
) {
  let width = dy.columns
  for row in 0..<dy.rows {
    let (d, unit) = (dy.base + row * width, normalized.base + row * width)
    var (sum, product): (Float, Float) = (0, 0)
    for index in 0..<width {
      let g = d[index] * gain.base[index]
      sum += g
      product += g * unit[index]
      if let dGain { dGain.base[index] += d[index] * unit[index] }
      if let dShift { dShift.base[index] += d[index] }
    }
    guard let dx else { continue }
    let target = dx.base + row * width
    let (mean, projection) = (sum / Float(width), product / Float(width))
    let deviation = deviations.base[row]
    for index in 0..<width {
      target[index] += deviation * (d[index] * gain.base[index] - mean - unit[index] * projection)
    }
  }
}
