import Captioning
import Testing

struct PixelFontTests {
  private let font = PixelFont.own

  /// Printable ASCII and Latin-1, without the two kinds of space and the soft hyphen.
  private static let characters = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF].flatMap { range in
    range.compactMap { Unicode.Scalar($0).map(Character.init) }
  }

  @Test("draws ASCII and Latin-1, each character in its own way")
  func characters() {
    #expect(Self.characters.count == 94 + 94)
    var seen: [Character] = []
    for character in Self.characters {
      #expect(font.isDrawn(character), "\(character)")
      let glyph = font.glyph(character)
      #expect(!glyph.dots.isEmpty, "\(character)")
      #expect(glyph.dots.allSatisfy { (0..<glyph.width).contains($0.x) }, "\(character)")
      #expect(glyph.dots.allSatisfy { (0..<PixelFont.height).contains($0.y) }, "\(character)")
      for other in seen { #expect(font.glyph(other) != glyph, "\(character) and \(other)") }
      seen.append(character)
    }
  }

  @Test("letters with accents hold the letter, and are found however they are written")
  func accents() {
    for (letter, base) in zip("äÖñÇéř", "aOnCer") {
      let (whole, part) = (font.glyph(letter).dots, font.glyph(base).dots)
      #expect(part.allSatisfy(whole.contains), "\(letter)")
      #expect(whole.count > part.count, "\(letter)")
    }
    #expect(font.glyph("e\u{301}") == font.glyph("\u{E9}"))
    // Above the letter there is an empty row, then the accent.
    #expect(Set(font.glyph("é").dots.map(\.y)) == [3, 4, 6, 7, 8, 9, 10])
  }

  @Test("what is not drawn is a box, and space is empty")
  func others() {
    #expect(font.glyph("漢") == font.glyph("🙂"))
    #expect(!font.isDrawn("漢") && !font.glyph("漢").dots.isEmpty)
    for space: Character in [" ", "\t", "\u{A0}"] {
      #expect(font.glyph(space).dots.isEmpty && font.glyph(space).width > 0)
    }
  }

  @Test("text is as wide as its characters and what is between them")
  func widths() {
    #expect(font.width(of: "") == 0)
    #expect(font.width(of: "i") == 1)
    #expect(font.width(of: "ii a") == 1 + 1 + 1 + 1 + 3 + 1 + 5)
  }

  @Test("text that is too wide ends with dots", arguments: [5, 6, 20, 33, 60])
  func shortened(width: Int) {
    let text = "Kraftfahrzeughaftpflicht"
    let short = font.shortened(text, to: width)
    #expect(font.width(of: short) <= width)
    #expect(short.hasSuffix("…") && text.hasPrefix(short.dropLast()))
    let more = text.prefix(short.count) + "…"
    #expect(font.width(of: more) > width)
    #expect(font.shortened("on", to: font.width(of: "on")) == "on")
  }

  @Test("lines are as full as they can be")
  func lines() {
    #expect(font.lines(of: "", width: 50).isEmpty)
    #expect(font.lines(of: "  a\n b ", width: 50) == ["a b"])
    let width = font.width(of: "one two")
    #expect(font.lines(of: "one two three", width: width) == ["one two", "three"])
    #expect(font.lines(of: "one abcdefghijk", width: width) == ["one", "abcde…"])
    #expect(font.lines(of: "one two", width: width - 1) == ["one", "two"])
  }
}
