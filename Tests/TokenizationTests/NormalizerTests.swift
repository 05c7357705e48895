import Foundation
import Testing
import Tokenization

@Suite struct NormalizerTests {
  private static let assigned = (0...0x10_FFFF).compactMap { Unicode.Scalar(UInt32($0)) }.filter {
    ![.unassigned, .privateUse].contains($0.properties.generalCategory)
  }

  @Test(arguments: [
    ("e\u{301}", "é", "é"), ("\u{212B}", "Å", "Å"), ("ﬁ", "ﬁ", "fi"), ("①", "①", "1"),
    ("e\u{323}\u{302}", "ệ", "ệ"), ("e\u{302}\u{323}", "ệ", "ệ"),
    ("é\u{323}", "ẹ\u{301}", "ẹ\u{301}"),
    ("\u{1100}\u{1161}\u{11A8}", "각", "각"), ("가\u{11A8}", "각", "각"),
    ("각\u{11A8}", "각\u{11A8}", "각\u{11A8}"),
    ("か\u{3099}", "が", "が"), ("ｶﾞ", "ｶﾞ", "ガ"), ("\u{958}", "\u{915}\u{93C}", "\u{915}\u{93C}"),
    ("\u{CC6}\u{CC2}\u{CD5}", "\u{CCB}", "\u{CCB}"), ("\u{301}", "\u{301}", "\u{301}"),
    ("a\u{A0}b", "a\u{A0}b", "a b"),
    ("\u{8D1}\u{F75}", "\u{F71}\u{F74}\u{8D1}", "\u{F71}\u{F74}\u{8D1}"),
    ("\0\r\n\t ", "\0\r\n\t ", "\0\r\n\t "),
  ])
  func forms(text: String, nfc: String, nfkc: String) {
    #expect(scalars(Normalizer(form: .none).normalize(text)) == scalars(text))
    #expect(scalars(Normalizer(form: .nfc).normalize(text)) == scalars(nfc))
    #expect(scalars(Normalizer(form: .nfkc).normalize(text)) == scalars(nfkc))
  }

  @Test func everyCharacterAsFoundationHasIt() {
    for scalar in Self.assigned {
      let text = String(Character(scalar))
      let nfc = Normalizer(form: .nfc).normalize(text)
      let nfkc = Normalizer(form: .nfkc).normalize(text)
      // Foundation composes what it has decomposed itself, but for this one.
      if scalar != "\u{CCB}" {
        #expect(scalars(nfc) == scalars(text.precomposedStringWithCanonicalMapping))
        #expect(scalars(nfkc) == scalars(text.precomposedStringWithCompatibilityMapping))
      }
    }
  }

  /// What the quick check lets pass does not decompose, is a starter, and is never the second part
  /// of a composition.
  @Test func inertCharactersAreInert() {
    var later: Set<Unicode.Scalar> = []
    for scalar in Self.assigned {
      let parts = String(Character(scalar)).decomposedStringWithCanonicalMapping.unicodeScalars
      later.formUnion(parts.dropFirst())
    }
    for scalar in Self.assigned {
      let text = String(Character(scalar))
      if Normalizer.isInert(scalar.value, in: .nfc) {
        #expect(scalar.properties.canonicalCombiningClass == .notReordered)
        #expect(
          scalars(text.precomposedStringWithCanonicalMapping) == [scalar.value]
            || scalar == "\u{CCB}")
        #expect(!later.contains(scalar))
      }
      if Normalizer.isInert(scalar.value, in: .nfkc) {
        #expect(Normalizer.isInert(scalar.value, in: .nfc))
        #expect(scalars(text.precomposedStringWithCompatibilityMapping) == [scalar.value])
      }
    }
  }

  /// The standard library compares strings by canonical equivalence, with tables of its own.
  @Test func randomTextStaysEquivalentAndSettles() {
    var generator = SeededGenerator(seed: 31)
    let nfc = Normalizer(form: .nfc)
    let nfkc = Normalizer(form: .nfkc)
    for _ in 0..<20_000 {
      let text = RandomText.line(using: &generator)
      let normalized = nfc.normalize(text)
      #expect(normalized == text)
      #expect(scalars(nfc.normalize(normalized)) == scalars(normalized))
      let compatible = nfkc.normalize(text)
      #expect(scalars(nfkc.normalize(compatible)) == scalars(compatible))
      #expect(scalars(nfc.normalize(compatible)) == scalars(compatible))
    }
  }

  @Test func aLongRunOfMarksIsSorted() {
    let marks = 20_000
    let text = "a" + String(repeating: "\u{301}\u{316}", count: marks)
    let expected =
      [0xE1] + [UInt32](repeating: 0x316, count: marks)
      + [UInt32](repeating: 0x301, count: marks - 1)
    #expect(scalars(Normalizer(form: .nfc).normalize(text)) == expected)
  }

  @Test func whitespaceIsTidiedOnRequest() {
    let tidy = Normalizer(form: .none, whitespace: .collapse)
    #expect(tidy.normalize(" \t a  b\u{A0}\u{3000}c\r\n") == "a b c")
    #expect(tidy.normalize(" \n ") == "")
    #expect(tidy.normalize("a b") == "a b")
    #expect(scalars(tidy.normalize("a \u{301}")) == [0x61, 0x20, 0x301])
    #expect(Normalizer().normalize("  a  ") == "  a  ")
  }

  @Test func isSavedWhole() throws {
    let normalizer = Normalizer(form: .nfkc, whitespace: .collapse)
    let data = try JSONEncoder().encode(normalizer)
    #expect(String(decoding: data, as: UTF8.self).contains("nfkc"))
    #expect(try JSONDecoder().decode(Normalizer.self, from: data) == normalizer)
  }
}
