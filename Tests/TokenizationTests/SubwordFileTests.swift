import Foundation
import Testing
import Tokenization

@Suite struct SubwordFileTests {
  @Test(arguments: [Normalizer(), .identity, Normalizer(form: .nfkc, whitespace: .collapse)])
  func survivesItsFile(normalizer: Normalizer) throws {
    let subwords = try Sample.subwords(normalizer)
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("subwords-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: url) }
    try subwords.write(to: url)
    let read = try Subwords(contentsOf: url)
    #expect(read.text == subwords.text)
    #expect(read.normalizer == normalizer)
    #expect(read.vocabularySize == subwords.vocabularySize)
    #expect(read.fingerprint == subwords.fingerprint)
    for line in RandomText.lines { #expect(read.encode(line) == subwords.encode(line)) }
  }

  @Test func anyCharacterCanBeAPiece() throws {
    var learner = SubwordLearner(vocabularySize: 2000, normalizer: .identity)
    learner.minimumCharacterCount = 1
    learner.characterCoverage = 1
    let odd = RandomText.odd.filter { $0 != " " && $0.value != 0x2581 }
    var generator = SeededGenerator(seed: 41)
    let more = (0..<1000).map { _ in RandomText.scalar(using: &generator) }
    let text = String(String.UnicodeScalarView(odd + more + odd))
    let subwords = try learner.learn(from: [text])
    let read = try Subwords(text: Array(subwords.text.utf8))
    #expect(read.text == subwords.text)
    for scalar in odd {
      let ids = read.encode(String(Character(scalar)))
      #expect(ids.allSatisfy { $0 >= 258 })
      #expect(scalars(read.decode(ids)) == [scalar.value])
    }
  }

  @Test func isReadable() throws {
    let subwords = try Sample.subwords(pieces: ["a", "\\n", "\\\\", "\\u{200D}", "é", "▁a"])
    #expect(
      subwords.text == """
        s2s-subwords 1 normalization=none whitespace=keep size=265
        ▁
        a
        \\n
        \\\\
        \\u{200D}
        é
        ▁a\n
        """)
    #expect(subwords.encode("a\n\u{200D}\\") == [264, 260, 262, 261])
    #expect(subwords.decode([264, 260, 262, 261]) == "a\n\u{200D}\\")
  }

  /// The value is stored in models; it must be the same on every machine and in every version.
  @Test func fingerprintIsFNV1aOfTheFile() throws {
    let subwords = try Sample.subwords(pieces: ["a", "b", "ab"])
    #expect(subwords.fingerprint == "9cc3c519d986e0be")
    #expect(try Sample.subwords(pieces: ["b", "a", "ab"]).fingerprint != subwords.fingerprint)
  }

  private static let whole = """
    s2s-subwords 1 normalization=nfc whitespace=keep size=262
    ▁
    a
    b
    ab\n
    """

  private static let faults: [(String, String)] = [
    ("", "f:1: this is no subword file"),
    ("{\"version\": 1}\n", "f:1: this is no subword file"),
    ("s2s-subwords\n", "f:1: this is no subword file"),
    (
      replacing("words 1", "words 2"), "f:1: the format has version 2; this program reads version 1"
    ),
    (replacing("normalization=nfc ", ""), "f:1: the header lacks 'normalization='"),
    (replacing("nfc", "nfd"), "f:1: normalization=nfd is none of none, nfc, nfkc"),
    (replacing("keep", "drop"), "f:1: whitespace=drop is neither keep nor collapse"),
    (replacing("keep", "keep x=1"), "f:1: unknown setting 'x=1'"),
    (replacing("262", "many"), "f:1: size=many is no number from 259 to 1048576"),
    (replacing("262", "99999999999999999999"), "f:1: size=99999999999999999999 is no number"),
    (replacing("262", "258"), "f:1: size=258 is no number"),
    (replacing("262", "1048576"), "f:6: the file is cut short: it has 4 pieces"),
    (String(whole.dropLast(3)), "f:5: the file is cut short: it has 3 pieces"),
    (String(whole.dropLast()), "f:5: the file is cut short: it has 3 pieces"),
    (replacing("262", "261"), "f:5: there is more than the 3 pieces"),
    (replacing("b\nab", "a\nab"), "f:4: the piece 'a' is there twice"),
    (replacing("b\nab", "<0x0A>\nab"), "f:4: the piece '<0x0A>' is there twice"),
    (replacing("b\nab", "<s>\nab"), "f:4: the piece '<s>' is there twice"),
    (replacing("▁\na", "a\n▁"), "f:2: the piece 'a' cannot stand here: the first piece must be ▁"),
    (replacing("ab", "ac"), "f:5: the piece 'ac' cannot stand here: it does not consist of two"),
    (replacing("b\nab", "ab\nb"), "f:4: the piece 'ab' cannot stand here: it does not consist"),
    (replacing("ab", "a▁"), "f:5: the piece 'a▁' cannot stand here: ▁ may stand only at"),
    (
      replacing("ab", "a b"), "f:5: the piece 'a\\u{20}b' cannot stand here: a piece holds no space"
    ),
    (replacing("b\nab", "\nab"), "f:4: the piece '' cannot stand here: it is empty"),
    (replacing("ab", "a\\x"), "f:5: byte 2 of the line begins an unknown escape"),
    (replacing("ab", "a\\"), "f:5: byte 2 of the line begins an unknown escape"),
    (replacing("ab", "\\u{D800}"), "f:5: byte 1 of the line begins an unknown escape"),
    (replacing("ab", "\\u{1234567890}"), "f:5: byte 1 of the line begins an unknown escape"),
    (replacing("\n", "\r\n"), "f:1: the line ends in a carriage return"),
    (replacing("ab", "ab\r"), "f:5: the line holds the control character U+D"),
    (
      replacing("ab", String(repeating: "a", count: 129)),
      "cannot stand here: it has 129 characters"
    ),
  ]

  private static func replacing(_ old: String, _ new: String) -> String {
    whole.replacingOccurrences(of: old, with: new)
  }

  @Test func soundFileLoads() throws {
    #expect(try Subwords(text: Array(Self.whole.utf8)).encode("ab") == [258, 261])
  }

  @Test(arguments: faults) func faultsAreNamed(text: String, message: String) {
    do throws(SubwordsError) {
      _ = try Subwords(text: Array(text.utf8), file: "f")
      Issue.record("loaded, but should say: \(message)")
    } catch {
      #expect(error.description.contains(message))
    }
  }

  @Test func bytesThatAreNoTextAreNamed() {
    var text = Array(Self.whole.utf8)
    text[text.count - 2] = 0xFF
    let error = #expect(throws: SubwordsError.self) { try Subwords(text: text, file: "f") }
    #expect(error?.description == "f:5: byte 2 of the line is not UTF-8")
  }

  @Test func missingFileAndFullPlaceAreNamed() throws {
    let missing = URL(fileURLWithPath: "/nowhere/at/all/subwords.txt")
    let reading = #expect(throws: SubwordsError.self) { try Subwords(contentsOf: missing) }
    #expect(
      reading?.description.hasPrefix("/nowhere/at/all/subwords.txt: it cannot be read") == true)
    let folder = #expect(throws: SubwordsError.self) {
      try Subwords(contentsOf: FileManager.default.temporaryDirectory)
    }
    #expect(folder?.description.contains("cannot be read") == true)
    let writing = #expect(throws: SubwordsError.self) { try Sample.subwords().write(to: missing) }
    #expect(writing?.description.contains("it cannot be written") == true)
  }

  /// A damaged file is either refused or gives sound subwords; it never stops the program.
  @Test func damagedFilesNeverTrap() throws {
    let whole = Array(try Sample.subwords().text.utf8)
    var generator = SeededGenerator(seed: 42)
    var loaded = 0
    for _ in 0..<3_000 {
      var text = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.remove(at: place)
        case 2: text.insert(text.randomElement(using: &generator)!, at: place)
        default: text.removeSubrange(place..<min(place + 40, text.count))
        }
      }
      guard let subwords = try? Subwords(text: text) else { continue }
      loaded += 1
      let line = RandomText.line(using: &generator)
      let expected = subwords.normalizer.normalize(line)
      #expect(scalars(subwords.decode(subwords.encode(line))) == scalars(expected))
    }
    #expect(loaded > 0 && loaded < 3_000)
  }
}
