/// The words of a text as chains of pieces, and the merging of their most frequent pairs.
///
/// All words lie one after another in flat arrays of positions; each pair keeps its count and a list
/// of the positions of its left half. A merge visits only those, corrects the counts of the pairs to
/// its left and right, and so costs as much as it changes.
struct PairMerging {
  private let settings: SubwordLearner
  /// Piece 0 is the marker.
  private(set) var pieces = ByteStringTable()
  private var kinds: [PieceKind] = []
  private var lengths: [Int] = []
  private var characters = CharacterTable()

  // One entry a position. Piece -1: a character without piece, or swallowed by a merge.
  private var symbols: [Int32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var wordOf: [Int32] = []
  private var wordCounts: [Int] = []

  private var pairIndex = PairTable(minimumCapacity: 1 << 14)
  private var pairs: [Pair] = []
  // Positions of pairs, as lists threaded through one array.
  private var occurrences: [(position: Int32, next: Int32)] = []
  private var queue = MinHeap<Candidate>()
  private var changed: [Int32] = []

  private struct Pair {
    var left: Int32
    var right: Int32
    var count = 0
    var first: Int32 = -1
    var last: Int32 = -1
    var isChanged = false
  }

  /// A pair as it stood when it was queued; out of date once its count has changed.
  private struct Candidate: Comparable, Sendable {
    var count: Int
    var left: Int32
    var right: Int32
    var pair: Int32

    /// What comes first is smaller: the higher count, then the older pieces.
    static func < (a: Candidate, b: Candidate) -> Bool {
      if a.count != b.count { return a.count > b.count }
      return a.left != b.left ? a.left < b.left : a.right < b.right
    }
  }

  init(_ alphabet: [Unicode.Scalar], settings: SubwordLearner) {
    self.settings = settings
    pieces.insert(Subwords.markerBytes[...])
    kinds.append(.marker)
    lengths.append(1)
    for scalar in alphabet {
      characters[scalar.value] = Int32(pieces.count)
      pieces.insert(Array(String(Character(scalar)).utf8)[...])
      kinds.append(PieceKind(scalar))
      lengths.append(1)
    }
  }

  /// Adds words as chains of the marker and their characters.
  mutating func add(_ counts: WordCounts) throws(SubwordsError) {
    if counts.words.bytes.count + counts.words.count >= Int(Int32.max) {
      throw SubwordsError(
        "the text has \(counts.words.bytes.count) bytes of distinct words, 2 GB are allowed;"
          + " learn from a sample of it")
    }
    counts.words.bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<counts.words.count where counts.counts[index] > 0 {
        let word = UnsafeBufferPointer(rebasing: bytes[counts.words.range(of: index)])
        append(word, count: counts.counts[index])
      }
    }
    for position in symbols.indices where next[position] >= 0 {
      let right = symbols[Int(next[position])]
      addPair(symbols[position], right, at: Int32(position))
    }
  }

  /// Merges until there are enough pieces or no frequent pairs.
  mutating func run() {
    let wanted = settings.vocabularySize - Int(Subwords.marker)
    queue = MinHeap(
      pairs.indices.map { candidate(Int32($0)) }.filter { $0.count >= settings.minimumPairCount })
    clearChanged()
    while pieces.count < wanted, let best = queue.pop() {
      let count = pairs[Int(best.pair)].count
      if count < settings.minimumPairCount { continue }
      if count != best.count {
        // It has lost occurrences to other merges since it was queued.
        if count < best.count { queue.push(candidate(best.pair)) }
        continue
      }
      merge(best)
    }
  }

  private mutating func append(_ word: UnsafeBufferPointer<UInt8>, count: Int) {
    func add(_ symbol: Int32, isFirst: Bool) {
      let position = Int32(symbols.count)
      symbols.append(symbol)
      next.append(-1)
      previous.append(isFirst ? -1 : position - 1)
      if !isFirst { next[Int(position) - 1] = position }
      wordOf.append(Int32(wordCounts.count))
    }
    add(0, isFirst: true)
    var offset = 0
    while offset < word.count {
      let scalar = UTF8Scanner.scalar(word, at: offset)
      add(scalar.map { characters[$0.value] } ?? -1, isFirst: false)
      offset += scalar?.length ?? 1
    }
    wordCounts.append(count)
  }
}

extension PairMerging {
  private func candidate(_ pair: Int32) -> Candidate {
    let entry = pairs[Int(pair)]
    return Candidate(count: entry.count, left: entry.left, right: entry.right, pair: pair)
  }

  private func mayMerge(_ left: Int32, _ right: Int32) -> Bool {
    if left < 0 || right < 0 { return false }
    let (a, b) = (Int(left), Int(right))
    return lengths[a] + lengths[b] <= settings.maximumPieceLength
      && kinds[a].mayPrecede(kinds[b], settings)
  }

  private mutating func addPair(_ left: Int32, _ right: Int32, at position: Int32) {
    if !mayMerge(left, right) { return }
    let index = pairIndex.insert(left, right, Int32(pairs.count))
    let pair = Int(index)
    if pair == pairs.count { pairs.append(Pair(left: left, right: right)) }
    let entry = Int32(occurrences.count)
    occurrences.append((position, -1))
    if pairs[pair].last >= 0 {
      occurrences[Int(pairs[pair].last)].next = entry
    } else {
      pairs[pair].first = entry
    }
    pairs[pair].last = entry
    pairs[pair].count += wordCounts[Int(wordOf[Int(position)])]
    if !pairs[pair].isChanged {
      pairs[pair].isChanged = true
      changed.append(index)
    }
  }

  private mutating func removePair(_ left: Int32, _ right: Int32, at position: Int32) {
    if !mayMerge(left, right) { return }
    guard let pair = pairIndex.find(left, right) else { return }
    pairs[Int(pair)].count -= wordCounts[Int(wordOf[Int(position)])]
  }

  private mutating func clearChanged() {
    for pair in changed { pairs[Int(pair)].isChanged = false }
    changed.removeAll(keepingCapacity: true)
  }

  /// Makes a pair one piece wherever it stands.
  private mutating func merge(_ pair: Candidate) {
    let text = Array(pieces[Int(pair.left)] + pieces[Int(pair.right)])
    let positions = takePositions(of: Int(pair.pair))
    defer { pairs[Int(pair.pair)].count = 0 }
    if PieceEscaping.isReserved(text) { return }
    let (index, isNew) = pieces.insert(text[...])
    // Two pairs may make the same text ("a" "bc" and "ab" "c"); the second needs no new piece.
    if isNew {
      kinds.append(kinds[Int(pair.left)].joined(with: kinds[Int(pair.right)]))
      lengths.append(lengths[Int(pair.left)] + lengths[Int(pair.right)])
    }
    let symbol = Int32(index)
    for position in positions {
      let at = Int(position)
      if symbols[at] != pair.left || next[at] < 0 { continue }
      let swallowed = Int(next[at])
      if symbols[swallowed] != pair.right { continue }
      let (before, after) = (previous[at], next[swallowed])
      if before >= 0 { removePair(symbols[Int(before)], pair.left, at: before) }
      if after >= 0 { removePair(pair.right, symbols[Int(after)], at: position) }
      symbols[at] = symbol
      symbols[swallowed] = -1
      next[at] = after
      if after >= 0 { previous[Int(after)] = position }
      if before >= 0 { addPair(symbols[Int(before)], symbol, at: before) }
      if after >= 0 { addPair(symbol, symbols[Int(after)], at: position) }
    }
    for pair in changed where pairs[Int(pair)].count >= settings.minimumPairCount {
      queue.push(candidate(pair))
    }
    clearChanged()
  }

  /// The positions of a pair, from left to right; the pair is left without any.
  private mutating func takePositions(of pair: Int) -> [Int32] {
    var positions: [Int32] = []
    var entry = pairs[pair].first
    while entry >= 0 {
      positions.append(occurrences[Int(entry)].position)
      entry = occurrences[Int(entry)].next
    }
    pairs[pair].first = -1
    pairs[pair].last = -1
    // Overlaps ("aaa") are resolved from the left, as in encoding.
    if pairs[pair].left == pairs[pair].right { positions.sort() }
    return positions
  }
}
