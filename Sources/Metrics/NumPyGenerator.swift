/// The random numbers of NumPy's `default_rng(seed)`, draw for draw.
///
/// A test that draws the same segments as sacreBLEU gives the same intervals and p-values. The
/// generator is PCG64 (O'Neill, "PCG: A family of simple fast space-efficient statistically good
/// algorithms for random number generation", 2014, the member XSL-RR 128/64), seeded through
/// NumPy's `SeedSequence`.
package struct NumPyGenerator: Sendable {
  private static let multiplier: (high: UInt64, low: UInt64) =
    (0x2360_ED05_1FC6_5DA4, 0x4385_DF64_9FCC_F645)

  // Numbers of 128 bits are kept as two halves: `UInt128` would ask for newer systems than we do.
  private var state: (high: UInt64, low: UInt64) = (0, 0)
  private let increment: (high: UInt64, low: UInt64)
  /// The upper half of the last number, where the lower one alone has been taken.
  private var spare: UInt32?

  package init(seed: UInt64) {
    let words = SeedSequence(seed).words(4)
    increment = (words[2] << 1 | words[3] >> 63, words[3] << 1 | 1)
    advance()
    let (low, carry) = state.low.addingReportingOverflow(words[1])
    state = (state.high &+ words[0] &+ (carry ? 1 : 0), low)
    advance()
  }

  private mutating func advance() {
    let product = state.low.multipliedFullWidth(by: Self.multiplier.low)
    let high =
      product.high &+ state.high &* Self.multiplier.low &+ state.low &* Self.multiplier.high
    let (low, carry) = product.low.addingReportingOverflow(increment.low)
    state = (high &+ increment.high &+ (carry ? 1 : 0), low)
  }

  /// The next 64 bits; a spare half stays for `next32`.
  @inline(__always)
  package mutating func next64() -> UInt64 {
    advance()
    let mixed = state.high ^ state.low
    let turn = state.high >> 58
    return mixed &>> turn | mixed &<< (0 &- turn)
  }

  /// The next 32 bits: the lower half of a number, then the upper one.
  @inline(__always)
  package mutating func next32() -> UInt32 {
    if let half = spare {
      spare = nil
      return half
    }
    let number = next64()
    spare = UInt32(truncatingIfNeeded: number >> 32)
    return UInt32(truncatingIfNeeded: number)
  }

  /// The next number of `choice(bound)` with replacement, which is that of `integers(bound)`:
  /// unbiased by Lemire's method ("Fast random integer generation in an interval", 2019).
  ///
  /// - Parameter bound: what the number is below, 1 or more.
  @inline(__always)
  package mutating func next(below bound: UInt32) -> UInt32 {
    if bound == 1 { return 0 }  // NumPy draws nothing where there is no choice.
    var product = UInt64(next32()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let unevenly = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < unevenly {
        product = UInt64(next32()) &* UInt64(bound)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// Draws anew as many numbers as there are.
  package mutating func fill(_ numbers: inout [UInt32], below bound: UInt32) {
    for index in numbers.indices { numbers[index] = next(below: bound) }
  }

  /// The booleans of one call `integers(2, size=…, dtype=bool)`, up to 64 at a time.
  ///
  /// NumPy takes them from 32 bits at a time, the lowest first. A call starts with fresh bits and
  /// leaves none to the next, except for a spare half.
  package struct Booleans: Sendable {
    private var generator: NumPyGenerator
    private var pending: UInt64 = 0
    private var pendingCount = 0

    /// - Parameter seed: of a generator that has drawn nothing yet.
    package init(seed: UInt64) {
      generator = NumPyGenerator(seed: seed)
    }

    /// The next booleans, the first in the lowest bit, zero above them.
    ///
    /// - Parameter count: 1 to 64.
    @inline(__always)
    package mutating func next(_ count: Int) -> UInt64 {
      var bits = pending
      if pendingCount < count {
        let number = generator.next64()
        let taken = count - pendingCount
        bits |= number << pendingCount
        pending = number >> taken  // none where all 64 are taken
        pendingCount = 64 - taken
      } else {
        pending >>= count
        pendingCount -= count
      }
      return count == 64 ? bits : bits & (1 << count - 1)
    }

    /// The generator after the call, to draw on from.
    package func end() -> NumPyGenerator {
      var next = generator
      if pendingCount >= 32 {
        next.spare = UInt32(truncatingIfNeeded: pending >> (pendingCount - 32))
      }
      return next
    }
  }
}

/// NumPy's `SeedSequence`, after O'Neill's `seed_seq_fe128`: spreads a seed over as much state as
/// needed.
private struct SeedSequence {
  private var pool: [UInt32] = []

  init(_ seed: UInt64) {
    let entropy = [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32), 0, 0]
    var hash = Hash(constant: 0x43B0_D7E5, multiplier: 0x931E_8875)
    pool = entropy.map { hash.scrambled($0) }
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        pool[target] = Self.mixed(pool[target], hash.scrambled(pool[source]))
      }
    }
  }

  /// The numbers of `generate_state(count, uint64)`.
  func words(_ count: Int) -> [UInt64] {
    var hash = Hash(constant: 0x8B51_F9DD, multiplier: 0x58F3_8DED)
    let halves = (0..<count * 2).map { UInt64(hash.scrambled(pool[$0 % 4])) }
    return (0..<count).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
  }

  private static func mixed(_ left: UInt32, _ right: UInt32) -> UInt32 {
    let mixture = 0xCA01_F9DD &* left &- 0x4973_F715 &* right
    return mixture ^ mixture >> 16
  }

  private struct Hash {
    var constant: UInt32
    let multiplier: UInt32

    mutating func scrambled(_ value: UInt32) -> UInt32 {
      let scrambled = value ^ constant
      constant &*= multiplier
      let product = scrambled &* constant
      return product ^ product >> 16
    }
  }
}
