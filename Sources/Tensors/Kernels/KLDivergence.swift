internal import CVectors

/// As `softmaxCrossEntropy`, of rows of which each two that follow each other are a pair with one target: it costs
/// besides, `factor` times, how far their distributions differ, KL(p‖q) + KL(q‖p) (R-Drop, Liang et al. 2021, eq. 2).
/// The logits are replaced by the gradient of both.
///
/// With p = softmax(a): ∂/∂a = p · (ln p − ln q − KL(p‖q) + 1) − q, and likewise for q. The exponentials of the
/// cross-entropy serve for this too.
///
/// - Parameters:
///   - logits: [2N, V]: rows 2i and 2i + 1 are a pair.
///   - room: shaped as the logits, which are kept there.
/// - Returns: sums over rows; the divergences are part of `smoothed`.
public func pairedCrossEntropy(
  logits: Tensor, room: Tensor, targets: ArraySlice<Int>, smoothing: Float, factor: Float,
  scale: Float
) -> CrossEntropySums {
  precondition(targets.count == logits.rows && logits.rows.isMultiple(of: 2), "pairs have two rows")
  precondition(room.shape == logits.shape)
  copy(logits, to: room)
  let size = logits.columns
  var sums = CrossEntropySums()
  for row in stride(from: 0, to: logits.rows, by: 2) {
    let (a, b) = (logits.base + row * size, logits.base + (row + 1) * size)
    let wanted = (targets[targets.startIndex + row], targets[targets.startIndex + row + 1])
    let p = exponentiate(a, size, target: wanted.0, smoothing: smoothing, addingTo: &sums)
    let q = exponentiate(b, size, target: wanted.1, smoothing: smoothing, addingTo: &sums)
    let kept = room.base + row * size
    let pair = s2s_pair(
      x: kept, y: kept + size, lessX: p.normalizer, lessY: q.normalizer, shareX: 1 / p.mass,
      shareY: 1 / q.mass)
    var (forth, back): (Float, Float) = (0, 0)
    vectors.divergences(size, pair, a, b, &forth, &back)
    sums.smoothed += Double(factor) * (Double(forth) + Double(back))
    vectors.divergence_gradient(
      size, pair, forth, back, factor * scale, scale, smoothing / Float(size) * scale, a, b)
    a[wanted.0] -= (1 - smoothing) * scale
    b[wanted.1] -= (1 - smoothing) * scale
  }
  return sums
}
