import Completion
import Seq2Seq
import Testing
import Tokenization

@Suite struct TextUnitsTests {
  /// Text → units → text is the identity for subwords and characters, whatever the text.
  @Test(arguments: [UnitKind.subword, .character]) func identity(kind: UnitKind) throws {
    let units = try TinyLanguage.units(kind)
    for line in TinyLanguage.lines + [
      "", " ", "  two  spaces ", "Ünïcödé \u{1F600} e\u{301}", "a\tb", "▁", "<unk>", "\u{A0}x",
    ] {
      #expect(units.decode(units.encode(line)) == line, "\(line)")
    }
  }

  @Test func charactersAreSingle() throws {
    let units = try TinyLanguage.units(.character)
    let tokens = units.encode("the cat")
    #expect(tokens.map { units.bytes(of: $0).count } == [1, 1, 1, 1, 1, 1, 1, 1])
    #expect(try TinyLanguage.units(.subword).encode("the cat").count < 8)
  }

  @Test func words() throws {
    let units = try TinyLanguage.units(.word)
    #expect(units.decode(units.encode("the  dog barked")) == "the dog <unk>")
    #expect(units.unknown == 2 && units.bytes(of: 2) == Array(" <unk>".utf8))
  }

  /// What is fed before the last word, and that word with its space.
  @Test(arguments: UnitKind.allCases) func beginnings(kind: UnitKind) throws {
    let units = try TinyLanguage.units(kind)
    for (line, before, typed) in [
      ("the ca", "the", " ca"), ("the cat ", "the cat", " "), ("do", "", " do"), ("", "", " "),
    ] {
      let beginning = units.encodeBeginning(line)
      #expect(beginning.tokens == units.encode(before), "\(line)")
      #expect(String(decoding: beginning.typed, as: UTF8.self) == typed, "\(line)")
      #expect([0x20] + beginning.word == beginning.typed)
    }
  }

  /// Tabs and the like are no part of a word either, though units know spaces alone.
  @Test(arguments: UnitKind.allCases) func wordsAfterOtherWhiteSpace(kind: UnitKind) throws {
    let units = try TinyLanguage.units(kind)
    for (line, word) in [("the\tca", "ca"), ("the ca\u{A0}do", "do"), ("the\t", "")] {
      #expect(
        String(decoding: units.encodeBeginning(line).word, as: UTF8.self) == word, "\(line)")
    }
  }

  /// Of a long word all but its end is fed.
  @Test(arguments: [UnitKind.subword, .character]) func longWords(kind: UnitKind) throws {
    let units = try TinyLanguage.units(kind)
    for word in [String(repeating: "government", count: 9), String(repeating: "世界", count: 40)] {
      let beginning = units.encodeBeginning("the " + word)
      #expect((16...TextBeginning.mostBytes).contains(beginning.typed.count))
      #expect(String(decoding: beginning.word, as: UTF8.self) == word)
      let all = beginning.tokens.flatMap { units.bytes(of: $0) } + beginning.typed
      #expect(String(decoding: all, as: UTF8.self) == " the " + word)
    }
  }

  @Test func unitsByTheirBytes() throws {
    for kind in UnitKind.allCases {
      let units = try TinyLanguage.units(kind)
      let index = UnitIndex(units)
      let all = (0..<TokenID(units.size)).filter { !index.bytes[Int($0)].isEmpty }
      for text in [" ", " g", " gov", "ern", "'", "zq"].map({ Array($0.utf8) }) {
        let extending = Set(index.extending(text[...]))
        #expect(extending == Set(all.filter { index.bytes[Int($0)].starts(with: text) }))
        let beginning = index.beginning(text[...])
        // A word that is a unit begins no other.
        #expect(
          Set(beginning)
            == Set(
              kind == .word
                ? []
                : all.filter {
                  let bytes = index.bytes[Int($0)]
                  return bytes.count < text.count && text.starts(with: bytes)
                }))
      }
    }
  }
}
