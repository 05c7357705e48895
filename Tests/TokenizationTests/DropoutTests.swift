import Testing
import Tokenization

@Suite struct DropoutTests {
  @Test func noneIsPlainAndAllLeavesCharacters() throws {
    let subwords = try Sample.subwords()
    var generator = SeededGenerator(seed: 21)
    for line in RandomText.lines {
      #expect(
        subwords.encode(line, dropout: 0, using: &generator) == subwords.encode(line))
      let characters = subwords.encode(line, dropout: 1, using: &generator)
      for id in characters where id >= 258 {
        #expect(subwords.piece(id).unicodeScalars.count == 1)
      }
    }
  }

  @Test func aSeedGivesTheSameIDs() throws {
    let subwords = try Sample.subwords()
    func ids(_ seed: UInt64) -> [[Int32]] {
      var generator = SeededGenerator(seed: seed)
      var encoder = SubwordEncoder(subwords)
      return RandomText.lines.map { encoder.encode($0, dropout: 0.2, using: &generator) }
    }
    #expect(ids(1) == ids(1))
    #expect(ids(1) != ids(2))
  }

  /// How often each way to cut a word comes up, against the probabilities of the algorithm.
  private func check(
    _ pieces: [String], _ word: String, _ dropout: Double, _ expected: [String: Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let subwords = try Sample.subwords(pieces: pieces)
    var encoder = SubwordEncoder(subwords)
    var generator = SeededGenerator(seed: 22)
    let trials = 40_000
    var seen: [String: Int] = [:]
    for _ in 0..<trials {
      let ids = encoder.encode(word, dropout: dropout, using: &generator)
      seen[subwords.pieceLine(ids), default: 0] += 1
    }
    #expect(Set(seen.keys) == Set(expected.keys), sourceLocation: sourceLocation)
    for (cut, probability) in expected {
      let mean = probability * Double(trials)
      let deviation = (mean * (1 - probability)).squareRoot()
      #expect(
        abs(Double(seen[cut] ?? 0) - mean) < 5 * deviation, "\(cut)", sourceLocation: sourceLocation
      )
    }
  }

  @Test func oneMerge() throws {
    try check(["a", "b", "ab"], "ab", 0.1, ["▁ ab": 0.9, "▁ a b": 0.1])
  }

  @Test func mergesThatExcludeEachOther() throws {
    // First choice ab; bc only if ab was left out.
    try check(
      ["a", "b", "c", "ab", "bc"], "abc", 0.3,
      ["▁ ab c": 0.7, "▁ a bc": 0.21, "▁ a b c": 0.09])
  }

  /// A merge left out at one step is offered again at the next: whichever of the two goes first,
  /// the other has a fresh chance. Left out once and for all, both would come with 0.25.
  @Test func mergesAreOfferedAgain() throws {
    try check(
      ["a", "b", "c", "d", "ab", "cd"], "abcd", 0.5,
      [
        "▁ ab cd": 0.375, "▁ ab c d": 0.25, "▁ a b cd": 0.125, "▁ a b c d": 0.25,
      ])
  }
}
