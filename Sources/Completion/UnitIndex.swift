package import Seq2Seq
internal import Tokenization

/// The units of a vocabulary by the bytes that they add to a line, for finding those that go with what is typed.
package struct UnitIndex: Sendable {
  /// UTF-8 of each unit, a space before each word; marks, and what stands for unknown words, have none.
  package let bytes: [[UInt8]]
  /// Units that have bytes, in the order of these.
  private let sorted: [TokenID]
  /// From which of its bytes on a unit has nothing but characters of words.
  private let wordStart: [Int]
  /// Most bytes of a unit.
  private let longest: Int
  /// Of whole words: whether each is one, rather than a mark.
  private let isWord: [Bool]
  /// Whether every unit is a whole word.
  package let areWords: Bool
  /// Units that, coming after a word, end it, and those that go on with it and hold nothing else.
  package let ending: [TokenID]
  package let going: [TokenID]

  package init(_ units: TextUnits) {
    let areWords = units.kind == .word
    let bytes = (0..<TokenID(units.size)).map {
      $0 == units.unknown ? [] : units.bytes(of: $0)
    }
    let wordStart = bytes.map { areWords ? 1 : Self.wordStart($0) }
    self.bytes = bytes
    self.areWords = areWords
    self.wordStart = wordStart
    isWord = areWords ? bytes.map { Self.isWord($0.dropFirst()) } : []
    sorted = bytes.indices.filter { !bytes[$0].isEmpty }.map { TokenID($0) }
      .sorted { a, b in
        bytes[Int(a)].lexicographicallyPrecedes(bytes[Int(b)])
          || bytes[Int(a)] == bytes[Int(b)] && a < b
      }
    longest = bytes.reduce(0) { max($0, $1.count) }
    let endsWord = zip(bytes, wordStart).map { bytes, start in
      bytes.isEmpty || start > 0 && !Self.goesOn(bytes)
    }
    ending = bytes.indices.filter { endsWord[$0] }.map { TokenID($0) }
    going = bytes.indices.filter { !endsWord[$0] && wordStart[$0] == 0 }.map { TokenID($0) }
  }

  /// Whether all that a unit has beyond some bytes may belong to a word.
  package func mayBelongToWord(_ token: TokenID, beyond count: Int) -> Bool {
    wordStart[Int(token)] <= count && (!areWords || isWord[Int(token)])
  }

  /// Whether bytes are text, with a letter or a digit in it, not just hyphens.
  static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self)?.unicodeScalars.contains {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    } ?? false
  }

  private static func wordStart(_ bytes: [UInt8]) -> Int {
    // A byte of a longer character is taken for one of a word.
    if bytes.count == 1, bytes[0] >= 0x80 { return 0 }
    var (start, end) = (0, 0)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      end += UTF8.width(scalar)
      if !isOfWord(scalar) { start = end }
    }
    return start
  }

  private static func goesOn(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.first.map(isOfWord) ?? false
  }

  /// Letters, digits, marks, and the apostrophes and hyphens between them.
  static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "'", "’", "-", "‐", "\u{FFFD}": return true
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
        .format:
        return true
      default: return false
      }
    }
  }

  /// Units whose bytes begin with `prefix` or are it.
  package func extending(_ prefix: ArraySlice<UInt8>) -> ArraySlice<TokenID> {
    let start = firstPlace { !bytes[Int($0)].lexicographicallyPrecedes(prefix) }
    let end = firstPlace {
      !bytes[Int($0)].lexicographicallyPrecedes(prefix) && !bytes[Int($0)].starts(with: prefix)
    }
    return sorted[start..<end]
  }

  /// Units whose bytes are the beginning of `text`, but not all of it, and which the rest may follow: a word that is a
  /// unit begins no other.
  package func beginning(_ text: ArraySlice<UInt8>) -> [TokenID] {
    if areWords { return [] }
    return (1..<max(1, min(longest + 1, text.count))).flatMap { count in
      let prefix = text.prefix(count)
      return extending(prefix).prefix { bytes[Int($0)].count == count }
    }
  }

  /// The first place in the order from which on `holds` is true.
  private func firstPlace(_ holds: (TokenID) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
