/// Numbers words in the order they are first seen; words are equal when their UTF-8 bytes are.
struct WordTable {
  private struct Slot {
    var number: UInt32 = 0  // the word's + 1, 0 where free
    var tag: UInt32 = 0  // of its hash, so that few other words are looked at
  }

  private var slots = [Slot](repeating: Slot(), count: 1024)
  private var hashes: [UInt64] = []
  private var arena: [UInt8] = []
  private var ends: [Int] = [0]

  /// How many words there are.
  var count: Int { hashes.count }

  /// The number of the word in `bytes[range]`, the next free one if it is new.
  mutating func id(of range: Range<Int>, in bytes: [UInt8]) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while slots[index].number != 0 {
      let word = Int(slots[index].number - 1)
      if slots[index].tag == tag, isWord(word, range, bytes) { return UInt32(word) }
      index = (index + 1) & mask
    }
    let word = UInt32(hashes.count)
    slots[index] = Slot(number: word + 1, tag: tag)
    hashes.append(hash)
    arena.append(contentsOf: bytes[range])
    ends.append(arena.count)
    if hashes.count * 2 > slots.count { grow() }
    return word
  }

  @inline(__always)
  private func isWord(_ word: Int, _ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
    let start = ends[word]
    guard ends[word + 1] - start == range.count else { return false }
    for offset in 0..<range.count
    where bytes[range.lowerBound + offset] != arena[start + offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = [Slot](repeating: Slot(), count: slots.count * 4)
    let mask = slots.count - 1
    for (word, hash) in hashes.enumerated() {
      var index = Int(truncatingIfNeeded: hash) & mask
      while slots[index].number != 0 { index = (index + 1) & mask }
      slots[index] = Slot(
        number: UInt32(word) + 1, tag: UInt32(truncatingIfNeeded: hash >> 32))
    }
  }
}
