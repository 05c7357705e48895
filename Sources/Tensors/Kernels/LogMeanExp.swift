/// Natural logarithm of positive normal numbers (S. Moshier, Cephes, logf): split into a power of two
/// and a mantissa from [√½, √2), for which a polynomial serves; absolute error about 1e-7 near 1.
@inline(__always)
private func logarithm(_ x: Lanes) -> Lanes {
  // With the bits of 1 less those of √½ added, the carry into the exponent falls where the
  // mantissa's range ends.
  let bits = unsafeBitCast(x, to: SIMD8<Int32>.self) &+ (0x3F80_0000 - 0x3F35_04F3)
  let power = (bits &>> 23) &- 127
  // The exponent as a number: its bits under those of 1.5·2²³, which is then taken away.
  let n = unsafeBitCast(power &+ 0x4B40_0000, to: Lanes.self) + -12_582_912
  let m = unsafeBitCast((bits & 0x007F_FFFF) &+ 0x3F35_04F3, to: Lanes.self)
  let r = m + -1
  // One chain to the end: with Cephes' separate r²/2 this compiler takes it apart into single
  // lanes (6.8 ns an element of a mean of two became 4.8).
  var p = r * 7.037_683_629_2e-2 + -1.151_461_031e-1
  p = p * r + 1.167_699_874e-1
  p = p * r + -1.242_014_084_6e-1
  p = p * r + 1.424_932_278_7e-1
  p = p * r + -1.666_805_766_5e-1
  p = p * r + 2.000_071_476_5e-1
  p = p * r + -2.499_999_399_3e-1
  p = p * r + 3.333_333_117_4e-1
  p = p * r + -0.5
  let tail = p * (r * r) + n * -2.121_944_4e-4
  return r + tail + n * 0.693_359_375
}

/// The logarithm of the mean of the exponentials of same-shaped tensors, element by element, written
/// over the first: averages probabilities that are given as logarithms. NaN in one is NaN in the mean.
public func logMeanExpInPlace(_ tensors: [Tensor]) {
  guard let target = tensors.first, tensors.count > 1 else { return }
  for tensor in tensors {
    precondition(tensor.rows == target.rows && tensor.columns == target.columns, "unlike shapes")
  }
  let count = target.count
  tensors.map { UnsafePointer($0.base) }.withUnsafeBufferPointer { bases in
    var index = 0
    while index + laneCount <= count {
      store(logMeanExp(bases) { load($0, index) }, target.base, index)
      index += laneCount
    }
    if index < count {
      let tail = logMeanExp(bases) { loadTail($0, index, count) }
      storeTail(tail, target.base, index, count)
    }
  }
}

@inline(__always)
private func logMeanExp(
  _ bases: UnsafeBufferPointer<UnsafePointer<Float>>, _ lanes: (UnsafePointer<Float>) -> Lanes
) -> Lanes {
  var peak = lanes(bases[0])
  var index = 1
  while index < bases.count {
    let x = lanes(bases[index])
    peak.replace(with: x, where: x .> peak)
    index += 1
  }
  var sum = Lanes(repeating: 0)
  index = 0
  while index < bases.count {
    sum += exponential(lanes(bases[index]) - peak)
    index += 1
  }
  var mean = peak + logarithm(sum / Float(bases.count))
  // Bits of NaN would pass for a number; and -∞ less -∞ is NaN where all agree on -∞.
  mean.replace(with: .nan, where: sum .!= sum)
  mean.replace(with: -.infinity, where: peak .== -.infinity)
  return mean
}
