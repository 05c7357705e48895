/// Natural logarithm of positive normal numbers (S. Moshier, Cephes, logf): split into a power of two
/// and a mantissa from [√½, √2), for which a polynomial serves; absolute error about 1e-7 near 1.
@inline(__always)
private func logarithm(_ x: Lanes) -> Lanes {
  let bits = unsafeBitCast(x, to: SIMD8<Int32>.self)
  let power = (bits &>> 23) &- 126
  // The exponent as a number: its bits under those of 1.5·2²³, which is then taken away.
  var n = unsafeBitCast(power &+ 0x4B40_0000, to: Lanes.self) - 12_582_912
  var m = unsafeBitCast((bits & 0x007F_FFFF) | 0x3F00_0000, to: Lanes.self)
  let small = m .< 0.707_106_78
  n.replace(with: n - 1, where: small)
  m.replace(with: m + m, where: small)
  let r = m - 1
  let z = r * r
  var p = r * 7.037_683_629_2e-2 - 1.151_461_031e-1
  p = p * r + 1.167_699_874e-1
  p = p * r - 1.242_014_084_6e-1
  p = p * r + 1.424_932_278_7e-1
  p = p * r - 1.666_805_766_5e-1
  p = p * r + 2.000_071_476_5e-1
  p = p * r - 2.499_999_399_3e-1
  p = p * r + 3.333_333_117_4e-1
  let tail = p * r * z - n * 2.121_944_4e-4 - z * 0.5
  return r + tail + n * 0.693_359_375
}

/// The logarithm of the mean of the exponentials of same-shaped tensors, element by element, written
/// over the first: averages probabilities that are given as logarithms. NaN in one is NaN in the mean.
public func logMeanExpInPlace(_ tensors: [Tensor]) {
  guard let target = tensors.first, tensors.count > 1 else { return }
  for tensor in tensors {
    precondition(tensor.rows == target.rows && tensor.columns == target.columns, "unlike shapes")
  }
  let bases = tensors.map { UnsafePointer($0.base) }
  let count = target.count
  var index = 0
  while index < count {
    let isWhole = index + laneCount <= count
    func lanes(_ base: UnsafePointer<Float>) -> Lanes {
      isWhole ? load(base, index) : loadTail(base, index, count)
    }
    var peak = lanes(bases[0])
    for base in bases.dropFirst() {
      let x = lanes(base)
      peak.replace(with: x, where: x .> peak)
    }
    var sum = Lanes(repeating: 0)
    for base in bases { sum += exponential(lanes(base) - peak) }
    var mean = peak + logarithm(sum / Float(bases.count))
    // Bits of NaN would pass for a number; and -∞ less -∞ is NaN where all agree on -∞.
    mean.replace(with: .nan, where: sum .!= sum)
    mean.replace(with: -.infinity, where: peak .== -.infinity)
    if isWhole {
      store(mean, target.base, index)
    } else {
      storeTail(mean, target.base, index, count)
    }
    index += laneCount
  }
}
