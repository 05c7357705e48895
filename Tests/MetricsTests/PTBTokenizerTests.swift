import Metrics
import Testing

struct PTBTokenizerTests {
  struct GoldenFile: Decodable {
    let lines: [[String]]
    let alone: [[String]]
    let characters: [[Int]]
    let stems: [[String]]
  }

  static let golden = try! Golden.read("ptb.json", as: GoldenFile.self)

  /// Strings compare by canonical equivalence; what counts are their scalars.
  private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  @Test("equals CoreNLP's tokens as pycocoevalcap uses them, scalar for scalar")
  func equalsCoreNLP() {
    let lines = Self.golden.lines
    #expect(lines.count > 1000)
    let tokens = PTBTokenizer().tokens(of: lines.map { $0[0] })
    #expect(tokens.count == lines.count)
    for (line, tokens) in zip(lines, tokens) {
      #expect(
        scalars(tokens.joined(separator: " ")) == scalars(line[1]), "\(line[0].debugDescription)")
    }
  }

  @Test("a caption alone has no next line to look at")
  func alone() {
    #expect(Self.golden.alone.count > 5)
    for line in Self.golden.alone {
      let tokens = PTBTokenizer().tokens(of: line[0])
      #expect(
        scalars(tokens.joined(separator: " ")) == scalars(line[1]), "\(line[0].debugDescription)")
    }
  }

  @Test("takes every character of the Basic Multilingual Plane for what CoreNLP takes it")
  func characters() {
    var codes: [Int] = []
    var expected: [Int] = []
    for run in Self.golden.characters {
      for code in run[0]...run[1] {
        codes.append(code)
        expected.append(run[2])
      }
    }
    #expect(codes.count > 63_000)
    let tokens = PTBTokenizer().tokens(
      of: codes.map { code in
        let character = String(Unicode.Scalar(UInt32(code))!)
        return "x\(character)x \(character)"
      })
    let differing = codes.indices.filter { tokens[$0].count != expected[$0] }
    let shown = differing.prefix(10).map { String(codes[$0], radix: 16) }
    #expect(differing.isEmpty, "\(differing.count) differ, first \(shown)")
  }

  @Test("the next line tells whether an initial ends a sentence")
  func nextLine() {
    let tokenizer = PTBTokenizer()
    #expect(tokenizer.tokens(of: ["Plan B.", "The man sits."])[0] == ["plan", "b"])
    #expect(tokenizer.tokens(of: ["Plan B.", "A man sits."])[0] == ["plan", "b"])
    #expect(tokenizer.tokens(of: ["Plan B.", "Three men sit."])[0] == ["plan", "b."])
    #expect(tokenizer.tokens(of: "Plan B.") == ["plan", "b."])
  }

  @Test("line ends within a caption are white space")
  func lineEnds() {
    let tokens = PTBTokenizer().tokens(of: ["a\nb\r\nc\u{2028}d\u{0B}e", "f"])
    #expect(tokens == [["a", "b", "c", "d", "e"], ["f"]])
  }

  @Test("nothing, and nothing that counts", arguments: ["", " ", "...", "\" ' . ? !", "\u{1F436}"])
  func empty(line: String) {
    #expect(PTBTokenizer().tokens(of: line) == [])
    #expect(PTBTokenizer().tokens(of: [line, line]) == [[], []])
  }

  @Test("no captions")
  func noCaptions() {
    #expect(PTBTokenizer().tokens(of: [String]()) == [])
  }

  @Test("stems are those of METEOR's stemmer")
  func stems() {
    let stemmer = EnglishStemmer()
    #expect(Self.golden.stems.count > 1000)
    for pair in Self.golden.stems {
      #expect(scalars(stemmer.stem(pair[0])) == scalars(pair[1]), "\(pair[0])")
    }
  }
}
