/// A checksum against damage, not against intent: eight bytes at a time, folded by a 64 × 64 → 128 bit
/// product, so that it runs as fast as memory is read.
///
/// It depends on where the bytes are parted: adding "ab" is not adding "a" and "b".
struct ByteChecksum {
  private(set) var value: UInt64 = 0xA076_1D64_78BD_642F

  init() {}

  init(of bytes: some Collection<UInt8>) { add(Array(bytes)) }

  mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var hash = value ^ UInt64(bytes.count)
    let whole = bytes.count / 8 * 8
    for offset in stride(from: 0, to: whole, by: 8) {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      hash = Self.folded(hash ^ word)
    }
    for offset in whole..<bytes.count { hash = Self.folded(hash ^ UInt64(bytes[offset])) }
    value = hash
  }

  private static func folded(_ value: UInt64) -> UInt64 {
    // Plain zeros must not fold to zero: how many there are is to count.
    let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
