/// The n-grams of one segment and how often each may be matched.
///
/// Symbols are words or characters, by number. An n-gram is keyed by the number of its first n−1
/// symbols and its last symbol, so that keys are exact for any length and no n-gram is ever hashed
/// whole. Segments are told apart by a stamp, which makes starting the next one free.
struct NgramTable {
  private struct Slot {
    var key: UInt64 = 0
    var segment: UInt32 = 0
    var reader: UInt32 = 0  // the sequence that counted last
    var count: UInt32 = 0  // by that reader
    var limit: UInt32 = 0  // the largest count in one sequence of those to be matched
  }

  private var slots = [Slot](repeating: Slot(), count: 256)
  private var mask = 255
  private var segment: UInt32 = 0
  private var reader: UInt32 = 0

  /// Forgets all n-grams and makes room for `count` of them.
  mutating func startSegment(count: Int) {
    // A short segment after a long one keeps to the start of the table, which is in the cache.
    var capacity = 256
    while capacity < count * 2 { capacity *= 2 }
    if capacity > slots.count || segment == .max {
      slots = [Slot](repeating: Slot(), count: max(capacity, slots.count))
      segment = 0
    }
    mask = capacity - 1
    segment += 1
    reader = 0
  }

  /// Counts the n-grams of `symbols[range]`, of up to `order` symbols, as ones to be matched; a
  /// limit is the largest count in any such sequence.
  mutating func add(_ symbols: [UInt32], _ range: Range<Int>, order: Int) {
    reader += 1
    let (reader, segment, mask) = (reader, segment, mask)
    var slots = slots.mutableSpan
    for start in range {
      var prefix = 0
      for position in start..<min(start + order, range.upperBound) {
        let key = Self.key(prefix, symbols[position])
        let index = Self.slot(of: key, in: slots, segment: segment, mask: mask)
        var slot = slots[index]
        if slot.segment != segment { slot = Slot(key: key, segment: segment) }
        slot.count = slot.reader == reader ? slot.count + 1 : 1
        slot.reader = reader
        slot.limit = max(slot.limit, slot.count)
        slots[index] = slot
        prefix = index + 1
      }
    }
  }

  /// Adds to `matched` how many n-grams of `symbols[range]` are matched, each up to its limit.
  ///
  /// - Parameter first: where `matched` counts single symbols; longer n-grams follow by length.
  mutating func match(
    _ symbols: [UInt32], _ range: Range<Int>, order: Int, into matched: inout [Int],
    from first: Int = 0
  ) {
    reader += 1
    let (reader, segment, mask) = (reader, segment, mask)
    var slots = slots.mutableSpan
    for start in range {
      var prefix = 0
      for position in start..<min(start + order, range.upperBound) {
        let key = Self.key(prefix, symbols[position])
        let index = Self.slot(of: key, in: slots, segment: segment, mask: mask)
        // An n-gram that is not here is part of no longer one that is.
        if slots[index].segment != segment { break }
        let count = slots[index].reader == reader ? slots[index].count : 0
        if count < slots[index].limit { matched[first + position - start] += 1 }
        slots[index].reader = reader
        slots[index].count = count + 1
        prefix = index + 1
      }
    }
  }

  @inline(__always)
  private static func key(_ prefix: Int, _ symbol: UInt32) -> UInt64 {
    UInt64(truncatingIfNeeded: prefix) << 32 | UInt64(symbol)
  }

  /// The slot that holds the n-gram, or the free one it would take.
  @inline(__always)
  private static func slot(
    of key: UInt64, in slots: borrowing MutableSpan<Slot>, segment: UInt32, mask: Int
  ) -> Int {
    let hash = key &* 0x9E37_79B9_7F4A_7C15
    var index = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[index].segment == segment && slots[index].key != key {
      index = (index + 1) & mask
    }
    return index
  }
}
