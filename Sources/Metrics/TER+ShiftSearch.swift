/// Tercom's greedy search for the fewest edits with moves of blocks, as sacreBLEU limits it.
///
/// Time after time the block whose move lessens the edit distance most is moved, at the price of
/// one edit, until no move helps. All limits, and the order in which ties are broken, change
/// scores.
struct ShiftSearch {
  /// A block of words and the place that it moves to, by the words' numbers before the move.
  struct Shift {
    var start: Int
    var length: Int
    var target: Int

    /// The words that change places, and how far they turn to the left in doing so.
    ///
    /// A target inside the block or right behind it means no place of its own in sacreBLEU, which
    /// makes of the numbers what this does: the block trades places with the `target - start` words
    /// behind it, or with what the line still has of them.
    func turn(of count: Int) -> (range: Range<Int>, distance: Int) {
      if target < start { return (target..<start + length, start - target) }
      let end = target > start + length ? target : min(count, target + length)
      return (start..<end, length)
    }
  }

  private static let longestBlock = 10
  private static let farthestMatch = 50
  private static let candidateLimit = 1000

  private var table = BeamTable()
  private var words: [UInt32] = []
  private var reference: [UInt32] = []
  private var isHypothesisError: [Bool] = []
  private var isReferenceError: [Bool] = []
  /// Where a word has to be inserted to stand before the reference word of that number.
  private var insertionPoints: [Int] = []
  private var candidates = 0

  /// The number of edits that the search ends with.
  mutating func edits(from hypothesis: [UInt32], to reference: [UInt32]) -> Int {
    guard !reference.isEmpty else { return hypothesis.count }
    guard !hypothesis.isEmpty else { return reference.count }
    words = hypothesis
    self.reference = reference
    candidates = 0
    table.start(words: words.count, reference: reference)
    var shifts = 0
    while true {
      let distance = table.fill(words)
      // A move costs what it could save of a single error.
      guard distance > 1, let shift = bestShift(distance) else { return shifts + distance }
      perform(shift)
      shifts += 1
    }
  }

  /// The move that lessens the distance most; nil if none does, or if the search has gone on for
  /// too long: then what it was about to find is not used.
  private mutating func bestShift(_ distance: Int) -> Shift? {
    table.fillBackward(words)
    readAlignment()
    var best: (gain: Int, shift: Shift)?
    for start in words.indices {
      let first = max(0, start - Self.farthestMatch)
      let end = min(reference.count, start + Self.farthestMatch + 1)
      guard first < end else { break }
      for match in first..<end where reference[match] == words[start] {
        tryBlocks(start, match, distance, &best)
        if candidates >= Self.candidateLimit { return nil }
      }
    }
    guard let best, best.gain > 0 else { return nil }
    return best.shift
  }

  /// Tries the blocks that begin at a word and equal the reference from `match` on, the shorter
  /// first.
  private mutating func tryBlocks(
    _ start: Int, _ match: Int, _ distance: Int, _ best: inout (gain: Int, shift: Shift)?
  ) {
    let longest = min(Self.longestBlock, words.count - start, reference.count - match)
    let current = insertionPoints[match + 1] - 1
    var hasHypothesisError = false
    var hasReferenceError = false
    for length in 1...longest {
      guard words[start + length - 1] == reference[match + length - 1] else { return }
      hasHypothesisError = hasHypothesisError || isHypothesisError[start + length - 1]
      hasReferenceError = hasReferenceError || isReferenceError[match + length - 1]
      // Words that are right stay, places that are right are left alone, and a block does not move
      // into itself.
      guard hasHypothesisError, hasReferenceError,
        !(start..<start + length).contains(current)
      else { continue }
      tryTargets(start, length, match, distance, &best)
      if candidates >= Self.candidateLimit { return }
    }
  }

  /// Tries a block at each place that the alignment of its matched words suggests.
  private mutating func tryTargets(
    _ start: Int, _ length: Int, _ match: Int, _ distance: Int,
    _ best: inout (gain: Int, shift: Shift)?
  ) {
    var previous = -1
    for target in insertionPoints[match...match + length] where target != previous {
      previous = target
      candidates += 1
      let shift = Shift(start: start, length: length, target: target)
      let (range, distanceTurned) = shift.turn(of: words.count)
      let gain = distance - table.distance(words, turning: range, by: distanceTurned)
      guard let found = best else {
        best = (gain, shift)
        continue
      }
      // The greatest gain, then the longest block, the earliest block, the earliest target.
      if (gain, length, -start, -target)
        > (found.gain, found.shift.length, -found.shift.start, -found.shift.target)
      {
        best = (gain, shift)
      }
    }
  }

  private mutating func perform(_ shift: Shift) {
    let (range, distance) = shift.turn(of: words.count)
    let turned =
      words[range.lowerBound + distance..<range.upperBound]
      + words[range.lowerBound..<range.lowerBound + distance]
    words.replaceSubrange(range, with: turned)
  }

  /// Learns from the table which words are wrong and what stands where.
  private mutating func readAlignment() {
    var isHypothesisError = [Bool](repeating: true, count: words.count)
    var isReferenceError = [Bool](repeating: true, count: reference.count)
    var insertionPoints = [Int](repeating: 0, count: reference.count + 1)
    table.forEachOperation(words) { operation, row, column in
      switch operation {
      case .correct:
        isHypothesisError[row - 1] = false
        isReferenceError[column - 1] = false
        insertionPoints[column] = row
      case .substitution, .deletion:
        insertionPoints[column] = row
      case .insertion: break
      }
    }
    self.isHypothesisError = isHypothesisError
    self.isReferenceError = isReferenceError
    self.insertionPoints = insertionPoints
  }
}
