import Foundation
import Metrics
import Testing

struct TokenizerTests {
  @Test("equal sacreBLEU's tokens, scalar for scalar", arguments: ["13a", "intl", "char", "zh"])
  func equalsSacreBLEU(_ name: String) throws {
    let lines = try Golden.read("tokenizers.json", as: [[String: String]].self)
    #expect(lines.count > 200)
    let tokenization = try #require(BLEU.Tokenization(rawValue: name))
    for golden in lines {
      let line = try #require(golden["line"])
      // Strings compare by canonical equivalence, and a space takes an accent after it for its own;
      // what counts are bytes.
      let expected = try #require(golden[name]).utf8.split(separator: UInt8(ascii: " "))
      let tokens = tokenization.tokens(of: line)
      #expect(
        tokens.map { Array($0.utf8) } == expected.map(Array.init), "\(line.debugDescription)")
    }
  }

  @Test(
    "what the steps do to each other",
    arguments: [
      (.v13a, "It's 1,000.5-ish.", ["It's", "1,000.5", "-", "ish", "."]),
      (.v13a, "&amp;quot;", ["&", "quot", ";"]),
      (.v13a, "&amp;lt;", ["<"]),
      (.v13a, "<skip<skipped>ped>", ["<", "skipped", ">"]),
      (.v13a, "broken-\nword\nend", ["brokenword", "end"]),
      (.v13a, "a..b", ["a", ".", ".", "b"]),
      (.v13a, " \u{3000}\t", []),
      (.intl, "It's 1,000.5-ish.", ["It", "'", "s", "1,000.5", "-", "ish", "."]),
      (.intl, "in 1990.", ["in", "1990."]),
      (.intl, "(a)«b» 3€/4", ["(", "a", ")", "«", "b", "»", "3", "€", "/", "4"]),
      (.intl, "&amp;", ["&", "amp", ";"]),
      (.intl, ",,,", [",", ",", ","]),
      (.intl, ".", ["."]),
      (.zh, "价格是1,000.5元。", ["价", "格", "是", "1,000.5", "元", "。"]),
      (.zh, " .5 and a.", [".5", "and", "a", "."]),
      (.zh, "a→b \u{20000}\u{20001}", ["a", "→", "b", "\u{20000}\u{20001}"]),
      (.zh, "&amp;", ["&", "amp", ";"]),
      (.char, "a\u{301}b c", ["a", "\u{301}", "b", "c"]),
      (.none, " a.b  c ", ["a.b", "c"]),
    ] as [(BLEU.Tokenization, String, [String])])
  func steps(tokenization: BLEU.Tokenization, line: String, tokens: [String]) {
    #expect(tokenization.tokens(of: line) == tokens)
  }

  @Test("13a alone cuts as BLEU's does")
  func public13a() {
    let line = "Mr. Fox's car (red) isn't &quot;here&quot;."
    #expect(Tokenizer13a().tokens(of: line) == BLEU.Tokenization.v13a.tokens(of: line))
  }
}
