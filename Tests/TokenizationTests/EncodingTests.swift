import Testing
import Tokenization

@Suite struct EncodingTests {
  /// The rule as it is written down: of all neighbours that join to a piece, the piece with the
  /// lowest id, the leftmost of equals; again until there are none.
  private func naive(_ word: String, _ subwords: Subwords) -> [Int32] {
    var symbols = ["▁"] + word.unicodeScalars.map { String(Character($0)) }
    while true {
      let candidates = zip(symbols, symbols.dropFirst()).enumerated().compactMap { place, pair in
        subwords.id(ofPiece: pair.0 + pair.1).map { ($0, place) }
      }
      guard let (_, place) = candidates.min(by: { $0 < $1 }) else { break }
      symbols[place] += symbols.remove(at: place + 1)
    }
    return symbols.map { subwords.id(ofPiece: $0)! }
  }

  @Test func followsTheRule() throws {
    var counts = WordCounts()
    var generator = SeededGenerator(seed: 11)
    func word(_ length: ClosedRange<Int>) -> String {
      (0..<Int.random(in: length, using: &generator)).map { _ in
        ["a", "b", "c", "d"].randomElement(using: &generator)!
      }.joined()
    }
    for _ in 0..<300 { counts.add(word(1...12)) }
    let subwords = try SubwordLearner(vocabularySize: 400).learn(from: counts)
    var encoder = SubwordEncoder(subwords)
    // Short words are merged by looking at all neighbours, long ones with a heap.
    for _ in 0..<2_000 {
      let word = word(1...12)
      #expect(encoder.encode(word) == naive(word, subwords))
    }
    for _ in 0..<100 {
      let word = word(20...120)
      #expect(encoder.encode(word) == naive(word, subwords))
    }
  }

  @Test func cacheNeverChangesTheIDs() throws {
    let subwords = try Sample.subwords()
    var generator = SeededGenerator(seed: 12)
    var small = SubwordEncoder(subwords, cacheLimit: 3)
    var large = SubwordEncoder(subwords)
    var appended: [Int32] = []
    var expected: [Int32] = []
    for _ in 0..<5_000 {
      let line = RandomText.line(using: &generator)
      let ids = subwords.encode(line)
      #expect(small.encode(line) == ids)
      #expect(large.encode(line) == ids)
      expected += ids
      large.encode(utf8: Array(line.utf8).span, into: &appended)
    }
    #expect(appended == expected)
  }

  @Test func wordsDoNotTouchEachOther() throws {
    let subwords = try Sample.subwords()
    let (cat, dog) = (subwords.encode("The cat"), subwords.encode("the dog"))
    #expect(subwords.encode("The cat the dog") == cat + dog)
    #expect(subwords.encode("") == [])
    #expect(subwords.encode(" ") == [258, 258])
    #expect(subwords.encode("The cat ") == cat + [258])
  }

  /// Twice the length takes about twice the work, and each character a handful of steps.
  @Test func longWordsTakeLinearWork() throws {
    let subwords = try Sample.subwords()
    let letters = RandomText.lines.joined().unicodeScalars.filter { $0 != " " }
    func operations(_ length: Int, dropout: Double) -> Int {
      var generator = SeededGenerator(seed: 13)
      var word = String.UnicodeScalarView()
      for _ in 0..<length { word.append(letters.randomElement(using: &generator)!) }
      var encoder = SubwordEncoder(subwords)
      _ = encoder.encode(String(word), dropout: dropout, using: &generator)
      return encoder.merger.operations
    }
    for dropout in [0, 0.1] {
      let (short, long) = (
        operations(10_000, dropout: dropout), operations(40_000, dropout: dropout)
      )
      #expect(short > 10_000)
      #expect(long < 40_000 * 8)
      #expect(Double(long) < Double(short) * 4.4)
    }
  }
}
