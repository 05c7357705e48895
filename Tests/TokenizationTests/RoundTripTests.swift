import Testing
import Tokenization

@Suite struct RoundTripTests {
  private static let particular = [
    "", " ", "  ", "a", " a", "a ", "  a  b  ", "▁", "▁▁ ▁", "a▁b", "\0", "a\0b", "\r\n",
    "line\r\nline\n", "\t", "\u{FEFF}text", "e\u{301}", "é", "\u{301}", " \u{301}",
    "👩🏽‍❤️‍👩🏽", "🇩🇪🇫🇷", "שָׁלוֹם עולם", "\u{202E}abc\u{202C}", "a\u{200D}b\u{200C}c",
    "<s>", "</s> <0x0A>", "\\n \\\\ \\u{41}", "\u{2028}\u{2029}\u{85}", "\u{FFFD}",
    "\u{10FFFF}\u{E000}\u{FFFF}", "ﬁ ① Ａ", "\u{1100}\u{1161}\u{11A8}",
  ]

  @Test func anyTextSurvivesWithoutNormalization() throws {
    let subwords = try Sample.subwords()
    var encoder = SubwordEncoder(subwords, cacheLimit: 50)
    var generator = SeededGenerator(seed: 1)
    let random = (0..<20_000).map { _ in RandomText.line(using: &generator) }
    for text in Self.particular + RandomText.lines + random {
      let ids = encoder.encode(text)
      #expect(scalars(subwords.decode(ids)) == scalars(text))
      let shown = subwords.pieceLine(ids)
      #expect(!shown.unicodeScalars.contains("\n"))
      #expect(try subwords.ids(ofPieceLine: shown) == ids)
    }
  }

  @Test(arguments: [Normalizer.Form.nfc, .nfkc], Normalizer.Whitespace.allCases)
  func anyTextSurvivesUpToTheNormalizer(
    form: Normalizer.Form, whitespace: Normalizer.Whitespace
  ) throws {
    let normalizer = Normalizer(form: form, whitespace: whitespace)
    let subwords = try Sample.subwords(normalizer)
    var encoder = SubwordEncoder(subwords)
    var generator = SeededGenerator(seed: 2)
    let random = (0..<5_000).map { _ in RandomText.line(using: &generator) }
    for text in Self.particular + RandomText.lines + random {
      let decoded = subwords.decode(encoder.encode(text))
      #expect(scalars(decoded) == scalars(normalizer.normalize(text)))
    }
  }

  @Test func anyTextSurvivesDropout() throws {
    let subwords = try Sample.subwords()
    var encoder = SubwordEncoder(subwords)
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<5_000 {
      let text = RandomText.line(using: &generator)
      let ids = encoder.encode(text, dropout: 0.3, using: &generator)
      #expect(scalars(subwords.decode(ids)) == scalars(text))
    }
  }

  /// Whatever a model may come up with.
  @Test func anyIDsDecode() throws {
    let subwords = try Sample.subwords()
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<5_000 {
      let ids = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        Int32.random(in: 0..<Int32(subwords.vocabularySize), using: &generator)
      }
      let text = subwords.decode(ids)
      #expect(
        text.utf8.elementsEqual(String(decoding: subwords.decodeBytes(ids), as: UTF8.self).utf8))
      #expect(try subwords.ids(ofPieceLine: subwords.pieceLine(ids)) == ids)
    }
  }

  @Test func brokenBytesAreRepaired() throws {
    let subwords = try Sample.subwords()
    func byte(_ value: Int32) -> Int32 { 2 + value }
    #expect(subwords.decode([byte(0xE2), byte(0x82), byte(0xAC)]) == "€")
    #expect(subwords.decode([byte(0x41), byte(0xE2), byte(0x42)]) == "A\u{FFFD}B")
    #expect(subwords.decode([0, byte(0xFF), 1]) == "\u{FFFD}")
  }

  @Test func specialIDsAreSkipped() throws {
    let subwords = try Sample.subwords()
    let ids = subwords.encode("The cat")
    #expect(subwords.decode([subwords.bos] + ids + [subwords.eos, subwords.eos]) == "The cat")
    #expect(subwords.decode([]) == "")
  }

  @Test func bytesThatAreNoTextSurviveAsBytes() throws {
    let subwords = try Sample.subwords()
    var encoder = SubwordEncoder(subwords)
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<5_000 {
      let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        [UInt8.random(in: 0...255, using: &generator), 0x20, 0xE2, 0x96, 0x81]
          .randomElement(using: &generator)!
      }
      var ids: [Int32] = []
      encoder.encode(utf8: bytes.span, into: &ids)
      #expect(subwords.decodeBytes(ids) == bytes)
    }
  }

  @Test func bytesThatAreNoTextAreRepairedByTheNormalizer() throws {
    let subwords = try Sample.subwords(Normalizer(form: .nfc))
    var encoder = SubwordEncoder(subwords)
    var ids: [Int32] = []
    encoder.encode(utf8: [0x61, 0xFF, 0x62].span, into: &ids)
    #expect(subwords.decode(ids) == "a\u{FFFD}b")
  }
}
