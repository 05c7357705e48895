/// Cuts one word at a time into pieces, with buffers that it keeps from word to word.
package struct SubwordMerger: Sendable {
  /// How many neighbours were looked up and heap entries handled so far: the measure of work by
  /// which tests see that long words take no more than n log n.
  package private(set) var operations = 0

  /// The pieces of the word, in order once `merge` has returned.
  private(set) var symbols: [Int32] = []
  /// What symbol i and the next one merge to; `none` if nothing.
  private var merged: [Int32] = []
  /// Neighbours of each symbol that is left, for long words.
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// Merges that are possible: id of the piece, then position of its left half.
  private var queue = MinHeap<UInt64>()
  private var skipped: [UInt64] = []

  private static let none = Int32.max
  /// Up to here, looking at all neighbours for each merge is faster than a heap.
  private static let shortWord = 32

  package init() {}

  /// Fills `symbols` with the marker and the characters of a word, or bytes for those without piece.
  mutating func split(_ word: UnsafeBufferPointer<UInt8>, with subwords: Subwords) {
    symbols.removeAll(keepingCapacity: true)
    symbols.append(Subwords.marker)
    var offset = 0
    while offset < word.count {
      let scalar = UTF8Scanner.scalar(word, at: offset)
      let length = scalar?.length ?? 1
      let id = scalar.map { subwords.characters[$0.value] } ?? -1
      if id >= 0 {
        symbols.append(id)
      } else {
        for i in offset..<offset + length { symbols.append(Subwords.firstByte + Int32(word[i])) }
      }
      offset += length
    }
  }

  /// Merges until nothing can be merged.
  mutating func merge(with table: PairTable) {
    if symbols.count > Self.shortWord {
      link(with: table)
      while let entry = queue.pop() {
        operations += 1
        apply(entry, with: table)
      }
      collect()
    } else {
      mergeShort(with: table)
    }
  }

  /// BPE-dropout (Provilkov, Emelianenko & Voita 2020): before each merge, every merge that is
  /// possible is left out with the given probability; it ends when all have been left out.
  mutating func merge(
    with table: PairTable, dropout: Double, using generator: inout some RandomNumberGenerator
  ) {
    link(with: table)
    while let entry = queue.pop() {
      operations += 1
      if !isValid(entry) { continue }
      if Double(generator.next() >> 11) * 0x1p-53 < dropout {
        skipped.append(entry)
        continue
      }
      apply(entry, with: table)
      for entry in skipped { queue.push(entry) }
      skipped.removeAll(keepingCapacity: true)
    }
    skipped.removeAll(keepingCapacity: true)
    collect()
  }

  private mutating func mergeShort(with table: PairTable) {
    var count = symbols.count
    if count < 2 { return }
    merged.removeAll(keepingCapacity: true)
    for i in 0..<count - 1 {
      merged.append(table.find(symbols[i], symbols[i + 1]) ?? Self.none)
    }
    operations += count
    symbols.withUnsafeMutableBufferPointer { symbols in
      merged.withUnsafeMutableBufferPointer { merged in
        while count > 1 {
          var best = 0
          for i in 1..<max(count - 1, 1) where merged[i] < merged[best] { best = i }
          if merged[best] == Self.none { break }
          operations += count
          symbols[best] = merged[best]
          for i in best + 1..<count - 1 {
            symbols[i] = symbols[i + 1]
            merged[i - 1] = merged[i]
          }
          count -= 1
          if best > 0 {
            merged[best - 1] = table.find(symbols[best - 1], symbols[best]) ?? Self.none
          }
          if best < count - 1 {
            merged[best] = table.find(symbols[best], symbols[best + 1]) ?? Self.none
          }
        }
      }
    }
    symbols.removeLast(symbols.count - count)
  }
}

// A word as a doubly linked list, with a heap of the merges that are possible. An entry whose
// neighbours have changed since it was pushed stays in the heap and is passed over when it comes up.
extension SubwordMerger {
  private mutating func link(with table: PairTable) {
    let count = symbols.count
    merged.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    queue.removeAll()
    for i in 0..<count {
      previous.append(Int32(i) - 1)
      next.append(i + 1 < count ? Int32(i) + 1 : -1)
      merged.append(Self.none)
    }
    for i in 0..<count { enqueue(i, with: table) }
  }

  private mutating func enqueue(_ left: Int, with table: PairTable) {
    operations += 1
    merged[left] = Self.none
    guard next[left] >= 0, let id = table.find(symbols[left], symbols[Int(next[left])]) else {
      return
    }
    merged[left] = id
    queue.push(UInt64(id) << 32 | UInt64(left))
  }

  private func isValid(_ entry: UInt64) -> Bool {
    merged[Int(entry & 0xFFFF_FFFF)] == Int32(entry >> 32)
  }

  private mutating func apply(_ entry: UInt64, with table: PairTable) {
    if !isValid(entry) { return }
    let left = Int(entry & 0xFFFF_FFFF)
    let right = Int(next[left])
    symbols[left] = Int32(entry >> 32)
    symbols[right] = -1
    merged[right] = Self.none
    next[left] = next[right]
    if next[left] >= 0 { previous[Int(next[left])] = Int32(left) }
    enqueue(left, with: table)
    if previous[left] >= 0 { enqueue(Int(previous[left]), with: table) }
  }

  private mutating func collect() {
    symbols.removeAll { $0 < 0 }
  }
}
