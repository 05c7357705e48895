package import Tensors

/// What tells data apart that a model was trained on: FNV-1a with 64 bits (Fowler, Noll & Vo; RFC
/// 9923).
///
/// Inlinable, for it runs over every byte of a corpus.
@usableFromInline package struct CorpusFingerprint {
  @usableFromInline var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  @inlinable package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  @inlinable package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// 16 hexadecimal digits.
  package var digits: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension CorpusFingerprint {
  /// Of numbers alone.
  package init(of numbers: Tensor) {
    self.init()
    add(numbers)
  }

  package mutating func add(_ numbers: Tensor) {
    numbers.withValues { values in
      for value in values {
        for shift in stride(from: 0, to: 32, by: 8) {
          add(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
        }
      }
    }
  }

  /// The digits of data in several parts: a part's own where there is one, else those over the digits of all.
  package static func digits(joining parts: [String]) -> String {
    if parts.count == 1 { return parts[0] }
    var hash = CorpusFingerprint()
    for part in parts { hash.add(part.utf8) }
    return hash.digits
  }
}
