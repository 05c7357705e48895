import Testing
import Tokenization

@Suite struct LearningTests {
  /// The words of Sennrich et al. (2016), figure 1, with a marker before each; worked out by hand.
  private func lowNewestWidest() throws -> Subwords {
    var counts = WordCounts()
    counts.add("low", times: 5)
    counts.add("lower", times: 2)
    counts.add("newest", times: 6)
    counts.add("widest", times: 3)
    return try SubwordLearner(vocabularySize: 1000).learn(from: counts)
  }

  @Test func handWorkedExample() throws {
    let subwords = try lowNewestWidest()
    let pieces = subwords.pieces((258..<Int32(subwords.vocabularySize)))
    // Characters: e 17, w 16, s 9, t 9, l 7, o 7, n 6, d 3, i 3, r 2.
    #expect(pieces.prefix(11) == ["▁", "e", "w", "s", "t", "l", "o", "n", "d", "i", "r"])
    #expect(
      pieces.dropFirst(11) == [
        "es",  // 9, as st; its left piece is older
        "est",  // 9
        "▁l",  // 7, as lo and ow; the marker is the oldest
        "ow",  // 7, as ▁l o
        "▁low",  // 7
        "▁n",  // 6, as ne, ew and w est
        "ew",  // 6
        "▁new",  // 6
        "▁newest",  // 6
        "▁w",  // 3, as wi, id and d est
        "dest",  // 3
        "idest",  // 3, as ▁w i
        "▁widest",  // 3
        "er",  // 2, as ▁low e
        "▁lower",  // 2
      ])
    #expect(subwords.encode("lowest") == [273, 270])
    #expect(subwords.pieces(subwords.encode("newer low")) == ["▁new", "er", "▁low"])
    #expect(subwords.pieces(subwords.encode("dog")) == ["▁", "d", "o", "<0x67>"])
  }

  @Test func orderOfLinesAndTextsDoesNotMatter() throws {
    let learner = SubwordLearner(vocabularySize: 600)
    let whole = try learner.learn(from: RandomText.lines)
    let reversed = try learner.learn(from: RandomText.lines.reversed())
    let joint = try learner.learn(
      from: RandomText.lines.dropFirst(5), RandomText.lines.prefix(5))
    #expect(whole.text == reversed.text)
    #expect(whole.text == joint.text)
  }

  @Test func wordsMayBeCountedInParts() throws {
    let learner = SubwordLearner(vocabularySize: 600)
    var counts = WordCounts(normalizer: learner.normalizer)
    for line in RandomText.lines.reversed() {
      var part = WordCounts(normalizer: learner.normalizer)
      part.add(line)
      counts.add(part)
    }
    #expect(
      try learner.learn(from: counts).text == learner.learn(from: RandomText.lines).text)
  }

  @Test func theRarestWordsAreForgottenWhereThereAreTooMany() throws {
    var counts = WordCounts()
    for number in 0..<100 { counts.add("w\(number)", times: 1 + number / 10) }
    counts.forgetRarest(beyond: 100, bytes: 10_000)
    #expect(counts.count == 100)
    let learner = SubwordLearner(vocabularySize: 400)
    func learned(_ counts: WordCounts) throws -> String { try learner.learn(from: counts).text }
    // What is kept depends on the words and their counts, not on the order in which they came.
    var others = WordCounts()
    for number in (0..<100).reversed() { others.add("w\(number)", times: 1 + number / 10) }
    counts.forgetRarest(beyond: 99, bytes: 10_000)
    others.forgetRarest(beyond: 99, bytes: 10_000)
    #expect(counts.count == 49)
    #expect(try learned(counts) == learned(others))
    // Those seen ten to seven times are all there, and nine of the next.
    var frequent = WordCounts()
    for number in 60..<100 { frequent.add("w\(number)", times: 1 + number / 10) }
    let before = counts.count
    counts.add(frequent)
    #expect(counts.count == before)
  }

  /// Text without spaces is words that come once: some must stay, and not more than there is room for.
  @Test func wordsThatAllComeOnceAreSampled() throws {
    var counts = WordCounts()
    for number in 0..<100 { counts.add("今日は天気が\(number)") }
    counts.forgetRarest(beyond: 50, bytes: 1 << 20)
    #expect(counts.count == 25)
    counts.forgetRarest(beyond: 50, bytes: 200)
    // 18 bytes and a number of two digits at most.
    #expect((4...5).contains(counts.count))
    counts.forgetRarest(beyond: 0, bytes: 1 << 20)
    #expect(counts.count == 0)
    counts.add("今日は")
    counts.forgetRarest(beyond: 50, bytes: 2)
    #expect(counts.count == 1)
    counts.add("今日は")
    #expect(try SubwordLearner(vocabularySize: 300).learn(from: counts).text.contains("今日は"))
  }

  /// Against a learner too simple to be wrong: all pairs are counted anew for every merge.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func equalsNaiveLearner(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var counts = WordCounts()
    var words: [([String], Int)] = []
    for _ in 0..<60 {
      // Few letters, so that overlaps and ties abound.
      let word = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
        ["a", "b", "c"].randomElement(using: &generator)!
      }
      let times = Int.random(in: 1...5, using: &generator)
      counts.add(word.joined(), times: times)
      words.append((["▁"] + word, times))
    }
    let subwords = try SubwordLearner(vocabularySize: 259 + 3 + 40).learn(from: counts)
    let learned = subwords.pieces(258..<Int32(subwords.vocabularySize))
    var pieces = Array(learned.prefix(4))
    while pieces.count < learned.count {
      var pairs: [[String]: Int] = [:]
      for (word, times) in words {
        for (left, right) in zip(word, word.dropFirst()) {
          pairs[[left, right], default: 0] += times
        }
      }
      func age(_ pair: [String]) -> (Int, Int) {
        (pieces.firstIndex(of: pair[0])!, pieces.firstIndex(of: pair[1])!)
      }
      let best = try #require(
        pairs.max { $0.value != $1.value ? $0.value < $1.value : age($0.key) > age($1.key) })
      for i in words.indices { words[i].0 = merged(words[i].0, best.key) }
      if !pieces.contains(best.key.joined()) { pieces.append(best.key.joined()) }
    }
    #expect(pieces == learned)
  }

  private func merged(_ word: [String], _ pair: [String]) -> [String] {
    var result: [String] = []
    var i = 0
    while i < word.count {
      if i + 1 < word.count && word[i] == pair[0] && word[i + 1] == pair[1] {
        result.append(word[i] + word[i + 1])
        i += 2
      } else {
        result.append(word[i])
        i += 1
      }
    }
    return result
  }

  @Test func sizeIsTheTotal() throws {
    for size in [259, 260, 300, 400] {
      let subwords = try SubwordLearner(vocabularySize: size).learn(from: RandomText.lines)
      #expect(subwords.vocabularySize == size)
      #expect(subwords.decode(subwords.encode(RandomText.lines[0])) == RandomText.lines[0])
    }
    #expect(try SubwordLearner().learn(from: [String]()).vocabularySize == 259)
  }

  @Test func rareCharactersBecomeBytes() throws {
    var learner = SubwordLearner()
    let text = [String(repeating: "ab", count: 50), "é"]
    #expect(try learner.learn(from: text).id(ofPiece: "é") == nil)
    learner.minimumCharacterCount = 1
    #expect(try learner.learn(from: text).id(ofPiece: "é") != nil)
    learner.characterCoverage = 0.99
    #expect(try learner.learn(from: text).id(ofPiece: "é") == nil)
    #expect(try learner.learn(from: text).id(ofPiece: "b") != nil)
  }

  @Test func piecesKeepLettersDigitsAndPunctuationApart() throws {
    let text = Array(repeating: "house. house, 1234 (1999) don't\tx", count: 20)
    var learner = SubwordLearner()
    let apart = try learner.learn(from: text)
    #expect(
      apart.pieces(apart.encode("house. 1234 don't")) == ["▁house", ".", "▁1234", "▁don", "'", "t"])
    learner.splitDigits = true
    let digits = try learner.learn(from: text)
    #expect(digits.pieces(digits.encode("1234")) == ["▁", "1", "2", "3", "4"])
    learner.splitPunctuation = false
    let together = try learner.learn(from: text)
    #expect(together.pieces(together.encode("house.")) == ["▁house."])
    #expect(together.id(ofPiece: "▁don't\\tx") != nil)
  }

  @Test func marksAndJoinersGoWithTheirNeighbours() throws {
    let text = Array(repeating: "👩‍🚀 q\u{308}q नि", count: 20)
    let subwords = try SubwordLearner().learn(from: text)
    #expect(subwords.encode(text[0]).count == 3)
  }

  @Test func noPieceIsLongerThanAllowedOrLooksSpecial() throws {
    var learner = SubwordLearner()
    learner.maximumPieceLength = 4
    learner.splitPunctuation = false
    let short = try learner.learn(from: Array(repeating: "abcdefgh<s>x", count: 9))
    for id in 258..<Int32(short.vocabularySize) {
      #expect(short.piece(id).unicodeScalars.count <= 4)
      #expect(short.piece(id) != "<s>")
    }
    #expect(short.id(ofPiece: "<s>") == Subwords.bos)
  }

  @Test func markersInTheTextAreNoPieces() throws {
    let subwords = try SubwordLearner().learn(from: Array(repeating: "a▁b ▁▁", count: 9))
    #expect(subwords.decode(subwords.encode("▁a▁b ▁")) == "▁a▁b ▁")
    let bytes = "▁".utf8.map { Int32($0) + 2 }
    #expect(subwords.encode("▁") == [258] + bytes)
  }

  @Test func settingsThatMakeNoSense() throws {
    func message(_ change: (inout SubwordLearner) -> Void) -> String? {
      var learner = SubwordLearner()
      change(&learner)
      do throws(SubwordsError) { try learner.validate() } catch { return error.description }
      return nil
    }
    #expect(message { _ in } == nil)
    #expect(message { $0.vocabularySize = 258 }?.contains("259 to 1048576") == true)
    #expect(message { $0.vocabularySize = 1 << 21 }?.contains("vocabularySize") == true)
    #expect(message { $0.characterCoverage = 1.5 }?.contains("characterCoverage") == true)
    #expect(message { $0.characterCoverage = .nan }?.contains("characterCoverage") == true)
    #expect(message { $0.minimumPairCount = 0 }?.contains("at least 1") == true)
    #expect(message { $0.maximumPieceLength = 129 }?.contains("128") == true)
    #expect(throws: SubwordsError.self) {
      try SubwordLearner().learn(from: WordCounts(normalizer: .identity))
    }
  }
}
