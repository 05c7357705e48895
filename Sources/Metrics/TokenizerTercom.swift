/// Tercom's tokenizer, as sacreBLEU applies it before it computes TER.
///
/// All it does by default is to lower-case; white space parts the words. The other steps are
/// optional, and the Asian ones go with them: `asianSupport` alone changes nothing.
package struct TokenizerTercom: Sendable, Equatable {
  /// Undo a few SGML entities, set off ASCII punctuation; with `asianSupport` set off Han as well.
  package var normalized: Bool
  /// Drop the marks `.,?:;!"()`; with `asianSupport` those of Chinese and Japanese as well.
  package var removesPunctuation: Bool
  /// Extends the two options above.
  package var asianSupport: Bool
  /// Take no notice of case.
  package var lowercase: Bool

  package init(
    normalized: Bool = false, removesPunctuation: Bool = false, asianSupport: Bool = false,
    lowercase: Bool = true
  ) {
    self.normalized = normalized
    self.removesPunctuation = removesPunctuation
    self.asianSupport = asianSupport
    self.lowercase = lowercase
  }

  /// The tokens of a line; a line of white space has none.
  package func tokens(of line: String) -> [String] {
    var bytes = Array(line.utf8)
    var scratch: [UInt8] = []
    tokenize(&bytes, scratch: &scratch)
    var tokens: [String] = []
    SegmentText.forEachWord(in: bytes) { range in
      tokens.append(String(decoding: bytes[range], as: UTF8.self))
    }
    return tokens
  }

  /// Replaces a line by one whose white space parts its tokens; `scratch` is a buffer to reuse.
  func tokenize(_ line: inout [UInt8], scratch: inout [UInt8]) {
    SegmentText.stripEnd(&line)
    guard !line.isEmpty else { return }
    if lowercase { SegmentText.lowercase(&line) }
    if normalized {
      decodeMarkup(&line, scratch: &scratch)
      setOffPunctuation(&line, scratch: &scratch)
    }
    guard normalized || removesPunctuation else { return }
    // Removing comes after setting off: a dropped mark has parted its neighbours, which it joins
    // else.
    if asianSupport {
      AsianMarks.rewrite(
        &line, scratch: &scratch, setsOff: normalized, removesMarks: removesPunctuation)
    }
    if removesPunctuation { line.removeAll(where: Self.isDropped) }
  }

  /// Tokenizes the tokens of a line, each as it stands between single spaces.
  func tokenizeAgain(_ line: inout [UInt8], scratch: inout [UInt8]) {
    scratch.removeAll(keepingCapacity: true)
    SegmentText.forEachWord(in: line) { range in
      if !scratch.isEmpty { scratch.append(Self.space) }
      scratch.append(contentsOf: line[range])
    }
    swap(&line, &scratch)
    tokenize(&line, scratch: &scratch)
  }

  private func decodeMarkup(_ line: inout [UInt8], scratch: inout [UInt8]) {
    if line.contains(UInt8(ascii: "\n")) {
      SegmentText.replace("\n-", by: "", in: &line, scratch: &scratch)
      SegmentText.replace("\n", by: " ", in: &line, scratch: &scratch)
    }
    if line.contains(UInt8(ascii: "&")) {
      Tokenizer13a.decodeEntities(in: &line, scratch: &scratch)
    }
  }

  /// Sets off what 13a sets off, and the possessive 's.
  private func setOffPunctuation(_ line: inout [UInt8], scratch: inout [UInt8]) {
    if line.contains(Self.apostrophe) { partPossessives(&line, scratch: &scratch) }
    Tokenizer13a.setOffPunctuation(in: &line, scratch: &scratch, padded: true)
  }

  /// Writes a space before 's where a word ends with it.
  ///
  /// sacreBLEU does so in the middle of setting off, when periods and commas still are in their
  /// word: in "Anna's." it finds none.
  private func partPossessives(_ line: inout [UInt8], scratch: inout [UInt8]) {
    scratch.removeAll(keepingCapacity: true)
    for (index, byte) in line.enumerated() {
      if byte == Self.apostrophe, index + 1 < line.count, line[index + 1] == UInt8(ascii: "s"),
        index + 2 == line.count || Self.isSetOff(line[index + 2])
      {
        scratch.append(Self.space)
      }
      scratch.append(byte)
    }
    swap(&line, &scratch)
  }
}

extension TokenizerTercom {
  private static let space = UInt8(ascii: " ")
  private static let apostrophe = UInt8(ascii: "'")

  /// The space and the ASCII punctuation that 13a sets off whatever stands beside it.
  private static func isSetOff(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), apostrophe, UInt8(ascii: ","), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      false
    default: (0x20...0x7E).contains(byte)
    }
  }

  @inline(__always)
  private static func isDropped(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "?"), UInt8(ascii: ":"),
      UInt8(ascii: ";"), UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "("),
      UInt8(ascii: ")"):
      true
    default: false
    }
  }
}

/// The scalars that Tercom's Asian steps know, all of them three bytes long in UTF-8.
///
/// Its rules for Hiragana and Katakana are not here: as sacreBLEU writes them they apply at the
/// very start of a line alone, where a space stands by then, so that kana stay together.
private enum AsianMarks {
  /// Sets off Han and marks, or removes the marks, or both.
  static func rewrite(
    _ line: inout [UInt8], scratch: inout [UInt8], setsOff: Bool, removesMarks: Bool
  ) {
    guard line.contains(where: { $0 >= 0xE2 }) else { return }
    scratch.removeAll(keepingCapacity: true)
    var index = 0
    while index < line.count {
      let byte = line[index]
      guard (0xE2...0xEF).contains(byte) else {
        scratch.append(byte)
        index += 1
        continue
      }
      let value = SegmentText.scalar(in: line, at: index).value
      let isMark = isMark(value)
      let isSetOff = setsOff && (isMark || isCharacter(value))
      if isSetOff { scratch.append(UInt8(ascii: " ")) }
      if !(isMark && removesMarks) { scratch.append(contentsOf: line[index..<index + 3]) }
      if isSetOff { scratch.append(UInt8(ascii: " ")) }
      index += 3
    }
    swap(&line, &scratch)
  }

  /// Punctuation of Chinese and Japanese, and the full-width forms of what is dropped of ASCII.
  private static func isMark(_ value: UInt32) -> Bool {
    switch value {
    case 0x3001, 0x3002, 0x3008...0x3011, 0x3014...0x301F, 0x30FB, 0xFF61...0xFF65,
      0xFF01, 0xFF02, 0xFF08, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F:
      true
    default: false
    }
  }

  /// Han, its radicals, strokes and compatibility forms. The enclosed and squared characters run on
  /// into the extension A of Han, since sacreBLEU has a range that ends at U+3F22 where U+32FF was
  /// meant.
  private static func isCharacter(_ value: UInt32) -> Bool {
    switch value {
    case 0x2E80...0x2EFF, 0x31C0...0x31EF, 0x3200...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
      0xFE30...0xFE4F:
      true
    default: false
    }
  }
}
