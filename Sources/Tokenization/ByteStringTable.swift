/// Distinct byte strings, numbered from 0 in the order in which they were first inserted.
///
/// One arena holds all bytes and one open-addressing table finds them, so that counting the words of
/// a corpus or looking one up allocates nothing per word. `String` as a key would not do: it compares
/// by canonical equivalence, while "é" in one scalar and in two must stay two pieces.
struct ByteStringTable: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where each string ends in `bytes`; it starts where the one before it ends.
  private var ends: [Int] = []
  /// High half: upper bits of the hash. Low half: index + 1, or 0 where the slot is free.
  private var slots: [UInt64]

  init(minimumCapacity: Int = 0) {
    var size = 16
    while size < minimumCapacity * 2 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
  }

  var count: Int { ends.count }

  /// The place of a string in `bytes`.
  func range(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// The same for the same bytes on machines of one byte order.
  func hash(of index: Int) -> UInt64 { self[index].withUnsafeBufferPointer { byteHash($0) } }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(of: index)] }

  func find(_ string: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = byteHash(string)
    let slot = slots[probe(string, hash)]
    return slot == 0 ? nil : Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1
  }

  func find(_ string: ArraySlice<UInt8>) -> Int? {
    string.withUnsafeBufferPointer { find($0) }
  }

  /// The number of a string, which is given one if it is new.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
    let hash = byteHash(string)
    let place = probe(string, hash)
    if slots[place] != 0 {
      return (Int(truncatingIfNeeded: slots[place] & 0xFFFF_FFFF) - 1, false)
    }
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
    slots[place] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(ends.count)
    if ends.count * 2 > slots.count { grow() }
    return (ends.count - 1, true)
  }

  @discardableResult
  mutating func insert(_ string: ArraySlice<UInt8>) -> (index: Int, isNew: Bool) {
    string.withUnsafeBufferPointer { insert($0) }
  }

  /// Forgets all strings and keeps the memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    for i in slots.indices { slots[i] = 0 }
  }

  /// The slot that holds the string, or the free one where it belongs.
  private func probe(_ string: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[place]
      if slot == 0 { return place }
      if slot >> 32 == hash >> 32 {
        let range = range(of: Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1)
        if range.count == string.count
          && bytes.withUnsafeBufferPointer({ areEqual($0, from: range.lowerBound, string) })
        {
          return place
        }
      }
      place = (place + 1) & mask
    }
  }

  private mutating func grow() {
    let old = ends.count
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for index in 0..<old {
      let range = range(of: index)
      let hash = bytes.withUnsafeBufferPointer {
        byteHash(UnsafeBufferPointer(rebasing: $0[range]))
      }
      var place = Int(truncatingIfNeeded: hash) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(index + 1)
    }
  }
}

private func areEqual(
  _ arena: UnsafeBufferPointer<UInt8>, from start: Int, _ string: UnsafeBufferPointer<UInt8>
) -> Bool {
  for i in 0..<string.count where arena[start + i] != string[i] { return false }
  return true
}

/// A hash that lives in memory only (its value depends on the byte order of the machine): eight
/// bytes at a time, folded by a 64 × 64 → 128 bit product.
private func byteHash(_ string: UnsafeBufferPointer<UInt8>) -> UInt64 {
  func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
  let raw = UnsafeRawBufferPointer(string)
  var hash = 0xA076_1D64_78BD_642F ^ UInt64(raw.count)
  var offset = 0
  while offset + 8 <= raw.count {
    hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    offset += 8
  }
  var tail: UInt64 = 0
  while offset < raw.count {
    tail = tail << 8 | UInt64(raw[offset])
    offset += 1
  }
  return fold(hash ^ tail)
}
