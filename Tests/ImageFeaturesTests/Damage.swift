import Tensors

/// What happens to files on their way.
enum Damage {
  /// A damaged copy: one to three accidents, and for half of the PNG files checksums that are right again,
  /// so that what stands behind them is tried too.
  static func damage(
    _ bytes: [UInt8], other: [UInt8], _ random: inout RandomGenerator
  ) -> [UInt8] {
    var copy = bytes
    for _ in 0...(random.next() % 3) { happen(to: &copy, other: other, &random) }
    if random.next() & 1 == 0 { repairChecksums(&copy) }
    return copy
  }

  private static func happen(
    to bytes: inout [UInt8], other: [UInt8], _ random: inout RandomGenerator
  ) {
    let place = place(in: bytes, &random)
    let length = Int(random.next() % 40)
    let end = min(place + length, bytes.count)
    switch random.next() % 7 {
    case 0:  // a bit
      if !bytes.isEmpty { bytes[place] ^= 1 << UInt8(random.next() % 8) }
    case 1:  // a byte that means something to many formats
      let telling: [UInt8] = [0x00, 0x01, 0x7F, 0x80, 0xC0, 0xC2, 0xD9, 0xDA, 0xFE, 0xFF]
      if !bytes.isEmpty { bytes[place] = telling[Int(random.next() % UInt64(telling.count))] }
    case 2:  // cut off
      bytes.removeSubrange(place...)
    case 3:  // some are missing
      bytes.removeSubrange(place..<end)
    case 4:  // some are there twice
      bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    case 5:  // noise
      for index in place..<end { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
    default:  // a piece of another file
      let start = Self.place(in: other, &random)
      let piece = other[start..<min(start + length, other.count)]
      bytes.replaceSubrange(place..<end, with: piece)
    }
  }

  /// Half of the accidents happen near the beginning, where headers are.
  private static func place(in bytes: [UInt8], _ random: inout RandomGenerator) -> Int {
    guard !bytes.isEmpty else { return 0 }
    let reach = random.next() & 1 == 0 ? bytes.count : min(bytes.count, 200)
    return Int(random.next() % UInt64(reach))
  }

  /// Sets the checksum of each chunk of a PNG file right, as far as chunks can be followed.
  private static func repairChecksums(_ bytes: inout [UInt8]) {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return }
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + length
      guard end + 4 <= bytes.count else { return }
      let sum = checksum(bytes[(place + 4)..<end])
      for index in 0..<4 {
        bytes[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(index)))
      }
      place = end + 4
    }
  }

  /// CRC-32 (ISO 3309).
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      (sum >> 8) ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in
      sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1
    }
  }
}
