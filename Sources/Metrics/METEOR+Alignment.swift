/// What a word of the reference is matched with.
struct METEORMatch: Sendable, Equatable {
  /// The place of the caption's word.
  var word: Int
  var isExact: Bool
}

/// Aligns a caption with a reference as METEOR 1.5 does.
///
/// A beam search over the words of the reference, from the left: an alignment is better for more exact
/// matches, then for fewer chunks, then for matches between nearer places. Two traits of the original are
/// kept, since alignments depend on them: a match by stem does not count as a match while alignments
/// compete (half a point is cut to a whole number, 0), and the distance of a choice is charged to the
/// alignments chosen after it.
struct METEORAligner {
  /// How many alignments are followed from one word to the next.
  private static let beamSize = 40

  fileprivate struct Path {
    var exactMatches = 0
    var chunks = 0
    var distance = 0
    /// The place behind the caption's word that was matched last, if the chunk may go on.
    var chunkEnd: Int?
    /// The caption's words that are taken.
    var taken: WordSet
    /// The last choice; it is listed in `choices` only when the path is followed further.
    var choice: Choice?
  }

  fileprivate struct Choice {
    /// The choice before it, in `choices`; -1 for none.
    var previous: Int
    var place: Int
    var match: METEORMatch
  }

  private var candidates: [[METEORMatch]] = []  // by place in the reference
  private var fixed: [METEORMatch?] = []
  private var choices: [Choice] = []
  private var paths: [Path] = []
  private var nextPaths: [Path] = []
  private var ranks: [Int] = []

  /// The match of each word of the reference.
  mutating func align(_ caption: [METEORWord], _ reference: [METEORWord]) -> [METEORMatch?] {
    findCandidates(caption, reference)
    fixUnambiguous(captionLength: caption.count)
    let best = search(captionLength: caption.count)
    var result = fixed
    var choice = best.choice
    while let last = choice {
      result[last.place] = last.match
      choice = last.previous < 0 ? nil : choices[last.previous]
    }
    return result
  }

  private mutating func findCandidates(_ caption: [METEORWord], _ reference: [METEORWord]) {
    while candidates.count < reference.count { candidates.append([]) }
    // Between equal sentences only exact matches are looked for.
    let isSame = caption.elementsEqual(reference) { $0.word == $1.word }
    for (place, word) in reference.enumerated() {
      candidates[place].removeAll(keepingCapacity: true)
      for (index, other) in caption.enumerated() where other.word == word.word {
        candidates[place].append(METEORMatch(word: index, isExact: true))
      }
      if isSame { continue }
      for (index, other) in caption.enumerated()
      where other.stem == word.stem && other.word != word.word {
        candidates[place].append(METEORMatch(word: index, isExact: false))
      }
    }
    fixed = [METEORMatch?](repeating: nil, count: reference.count)
  }

  /// A match between words that have no other is in every alignment.
  private mutating func fixUnambiguous(captionLength: Int) {
    var coverage = [Int](repeating: 0, count: captionLength)
    for place in fixed.indices {
      for match in candidates[place] { coverage[match.word] += 1 }
    }
    for place in fixed.indices where candidates[place].count == 1 {
      let match = candidates[place][0]
      if coverage[match.word] == 1 { fixed[place] = match }
    }
  }

  private mutating func search(captionLength: Int) -> Path {
    choices.removeAll(keepingCapacity: true)
    var start = Path(taken: WordSet(count: captionLength))
    for match in fixed { if let match { start.taken.insert(match.word) } }
    nextPaths.removeAll(keepingCapacity: true)
    nextPaths.append(start)
    for place in fixed.indices {
      swap(&paths, &nextPaths)
      nextPaths.removeAll(keepingCapacity: true)
      rank()
      for index in ranks.prefix(Self.beamSize) { extend(paths[index], over: place) }
    }
    swap(&paths, &nextPaths)
    rank()
    // The open chunks are counted before the last comparison, which the first of equals wins.
    var best: Path?
    for index in ranks.prefix(Self.beamSize) {
      var path = paths[index]
      if path.chunkEnd != nil { path.chunks += 1 }
      guard let leader = best else {
        best = path
        continue
      }
      if Self.isBetter(path, than: leader) { best = path }
    }
    return best ?? start
  }

  /// Orders the paths from the best, equal ones as they came.
  private mutating func rank() {
    ranks.removeAll(keepingCapacity: true)
    ranks.append(contentsOf: paths.indices)
    guard paths.count > 1 else { return }
    let paths = paths
    ranks.sort { left, right in
      if Self.isBetter(paths[left], than: paths[right]) { return true }
      return !Self.isBetter(paths[right], than: paths[left]) && left < right
    }
  }

  private static func isBetter(_ left: Path, than right: Path) -> Bool {
    if left.exactMatches != right.exactMatches { return left.exactMatches > right.exactMatches }
    if left.chunks != right.chunks { return left.chunks < right.chunks }
    return left.distance < right.distance
  }

  private mutating func extend(_ path: Path, over place: Int) {
    var path = path
    if let match = fixed[place] {
      path.accept(match)
      path.distance += abs(place - match.word)
      nextPaths.append(path)
      return
    }
    var previous: Int?
    for match in candidates[place] where !path.taken.contains(match.word) {
      if previous == nil {
        previous = path.choice == nil ? -1 : choices.count
        if let choice = path.choice { choices.append(choice) }
      }
      var next = path
      next.taken.insert(match.word)
      next.accept(match)
      next.choice = Choice(previous: previous ?? -1, place: place, match: match)
      path.distance += abs(place - match.word)
      nextPaths.append(next)
    }
    // Leave the word alone.
    if path.chunkEnd != nil {
      path.chunks += 1
      path.chunkEnd = nil
    }
    nextPaths.append(path)
  }
}

extension METEORAligner.Path {
  fileprivate mutating func accept(_ match: METEORMatch) {
    if match.isExact { exactMatches += 1 }
    if let chunkEnd, chunkEnd != match.word { chunks += 1 }
    chunkEnd = match.word + 1
  }
}

/// Places of a sentence's words.
private struct WordSet {
  private var first: UInt64 = 0
  private var others: [UInt64]  // from the 65th word on

  init(count: Int) { others = [UInt64](repeating: 0, count: max(0, count - 1) / 64) }

  func contains(_ word: Int) -> Bool {
    let bits = word < 64 ? first : others[word / 64 - 1]
    return bits >> UInt64(word % 64) & 1 == 1
  }

  mutating func insert(_ word: Int) {
    let bit: UInt64 = 1 << UInt64(word % 64)
    if word < 64 { first |= bit } else { others[word / 64 - 1] |= bit }
  }
}
