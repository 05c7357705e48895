/// Seeded random numbers: xoshiro256** (Blackman & Vigna 2018), started by SplitMix64.
///
/// A generator is a value passed in, never ambient; `stream` separates uses of the same seed
/// (a worker's piece of update 17, the order of epoch 3), so that nothing needs to be saved to resume.
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  public init(seed: UInt64, stream: UInt64...) {
    var state = seed
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    for part in stream { state = next() ^ (part &* 0xD6E8_FEB8_6659_FD93) }
    (s0, s1, s2, s3) = (next(), next(), next(), next())
  }

  public mutating func next() -> UInt64 {
    let result = rotate(s1 &* 5, 7) &* 9
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = rotate(s3, 45)
    return result
  }

  private func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }

  /// A number from [0, 1).
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number from [0, 1), with all of Double's precision.
  public mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A standard normal number: the sum of twelve uniforms less six, close enough for first weights.
  public mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += uniform() }
    return sum
  }
}

/// Fills `mask` with 0 (probability `rate`) and 1 / (1 − rate): inverted dropout.
public func fillDropoutMask(
  _ mask: Tensor, rate: Float, using generator: inout RandomGenerator
) {
  precondition(rate >= 0 && rate < 1, "dropout \(rate)")
  let keep = 1 / (1 - rate)
  // Four 16-bit draws from one 64-bit number: 1/65536 is fine enough for a rate.
  let threshold = UInt64((rate * 65536).rounded())
  var index = 0
  while index < mask.count {
    var bits = generator.next()
    for _ in 0..<min(4, mask.count - index) {
      mask.base[index] = (bits & 0xFFFF) < threshold ? 0 : keep
      bits >>= 16
      index += 1
    }
  }
}
