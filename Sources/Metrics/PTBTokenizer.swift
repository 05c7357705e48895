/// The tokenizer of the Penn Treebank as caption metrics use it: CoreNLP's, lower-cased, without
/// punctuation.
///
/// Equal to `edu.stanford.nlp.process.PTBTokenizer -preserveLines -lowerCase` of Stanford CoreNLP 3.4.1
/// with the punctuation removed that pycocoevalcap removes: quotation marks, `. ? ! , : ; - -- ...`.
/// "A dog's ball isn't (very) round." has the tokens `a dog 's ball is n't -lrb- very -rrb- round`.
///
/// Where it departs from them, on purpose:
/// - a line end within a caption is white space, also one that is no line feed; there, pycocoevalcap
///   loses count of captions;
/// - a slip in the original's pattern for a smiley, by which `^.[^x=` starts a token that goes on to the
///   next `<>]` over whatever lines, is not repeated;
/// - capitals are those of today's Unicode, and a final sigma is Python's: Java looks for a letter before
///   it beyond digits and hyphens;
/// - an address that ends in white space beyond ASCII keeps it at the end of a line too;
/// - file names with a digit before an accented letter that is written as an entity, and abbreviations
///   with a long s or the sign of the kelvin, are words like any others.
public struct PTBTokenizer: Sendable {
  public init() {}

  /// The tokens of a caption that stands alone.
  public func tokens(of caption: String) -> [String] {
    tokens(of: [caption])[0]
  }

  /// The tokens of captions, as if each were a line of one text.
  ///
  /// That matters to a caption that ends in an initial or an abbreviation: whether "plan B." ends a
  /// sentence, the tokenizer tells by the start of the next line.
  public func tokens(of captions: [String]) -> [[String]] {
    var all = [[String]](repeating: [], count: captions.count)
    forEachToken(of: captions) { caption, bytes in
      all[caption].append(String(decoding: bytes, as: UTF8.self))
    }
    return all
  }

  /// Calls `body` with the number of the caption and the UTF-8 bytes of each token.
  func forEachToken(of captions: some Sequence<String>, _ body: (Int, [UInt8]) -> Void) {
    var lexer = PTBLexer(lines: captions)
    var caption = 0
    var bytes: [UInt8] = []
    while let token = lexer.next() {
      if token.form == .lineEnd {
        caption += 1
        continue
      }
      bytes.removeAll(keepingCapacity: true)
      lexer.write(token, into: &bytes)
      if token.form == .joined, bytes.contains(0x0A) {
        // A tag with a quoted value that goes on in the next caption: both get their part.
        let parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
          if index > 0 { caption += 1 }
          if !part.isEmpty { body(caption, Array(part)) }
        }
      } else if !Self.isPunctuation(bytes) {
        body(caption, bytes)
      }
    }
  }

  /// Whether a token is on the list of punctuation that is not counted, or is empty.
  private static func isPunctuation(_ token: [UInt8]) -> Bool {
    switch token.count {
    case 0: true
    case 1:
      switch token[0] {
      case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "."), UInt8(ascii: "?"),
        UInt8(ascii: "!"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: ";"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    case 2:
      token[0] == token[1]
        && (token[0] == UInt8(ascii: "'") || token[0] == UInt8(ascii: "`")
          || token[0] == UInt8(ascii: "-"))
    default: false
    }
  }
}

extension PTBLexer {
  /// Appends a token as it is written, lower-cased.
  func write(_ token: Token, into bytes: inout [UInt8]) {
    let isPlain: Bool =
      switch token.form {
      case .asIs, .withoutSoftHyphens: true
      case .quotes: !self[token.range].contains(PTBUnit.ampersand)
      default: false
      }
    if isPlain, writePlain(token, into: &bytes) { return }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: spelled(token).utf8)
    SegmentText.lowercase(&bytes)
  }

  /// Appends a token whose scalars need not be looked at together; false if they must be.
  private func writePlain(_ token: Token, into bytes: inout [UInt8]) -> Bool {
    for unit in self[token.range] {
      if unit < 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: PTBUnit.isASCIICapital(unit) ? unit | 0x20 : unit))
        continue
      }
      guard PTBCharacter.staysInLowercase(unit), token.form != .quotes else { return false }
      if unit == PTBUnit.softHyphen, token.form == .withoutSoftHyphens { continue }
      if unit < 0x800 {
        bytes.append(0xC0 | UInt8(truncatingIfNeeded: unit >> 6))
      } else {
        bytes.append(0xE0 | UInt8(truncatingIfNeeded: unit >> 12))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: unit >> 6 & 0x3F))
      }
      bytes.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
    }
    return true
  }

  /// A token rewritten as its form asks.
  private func spelled(_ token: Token) -> String {
    let text = String(decoding: self[token.range], as: UTF16.self)
    switch token.form {
    case .dropped, .lineEnd, .asIs: return text
    case .withoutSoftHyphens:
      return String(text.unicodeScalars.filter { $0 != "\u{AD}" })
    case .quotes:
      // These entities are known in small letters alone.
      if text == "&quot;" { return "''" }
      return rewritten(text.replacing("&apos;", with: "'"), Self.quote)
    case .ampersands: return Self.decodingAmpersands(text)
    case .joined: return rewritten(text) { $0 == " " ? "\u{A0}" : nil }
    case .brackets: return rewritten(text, token.range.count == 1 ? Self.bracket : Self.parenthesis)
    case .fraction: return rewritten(text, Self.fraction)
    case .currency: return rewritten(text, Self.currency)
    case .lessThan: return "<"
    case .greaterThan: return ">"
    }
  }

  private func rewritten(_ text: String, _ rule: (Unicode.Scalar) -> String?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let replacement = rule(scalar) {
        result.append(contentsOf: replacement.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func decodingAmpersands(_ text: String) -> String {
    let entity = Array("&amp;".utf8)
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let isEntity = bytes[index...].prefix(entity.count).elementsEqual(entity) {
        $0 == $1 || $0 | 0x20 == $1 && (0x41...0x5A).contains($0)
      }
      result.append(bytes[index])
      index += isEntity ? entity.count : 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func quote(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x91, 0x2018, 0x201B, 0x2039: "`"
    case 0x92, 0x2019, 0x203A: "'"
    case 0x93, 0x201C, 0xAB: "``"
    case 0x94, 0x201D, 0xBB: "''"
    default: nil
    }
  }

  private static func parenthesis(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "(": "-lrb-"
    case ")": "-rrb-"
    case " ": "\u{A0}"
    default: nil
    }
  }

  private static func bracket(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "[": "-lsb-"
    case "]": "-rsb-"
    case "{": "-lcb-"
    case "}": "-rcb-"
    default: parenthesis(scalar)
    }
  }

  /// The fractions that the original writes out; it leaves the others.
  private static func fraction(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0xBC: "1/4"
    case 0xBD: "1/2"
    case 0xBE: "3/4"
    case 0x2153: "1/3"
    case 0x2154: "2/3"
    default: nil
    }
  }

  /// Currencies as the Wall Street Journal of the treebank has them.
  private static func currency(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0xA2: "cents"
    case 0xA3: "#"
    case 0x80, 0xA4, 0x20A0, 0x20AC: "$"
    default: nil
    }
  }
}
