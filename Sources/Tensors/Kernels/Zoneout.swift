internal import CVectors

/// y = share · previous + (1 − share) · updated: what zoneout leaves of an update (Krueger et al. 2017).
///
/// - Parameters:
///   - mask: the shares, [B, H], 0 or 1 each, which keep numbers as they are; `rate` for all where nil.
///   - updated: [B, H].
///   - previous: [any, H]; rows it lacks count as zero.
///   - y: [B, H].
public func zoneout(
  mask: Tensor?, rate: Float, updated: Tensor, previous: Tensor, into y: Tensor
) {
  let units = y.columns
  precondition(updated.shape == y.shape && previous.columns == units)
  precondition(mask == nil || mask?.shape == y.shape)
  for row in 0..<y.rows {
    vectors.zoneout(
      units, mask?.stateRow(row), rate, updated.base + row * units, previous.stateRow(row),
      y.base + row * units)
  }
}

/// Gradient of `zoneout`, added to those that are wanted; rows beyond `dPrevious` are dropped.
public func addZoneoutGradient(
  _ dy: Tensor, mask: Tensor?, rate: Float, dUpdated: Tensor?, dPrevious: Tensor?
) {
  let units = dy.columns
  for row in 0..<dy.rows {
    vectors.zoneout_gradient(
      units, mask?.stateRow(row), rate, dy.base + row * units, dUpdated?.stateRow(row),
      dPrevious?.stateRow(row))
  }
}

/// Fills `mask` with 1 (probability `rate`) and 0.
public func fillZoneoutMask(
  _ mask: Tensor, rate: Float, using generator: inout RandomGenerator
) {
  fillDropoutMask(mask, rate: rate, using: &generator)
  for index in 0..<mask.count { mask.base[index] = mask.base[index] == 0 ? 1 : 0 }
}
