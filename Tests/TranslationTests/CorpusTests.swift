import Foundation
import Recipes
import Seq2Seq
import Tensors
import Testing
import Translation

@Suite struct CorpusTests {
  /// Writes two sides and reads them; messages name `de` and `en` without their folder.
  static func read(_ source: [UInt8], _ target: [UInt8]) throws -> (ParallelCorpus, String) {
    try RecipeFixture.withFolder { folder in
      let paths = (folder + "/de", folder + "/en")
      try Data(source).write(to: URL(fileURLWithPath: paths.0))
      try Data(target).write(to: URL(fileURLWithPath: paths.1))
      let corpus = CorpusSource(.files(source: paths.0, target: paths.1))
      do {
        return (try ParallelCorpus(reading: [corpus]), folder + "/")
      } catch let error as DataError {
        throw DataError(
          path: error.path.replacing(folder + "/", with: ""),
          error.message.replacing(folder + "/", with: ""))
      }
    }
  }

  static func read(_ source: String, _ target: String) throws -> (ParallelCorpus, String) {
    try read(Array(source.utf8), Array(target.utf8))
  }

  static func table(_ text: String, columns: (Int, Int) = (1, 2)) throws -> (
    ParallelCorpus, String
  ) {
    try RecipeFixture.withFolder { folder in
      let path = folder + "/t.tsv"
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      let corpus = CorpusSource(
        .table(path: path, sourceColumn: columns.0, targetColumn: columns.1))
      do {
        return (try ParallelCorpus(reading: [corpus]), folder + "/")
      } catch let error as DataError {
        throw DataError(
          path: error.path.replacing(folder + "/", with: ""),
          error.message.replacing(folder + "/", with: ""))
      }
    }
  }

  static func pairs(_ corpus: ParallelCorpus) -> [[String]] {
    (0..<corpus.count).map { [corpus.source($0), corpus.target($0)] }
  }

  @Test(arguments: [
    ("a\nb\n", "x\ny\n"), ("a\r\nb\r\n", "x\r\ny\r\n"), ("a\nb", "x\ny\n"), ("a\r\nb", "x\ny"),
    ("\u{FEFF}a\nb\n", "\u{FEFF}x\r\ny\r\n"), ("a\nb\r", "x\ny\r\n"),
  ])
  func anyEndOfLineWillDo(source: String, target: String) throws {
    let (corpus, _) = try Self.read(source, target)
    #expect(Self.pairs(corpus) == [["a", "x"], ["b", "y"]])
    #expect(corpus.summaries[0].counts == "2 pairs")
    #expect(corpus.fingerprint == (try Self.read("a\nb\n", "x\ny\n").0.fingerprint))
  }

  @Test func linesAreKeptAsTheyAre() throws {
    let (corpus, _) = try Self.read(
      " a\u{0}\tb \u{2028}\n漢字 😀\rx\u{FEFF}\n", "x\n\u{301}e\u{85}\n")
    #expect(
      Self.pairs(corpus).map { $0.map { Array($0.unicodeScalars) } }
        == [[" a\u{0}\tb \u{2028}", "x"], ["漢字 😀\rx\u{FEFF}", "\u{301}e\u{85}"]].map {
          $0.map { Array($0.unicodeScalars) }
        })
    #expect(Array(corpus.sourceBytes(1)) == Array("漢字 😀\rx\u{FEFF}".utf8))
    #expect(Array(corpus.targetBytes(0)) == [0x78])
  }

  @Test func whatCannotBeUsedIsLeftOutWithItsPartner() throws {
    var source = Array("a\n\nb\nc\n \u{A0}\u{3000}\t\n".utf8)
    var target = Array("1\n2\n\r\n4\n5\n".utf8)
    source += [0x64, 0xC3, 0x28, 0x0A]  // a lead byte without its follower
    target += Array("6\n".utf8)
    source += Array("e\n".utf8)
    target += [0xFF, 0x0A]
    source += Array("f".utf8)
    target += Array("8".utf8)
    let (corpus, folder) = try Self.read(source, target)
    #expect(Self.pairs(corpus) == [["a", "1"], ["c", "4"], ["f", "8"]])
    let summary = corpus.summaries[0]
    #expect(summary.pairs == 3 && summary.pairsRead == 8)
    #expect(summary.leftOut == [.empty: 3, .notUTF8: 2])
    #expect(summary.counts == "3 pairs; left out: 2 not UTF-8, 3 empty")
    #expect(
      summary.description.replacing(folder, with: "") == """
        de and en: 3 pairs; left out: 2 not UTF-8, 3 empty
          de:2: is empty; the pair is left out
          en:3: is empty; the pair is left out
          de:5: is empty; the pair is left out
          de:6: byte 2 is not UTF-8; the pair is left out
          en:7: byte 1 is not UTF-8; the pair is left out
        """)
  }

  @Test func remarksAreFewButCountsAreFull() throws {
    let blank = String(repeating: "\n", count: 5000)
    let (corpus, _) = try Self.read(blank + "a\n", blank + "b\n")
    #expect(corpus.summaries[0].leftOut == [.empty: 5000])
    #expect(corpus.summaries[0].remarks.count == CorpusSummary.remarksKept)
  }

  @Test func aTableServesBothDirections() throws {
    let text = "de1\ten1\tx\nde2\ten2\nde3\n\ten4\nde5\t \n\nde7\ten7\r\n"
    let (forth, folder) = try Self.table(text)
    #expect(Self.pairs(forth) == [["de1", "en1"], ["de2", "en2"], ["de7", "en7"]])
    let (back, _) = try Self.table(text, columns: (2, 1))
    #expect(Self.pairs(back) == Self.pairs(forth).map { $0.reversed() })
    #expect(back.fingerprint != forth.fingerprint)
    #expect(
      forth.summaries[0].description.replacing(folder, with: "") == """
        t.tsv: 3 pairs; left out: 3 empty, 1 with too few columns
          t.tsv:3: has 1 columns, column 2 is needed; the pair is left out
          t.tsv:4: column 1 is empty; the pair is left out
          t.tsv:5: column 2 is empty; the pair is left out
          t.tsv:6: is empty; the pair is left out
        """)
    #expect(try Self.pairs(Self.table(text, columns: (3, 1)).0) == [["x", "de1"]])
  }

  @Test func aLineWithoutEndIsLeftOut() throws {
    let long = String(repeating: "x", count: 5_000_000)
    let nearly = String(repeating: "y", count: 1 << 20)
    let (corpus, folder) = try Self.read(
      "a\n\(long)\n\(nearly)\n\(nearly)y\nb\n\(long)", "1\n2\n3\n4\n5\n6\n")
    #expect(Self.pairs(corpus) == [["a", "1"], [nearly, "3"], ["b", "5"]])
    #expect(corpus.summaries[0].leftOut == [.tooLong: 3])
    #expect(
      corpus.summaries[0].remarks[0].description.replacing(folder, with: "")
        == "de:2: is longer than 1048576 bytes; the pair is left out")
  }

  @Test func aWeightIsNoPartOfTheFingerprint() throws {
    try RecipeFixture.withFolder { folder in
      try "a\tb\nc\td\n".write(toFile: folder + "/1", atomically: false, encoding: .utf8)
      try "e\tf\n\n".write(toFile: folder + "/2", atomically: false, encoding: .utf8)
      let forms = ["/1", "/2"].map {
        CorpusSource.Form.table(path: folder + $0, sourceColumn: 1, targetColumn: 2)
      }
      let plain = try ParallelCorpus(reading: forms.map { CorpusSource($0) })
      #expect(plain.count == 3)
      let weighted = try ParallelCorpus(
        reading: [CorpusSource(forms[0]), CorpusSource(forms[1], weight: 2.5)])
      #expect(weighted.summaries.map(\.weight) == [1, 2.5])
      #expect(weighted.fingerprint == plain.fingerprint)
      #expect(Set(plain.summaries.map(\.fingerprint) + [plain.fingerprint]).count == 3)
      #expect(try ParallelCorpus(reading: []).count == 0)
    }
  }

  /// FNV-1a of "a\tx\n", reckoned apart:
  /// `python3 -c "h=0xcbf29ce484222325"` and `h=(h^b)*0x100000001b3%2**64` for each byte.
  @Test func theFingerprintIsOfEveryByteInOrder() throws {
    #expect(try Self.read("a", "x").0.fingerprint == "6e462881ea9d889d")
    let prints = try [
      ("a\nb", "x\ny"), ("b\na", "y\nx"), ("a\nb", "x\nz"), ("a ", "x"), ("a", " x"), ("ax", "x"),
    ].map { try Self.read($0.0, $0.1).0.fingerprint }
    #expect(Set(prints).count == prints.count)
  }

  /// Every text of up to three bytes from the borders of UTF-8's table and a few of four, against
  /// the standard library.
  @Test func invalidUTF8IsFoundWhereItIs() throws {
    let borders: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
      0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var texts: [[UInt8]] = [[]]
    var all: [[UInt8]] = []
    for _ in 0..<3 {
      texts = texts.flatMap { text in borders.map { text + [$0] } }
      all += texts
    }
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<20_000 {
      all.append((0..<4).map { _ in borders.randomElement(using: &generator)! })
    }
    // A letter on both sides keeps lines from being blank, a byte order mark or compressed.
    let lines = all.map { [0x61] + $0 + [0x62] }
    let source = Array(lines.joined(separator: [0x0A]))
    let target = Array(lines.map { _ in [UInt8(0x78)] }.joined(separator: [0x0A]))
    let (corpus, _) = try Self.read(source, target)
    let valid = lines.filter { String(validating: $0, as: UTF8.self) != nil }
    #expect(corpus.count == valid.count)
    #expect((0..<corpus.count).allSatisfy { Array(corpus.sourceBytes($0)) == valid[$0] })
  }

  @Test func linesThatCrossTheBufferAreWhole() throws {
    var generator = RandomGenerator(seed: 3)
    let lines = (0..<3000).map { index in
      String(repeating: "ä\(index)", count: Int.random(in: 1...700, using: &generator))
    }
    let text = lines.joined(separator: "\n")
    let (corpus, _) = try Self.read(text, text)
    #expect((0..<corpus.count).map { corpus.source($0) } == lines)
  }

  // MARK: Errors

  /// Two sides that cannot be read, and what is said of them.
  static let errors: [(source: [UInt8], target: [UInt8], message: String)] = [
    (
      Array("a\nb\nc\n".utf8), Array("x\n".utf8),
      "de and en: have 3 and 1 lines; line n of one must translate line n of the other, so one of "
        + "them is of another corpus or was cut short"
    ),
    (
      Array("a\n".utf8), Array("x\n\n\n".utf8),
      "de and en: have 1 and 3 lines; line n of one must translate line n of the other, so one of "
        + "them is of another corpus or was cut short"
    ),
    ([], [], "de and en: has no lines; it is empty"),
    (
      [], Array("x".utf8),
      "de and en: have 0 and 1 lines; line n of one must translate line n of the other, so one of "
        + "them is of another corpus or was cut short"
    ),
    (
      Array("\n".utf8), Array("x\n".utf8),
      "de and en: no pair can be used (0 pairs; left out: 1 empty); de:1: is empty; the pair is left "
        + "out"
    ),
    ([0x1F, 0x8B, 8, 0], Array("x".utf8), "de: is compressed; unpack it first, with gunzip"),
    ([0x50, 0x4B, 3, 4], Array("x".utf8), "de: is a zip archive; unpack it first"),
    (
      [0xFF, 0xFE, 0x61, 0], Array("x".utf8),
      "de: is UTF-16 text; turn it into UTF-8 first, with iconv -f utf-16 -t utf-8"
    ),
    (
      Array("a".utf8), [0xFE, 0xFF, 0, 0x61],
      "en: is UTF-16 text; turn it into UTF-8 first, with iconv -f utf-16 -t utf-8"
    ),
  ]

  @Test(arguments: errors.indices)
  func whatCannotBeReadIsNamed(index: Int) throws {
    let (source, target, message) = Self.errors[index]
    let error = #expect(throws: DataError.self) { try Self.read(source, target) }
    #expect(error?.description == message)
  }

  @Test func aFileThatIsNotThereIsNamed() throws {
    func said(_ path: String) -> String? {
      let error = #expect(throws: DataError.self) {
        try ParallelCorpus(
          reading: [CorpusSource(.table(path: path, sourceColumn: 1, targetColumn: 2))])
      }
      return error?.description
    }
    #expect(
      said("/nonexistent/a.tsv")
        == "/nonexistent/a.tsv: there is no such file; check the path, or get the corpus as the "
        + "recipe's notes say")
    #expect(said("/tmp") == "/tmp: is a folder; name the file with the text")
    #expect(said("/dev/null") == "/dev/null: has no lines; it is empty")
    if getuid() != 0 {
      try RecipeFixture.withFolder { folder in
        let path = folder + "/secret"
        try Data([0x61]).write(to: URL(fileURLWithPath: path))
        chmod(path, 0)
        #expect(said(path) == "\(path): cannot be opened: Permission denied")
      }
    }
  }
}
