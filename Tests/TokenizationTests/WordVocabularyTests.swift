import Foundation
import Testing
import Tokenization

@Suite struct WordVocabularyTests {
  static let lines = ["the cat <unk> the dog", "the cat\tN\u{A0}mat ", "  the end"]

  private func learned(size: Int = 100, minimumCount: Int = 1) throws -> WordVocabulary {
    try WordLearner(vocabularySize: size, minimumCount: minimumCount).learn(from: Self.lines)
  }

  @Test func mostFrequentFirstThenByBytes() throws {
    let words = try learned()
    #expect(
      (0..<words.vocabularySize).map { words.word(Int32($0)) }
        == ["", "", "<unk>", "the", "cat", "N", "dog", "end", "mat"])
    #expect(try learned(size: 5).vocabularySize == 5)
    #expect(try learned(minimumCount: 2).vocabularySize == 5)
    #expect(throws: SubwordsError.self) { try learned(minimumCount: 9) }
  }

  /// A literal `<unk>` is the unknown word, not one of its own.
  @Test func encodingAndDecoding() throws {
    let words = try learned()
    #expect(words.encode("the <unk> bird  cat") == [3, 2, 2, 4])
    #expect(words.decode([3, 2, 2, 4, 1]) == "the <unk> <unk> cat")
    #expect(words.encode("").isEmpty && words.encode(" \u{3000}\t").isEmpty)
    #expect(words.id(of: "<unk>") == 2 && words.id(of: "dog") == 6 && words.id(of: "bird") == nil)
  }

  /// Words that look alike stay different ones unless they are normalised.
  @Test func normalization() throws {
    let text = ["\u{E9} e\u{301} e\u{301}"]
    let kept = try WordLearner(vocabularySize: 10, normalizer: .identity).learn(from: text)
    #expect(kept.vocabularySize == 5)
    let composed = try WordLearner(vocabularySize: 10).learn(from: text)
    #expect(composed.vocabularySize == 4 && composed.encode("e\u{301}") == [3])
  }

  @Test func savedAndLoaded() throws {
    let words = try learned()
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("words-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: url) }
    try words.write(to: url)
    let again = try WordVocabulary(contentsOf: url)
    #expect(again.text == words.text && again.fingerprint == words.fingerprint)
    #expect(try learned(size: 5).fingerprint != words.fingerprint)
    for (text, message) in [
      ("s2s-subwords 1 normalization=nfc size=5\n", "does not begin with 's2s-words'"),
      ("s2s-words 9 normalization=nfc size=5\nthe\ncat\n", "version 9"),
      ("s2s-words 1 normalization=abc size=5\nthe\ncat\n", "damaged"),
      ("s2s-words 1 normalization=nfc size=5\nthe\n", ":3: the file is cut short"),
      ("s2s-words 1 normalization=nfc size=5\nthe\nthe\n", ":3: the word 'the' cannot stand"),
      ("s2s-words 1 normalization=nfc size=4\n<unk>\n", ":2: the word '<unk>' cannot stand"),
      ("s2s-words 1 normalization=nfc size=4\nthe\ncat\n", "more than the 1 words"),
    ] {
      try Data(text.utf8).write(to: url)
      let error = #expect(throws: SubwordsError.self) { try WordVocabulary(contentsOf: url) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
  }

  /// The bytes of ids are what completing a word goes by.
  @Test func bytesOfSubwords() throws {
    let subwords = try SubwordLearner(vocabularySize: 290).learn(
      from: ["the theatre", "there ▁ is é"])
    for line in ["the theatre", " two  spaces ", "▁", "", "quite other \u{1F600}"] {
      let bytes = subwords.encode(line).flatMap { subwords.bytes(of: $0) }
      #expect(bytes == (line.isEmpty ? [] : Array((" " + line).utf8)))
    }
    #expect(subwords.bytes(of: 0).isEmpty && subwords.bytes(of: 1).isEmpty)
  }
}
