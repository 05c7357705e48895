/// The n-grams of one segment's references and how often each may be matched.
///
/// An n-gram is keyed by the number of its first n−1 words and its last word, so that keys are exact
/// for any length and no n-gram is ever hashed whole. Segments are told apart by a stamp, which makes
/// starting the next one free.
struct NgramTable {
  private struct Slot {
    var key: UInt64 = 0
    var segment: UInt32 = 0
    var reader: UInt32 = 0  // who counted last: a reference (from 1) or the hypothesis (0)
    var count: UInt32 = 0  // by that reader
    var limit: UInt32 = 0  // the largest count in one reference
  }

  private var slots = [Slot](repeating: Slot(), count: 1024)
  private var segment: UInt32 = 0
  private var reader: UInt32 = 0

  /// Forgets all n-grams and makes room for `count` of them.
  mutating func startSegment(count: Int) {
    var capacity = slots.count
    while capacity < count * 2 { capacity *= 2 }
    if capacity > slots.count || segment == .max {
      slots = [Slot](repeating: Slot(), count: capacity)
      segment = 0
    }
    segment += 1
    reader = 0
  }

  /// Counts the n-grams of a reference, of up to `order` words; a limit is the largest count of any.
  mutating func addReference(_ words: [UInt32], order: Int) {
    reader += 1
    for start in words.indices {
      var prefix = 0
      for word in words[start..<min(start + order, words.count)] {
        let index = slot(prefix: prefix, word: word)
        if slots[index].segment != segment {
          slots[index] = Slot(key: Self.key(prefix, word), segment: segment)
        }
        if slots[index].reader != reader {
          slots[index].reader = reader
          slots[index].count = 0
        }
        slots[index].count += 1
        slots[index].limit = max(slots[index].limit, slots[index].count)
        prefix = index + 1
      }
    }
  }

  /// The number of the hypothesis' n-grams that are matched, by order, each up to its limit.
  mutating func matches(_ words: [UInt32], order: Int) -> SIMD4<Int> {
    var matched = SIMD4<Int>.zero
    for start in words.indices {
      var prefix = 0
      let end = min(start + order, words.count)
      for position in start..<end {
        let index = slot(prefix: prefix, word: words[position])
        // An n-gram that no reference has is part of no longer one that a reference has.
        if slots[index].segment != segment { break }
        if slots[index].reader != 0 {
          slots[index].reader = 0
          slots[index].count = 0
        }
        if slots[index].count < slots[index].limit { matched[position - start] += 1 }
        slots[index].count += 1
        prefix = index + 1
      }
    }
    return matched
  }

  @inline(__always)
  private static func key(_ prefix: Int, _ word: UInt32) -> UInt64 {
    UInt64(prefix) << 32 | UInt64(word)
  }

  /// The slot that holds the n-gram, or the free one it would take.
  @inline(__always)
  private func slot(prefix: Int, word: UInt32) -> Int {
    let key = Self.key(prefix, word)
    let mask = slots.count - 1
    let hash = key &* 0x9E37_79B9_7F4A_7C15
    var index = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[index].segment == segment && slots[index].key != key {
      index = (index + 1) & mask
    }
    return index
  }
}
