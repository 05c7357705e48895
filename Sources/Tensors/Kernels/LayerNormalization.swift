internal import CVectors

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
  precondition(normalized.shape == x.shape && y.shape == x.shape)
  vectors.normalize(
    x.rows, width, x.base, gain.base, shift?.base, layerNormalizationEpsilon, accumulate ? 1 : 0,
    normalized.base, deviations.base, y.base)
}

let layerNormalizationEpsilon: Float = 1e-5

/// Gradient of `layerNormalize`, added to those of its inputs' gradients that are wanted.
public func addLayerNormalizeGradient(
  _ dy: Tensor, normalized: Tensor, deviations: Tensor, gain: Tensor, dx: Tensor?, dGain: Tensor?,
  dShift: Tensor?
) {
  precondition(normalized.shape == dy.shape && gain.count == dy.columns)
  vectors.normalize_gradient(
    dy.rows, dy.columns, dy.base, normalized.base, deviations.base, gain.base, dx?.base,
    dGain?.base, dShift?.base)
}
