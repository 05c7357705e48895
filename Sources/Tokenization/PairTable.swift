/// A table from pairs of symbols to a number: open addressing with linear probing.
struct PairTable: Sendable {
  private struct Slot {
    var key: UInt64
    var value: Int32
  }

  /// The key of (-1, -1); symbols are never negative.
  private static let free = UInt64.max

  private var slots: [Slot]
  private(set) var count = 0

  init(minimumCapacity: Int = 0) {
    var size = 16
    while size < minimumCapacity * 2 { size *= 2 }
    slots = [Slot](repeating: Slot(key: Self.free, value: 0), count: size)
  }

  @inline(__always)
  func find(_ left: Int32, _ right: Int32) -> Int32? {
    let key = Self.key(left, right)
    let slot = slots[probe(key)]
    return slot.key == key ? slot.value : nil
  }

  /// The value that is there already, or the new one after it was put there.
  mutating func insert(_ left: Int32, _ right: Int32, _ value: Int32) -> Int32 {
    let key = Self.key(left, right)
    let place = probe(key)
    if slots[place].key == key { return slots[place].value }
    slots[place] = Slot(key: key, value: value)
    count += 1
    if count * 2 > slots.count { grow() }
    return value
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func probe(_ key: UInt64) -> Int {
    let mask = slots.count - 1
    let product = key &* 0x9E37_79B9_7F4A_7C15
    var place = Int(truncatingIfNeeded: product ^ (product >> 32)) & mask
    while slots[place].key != key && slots[place].key != Self.free { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(key: Self.free, value: 0), count: old.count * 2)
    for slot in old where slot.key != Self.free { slots[probe(slot.key)] = slot }
  }
}
