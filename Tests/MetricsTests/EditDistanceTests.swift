import Metrics
import Testing

struct EditDistanceTests {
  /// The alignment by the whole table of distances and the rule that `EditAligner` documents.
  private func expected(_ reference: [UInt32], _ hypothesis: [UInt32]) -> [EditOperation] {
    var (r, h) = (reference[...], hypothesis[...])
    var (prefix, suffix) = (0, 0)
    while let first = r.first, first == h.first {
      (r, h, prefix) = (r.dropFirst(), h.dropFirst(), prefix + 1)
    }
    while let last = r.last, last == h.last {
      (r, h, suffix) = (r.dropLast(), h.dropLast(), suffix + 1)
    }
    let (reference, hypothesis) = (Array(r), Array(h))
    var table = [Array(0...reference.count)]
    for (row, unit) in hypothesis.enumerated() {
      var cells = [row + 1]
      for (column, other) in reference.enumerated() {
        let paired = table[row][column] + (unit == other ? 0 : 1)
        cells.append(min(paired, table[row][column + 1] + 1, cells[column] + 1))
      }
      table.append(cells)
    }
    var (row, column) = (hypothesis.count, reference.count)
    var operations: [EditOperation] = []
    while row > 0 || column > 0 {
      if row == 0 || column > 0 && table[row][column] == table[row][column - 1] + 1 {
        operations.append(.deletion)
        column -= 1
      } else if column == 0 || table[row - 1][column] < table[row - 1][column - 1] {
        operations.append(.insertion)
        row -= 1
      } else {
        (row, column) = (row - 1, column - 1)
        operations.append(hypothesis[row] == reference[column] ? .correct : .substitution)
      }
    }
    return [EditOperation](repeating: .correct, count: prefix) + operations.reversed()
      + [EditOperation](repeating: .correct, count: suffix)
  }

  @Test("all pairs of up to five units of three kinds")
  func small() {
    var sequences: [[UInt32]] = [[]]
    for length in 1...5 {
      sequences += sequences.filter { $0.count == length - 1 }.flatMap { sequence in
        (0..<3).map { sequence + [$0] }
      }
    }
    #expect(sequences.count == 364)
    var aligner = EditAligner()
    var differing = 0
    for reference in sequences {
      for hypothesis in sequences {
        aligner.align(reference: reference, hypothesis: hypothesis)
        if aligner.operations != expected(reference, hypothesis) { differing += 1 }
      }
    }
    #expect(differing == 0)
  }

  @Test("lengths around the width of a machine word", arguments: [1, 3, 40, 100_000])
  func blocks(kinds: UInt32) {
    var generator = SplitMix(state: UInt64(kinds))
    var aligner = EditAligner()
    for _ in 0..<60 {
      let lengths = (0..<2).map { _ in 50 + Int(generator.next() % 100) }
      let pair = lengths.map { length in
        (0..<length).map { _ in UInt32(truncatingIfNeeded: generator.next()) % kinds }
      }
      aligner.align(reference: pair[0], hypothesis: pair[1])
      #expect(aligner.operations == expected(pair[0], pair[1]))
    }
  }

  @Test("a long line is aligned alike with little memory and with much")
  func longLines() {
    var generator = SplitMix(state: 5)
    // The first kind is frequent, the others rare.
    let reference = (0..<5000).map { _ in
      generator.next() % 4 == 0 ? 0 : UInt32(generator.next() % 3000)
    }
    var hypothesis = reference.filter { _ in generator.next() % 8 != 0 }
    for index in hypothesis.indices where generator.next() % 4 == 0 {
      hypothesis[index] = UInt32(generator.next() % 3000)
    }
    hypothesis.insert(contentsOf: reference[1000..<1400], at: 3000)
    var whole = EditAligner(budget: .max)
    var parts = EditAligner(budget: 0)
    whole.align(reference: reference, hypothesis: hypothesis)
    parts.align(reference: reference, hypothesis: hypothesis)
    #expect(whole.operations == parts.operations)
    #expect(whole.operations.count { $0 != .insertion } == reference.count)
    #expect(whole.operations.count { $0 != .deletion } == hypothesis.count)
  }
}

/// Random numbers that a seed gives again (Steele et al., 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
