import Metrics
import Testing

struct Tokenizer13aTests {
  struct GoldenLine: Decodable {
    let line: String
    let tokens: [String]
  }

  @Test("equals sacreBLEU's tokens, scalar for scalar")
  func equalsSacreBLEU() throws {
    let lines = try Golden.read("tokenizer13a.json", as: [GoldenLine].self)
    #expect(lines.count > 400)
    let tokenizer = Tokenizer13a()
    for golden in lines {
      let tokens = tokenizer.tokens(of: golden.line)
      // Strings compare by canonical equivalence; what counts are their bytes.
      #expect(
        tokens.map { Array($0.utf8) } == golden.tokens.map { Array($0.utf8) },
        "\(golden.line.debugDescription)")
    }
  }

  @Test(
    "what the steps do to each other",
    arguments: [
      ("It's 1,000.5-ish.", ["It's", "1,000.5", "-", "ish", "."]),
      ("&amp;quot;", ["&", "quot", ";"]),
      ("&amp;lt;", ["<"]),
      ("<skip<skipped>ped>", ["<", "skipped", ">"]),
      ("broken-\nword\nend", ["brokenword", "end"]),
      ("a..b", ["a", ".", ".", "b"]),
      (" \u{3000}\t", []),
    ])
  func steps(line: String, tokens: [String]) {
    #expect(Tokenizer13a().tokens(of: line) == tokens)
  }
}
