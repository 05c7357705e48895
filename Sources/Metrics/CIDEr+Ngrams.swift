/// The n-grams of a caption, each once, with their number of occurrences: by order, then as they come.
struct NgramCounts: Sendable {
  fileprivate(set) var ngrams: [UInt32] = []
  fileprivate(set) var counts: [UInt32] = []
  fileprivate(set) var orderEnds = SIMD4<Int>.zero
  /// Pairs of words that follow each other, by which lengths are compared.
  fileprivate(set) var bigramCount = 0
  /// The length of the vector of weights, by order.
  private(set) var norms = SIMD4<Double>.zero

  func range(of order: Int) -> Range<Int> {
    (order == 0 ? 0 : orderEnds[order - 1])..<orderEnds[order]
  }

  mutating func setNorms(_ weight: (UInt32) -> Double) {
    for order in 0..<CIDEr.order {
      var sum = 0.0
      for index in range(of: order) {
        let weight = Double(counts[index]) * weight(ngrams[index])
        sum += weight * weight
      }
      norms[order] = sum.squareRoot()
    }
  }
}

/// Counts the n-grams of one caption after the other.
struct NgramCounter: Sendable {
  /// Those of the last caption.
  var counts = NgramCounts()
  private var places: [UInt32] = []  // by n-gram, its place in `counts` plus 1, or 0
  private var sequences = [[UInt32]](repeating: [], count: CIDEr.order)

  /// - Parameter number: the number of the n-gram that a word makes of the n-gram before it (0 for none).
  mutating func count(_ words: [UInt32], number: (UInt32, UInt32) -> UInt32) {
    for ngram in counts.ngrams { places[Int(ngram)] = 0 }
    for order in 0..<CIDEr.order { sequences[order].removeAll(keepingCapacity: true) }
    for start in words.indices {
      var ngram: UInt32 = 0
      for (order, word) in words[start...].prefix(CIDEr.order).enumerated() {
        ngram = number(ngram, word)
        sequences[order].append(ngram)
      }
    }
    counts.ngrams.removeAll(keepingCapacity: true)
    counts.counts.removeAll(keepingCapacity: true)
    for order in 0..<CIDEr.order {
      for ngram in sequences[order] { add(ngram) }
      counts.orderEnds[order] = counts.ngrams.count
    }
    counts.bigramCount = sequences[1].count
  }

  private mutating func add(_ ngram: UInt32) {
    if Int(ngram) >= places.count {
      places.append(contentsOf: repeatElement(0, count: Int(ngram) * 2 + 64 - places.count))
    }
    let place = Int(places[Int(ngram)])
    if place > 0 {
      counts.counts[place - 1] += 1
    } else {
      counts.ngrams.append(ngram)
      counts.counts.append(1)
      places[Int(ngram)] = UInt32(counts.ngrams.count)
    }
  }

  /// Where the last caption has an n-gram.
  @inline(__always)
  func place(of ngram: UInt32) -> Int? {
    guard Int(ngram) < places.count else { return nil }
    let place = Int(places[Int(ngram)])
    return place == 0 ? nil : place - 1
  }
}

/// Numbers n-grams from 1. An n-gram is known by the number of all but its last word and that word.
struct NgramNumbers: Sendable {
  private struct Slot {
    var key: UInt64 = 0
    var number: UInt32 = 0  // 0 where free
  }

  private var slots = [Slot](repeating: Slot(), count: 1024)
  private(set) var count = 0

  func number(prefix: UInt32, word: UInt32) -> UInt32? {
    let number = slots[slot(of: Self.key(prefix, word))].number
    return number == 0 ? nil : number
  }

  mutating func add(prefix: UInt32, word: UInt32) -> UInt32 {
    let key = Self.key(prefix, word)
    let slot = slot(of: key)
    if slots[slot].number != 0 { return slots[slot].number }
    count += 1
    slots[slot] = Slot(key: key, number: UInt32(count))
    if count * 2 > slots.count { grow() }
    return UInt32(count)
  }

  private static func key(_ prefix: UInt32, _ word: UInt32) -> UInt64 {
    UInt64(prefix) << 32 | UInt64(word)
  }

  /// The slot that holds the key, or the free one it would take.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while slots[slot].number != 0 && slots[slot].key != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 4)
    for entry in old where entry.number != 0 { slots[slot(of: entry.key)] = entry }
  }
}

/// Numbers the n-grams of one caption that no reference has, from 1.
struct UnseenNgrams: Sendable {
  private var numbers: [UInt64: UInt32] = [:]

  mutating func removeAll() { numbers.removeAll(keepingCapacity: true) }

  mutating func number(prefix: UInt32, word: UInt32) -> UInt32 {
    let key = UInt64(prefix) << 32 | UInt64(word)
    if let number = numbers[key] { return number }
    let number = UInt32(numbers.count + 1)
    numbers[key] = number
    return number
  }
}
