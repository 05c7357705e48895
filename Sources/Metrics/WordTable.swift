/// Numbers words in the order they are first seen; words are equal when their UTF-8 bytes are.
struct WordTable {
  private var slots = [UInt32](repeating: 0, count: 1024)  // id + 1, 0 where free
  private var hashes: [UInt64] = []
  private var arena: [UInt8] = []
  private var ends: [Int] = [0]

  /// The number of the word in `bytes[range]`, the next free one if it is new.
  mutating func id(of range: Range<Int>, in bytes: [UInt8]) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let id = Int(slots[slot] - 1)
      if hashes[id] == hash, bytes[range].elementsEqual(arena[ends[id]..<ends[id + 1]]) {
        return UInt32(id)
      }
      slot = (slot + 1) & mask
    }
    let id = UInt32(hashes.count)
    slots[slot] = id + 1
    hashes.append(hash)
    arena.append(contentsOf: bytes[range])
    ends.append(arena.count)
    if hashes.count * 2 > slots.count { grow() }
    return id
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    let mask = slots.count - 1
    for (id, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(id) + 1
    }
  }
}
