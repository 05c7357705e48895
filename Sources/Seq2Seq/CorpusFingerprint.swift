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
