internal import Recipes
package import Seq2Seq
internal import Tokenization

/// The beginning of a text as a model reads it, and what is there of its last word.
package struct TextBeginning: Sendable, Equatable {
  /// Units that are fed, without marks.
  package var tokens: [TokenID]
  /// Bytes that come after these and that may still be cut into units in any way, as letters may follow: the last
  /// word with the space before it, or the end of it where it is long.
  package var typed: [UInt8]
  /// What is there of the last word, without a space.
  package var word: [UInt8]

  /// Most bytes that are left to be cut in any way. The units of what comes before them in a word hardly change with
  /// what follows, and trying all ways to cut it takes longer the longer it is.
  package static let mostBytes = 32
}

extension TextUnits {
  /// What is fed of a line to which letters may still come, and what is not.
  package func encodeBeginning(_ line: String) -> TextBeginning {
    if case .words(let words) = self {
      let (ids, last) = words.encodeBeginning(line)
      return TextBeginning(tokens: ids, typed: [0x20] + last, word: last)
    }
    let tokens = encode(line)
    var start = tokens.lastIndex { bytes(of: $0).first == 0x20 } ?? 0
    let last = tokens[start...].flatMap { bytes(of: $0) }
    guard !last.isEmpty else { return TextBeginning(tokens: [], typed: [0x20], word: []) }
    var fed = 0
    while last.count - fed > TextBeginning.mostBytes, start < tokens.count - 1 {
      fed += bytes(of: tokens[start]).count
      start += 1
    }
    return TextBeginning(
      tokens: Array(tokens[..<start]), typed: Array(last.dropFirst(fed)),
      word: Self.word(last))
  }

  /// What comes after the last white space. Units know none but spaces; tabs and the like are in the middle of them.
  private static func word(_ bytes: [UInt8]) -> [UInt8] {
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    guard let space = scalars.lastIndex(where: \.properties.isWhitespace) else { return bytes }
    return Array(String(scalars[scalars.index(after: space)...]).utf8)
  }
}

extension Completer {
  /// What is fed of a text; where the model has learned text that goes on from line to line, earlier lines too, but for
  /// blank ones.
  package func beginning(of text: String) -> TextBeginning {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var beginning = units.encodeBeginning(String(lines.last ?? ""))
    guard isContinuous else { return beginning }
    let before = lines.dropLast().map(String.init).filter { !$0.isBlank }
      .flatMap { units.encode($0) + [Mark.end] }
    beginning.tokens = before + beginning.tokens
    return beginning
  }
}
