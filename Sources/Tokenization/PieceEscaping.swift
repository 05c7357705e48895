/// How a piece is written where people see it: in the file and in lines of pieces.
///
/// A backslash becomes `\\`, a line feed `\n`, a carriage return `\r`, a tab `\t`, and what else has
/// no shape of its own (controls, white space, joiners and other format characters) `\u{200D}`.
enum PieceEscaping {
  static func escaped(_ piece: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    append(piece, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the escaped form of a piece.
  static func append(_ piece: ArraySlice<UInt8>, to text: inout [UInt8]) {
    piece.withUnsafeBufferPointer { bytes in
      var offset = 0
      while offset < bytes.count {
        let length = UTF8Scanner.scalar(bytes, at: offset)?.length ?? 1
        let scalar = bytes[offset..<offset + length]
        if let escape = escape(for: scalar) {
          text.append(contentsOf: escape.utf8)
        } else {
          text.append(contentsOf: scalar)
        }
        offset += length
      }
    }
  }

  private static func escape(for bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    let first = bytes[bytes.startIndex]
    if first > 0x20 && first < 0x7F { return first == 0x5C ? "\\\\" : nil }
    guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else {
      return nil
    }
    switch scalar {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return isInvisible(scalar) ? "\\u{\(digits)}" : nil
    }
  }

  /// A piece for an error message: escaped, and cut if it is long.
  static func shown(_ piece: ArraySlice<UInt8>) -> String {
    let longest = 64
    return escaped(piece.prefix(longest)) + (piece.count > longest ? "…" : "")
  }

  /// What is wrong with an escaped piece.
  struct Failure: Error {
    var reason: String
  }

  /// The piece in UTF-8.
  static func unescaped(_ text: UnsafeBufferPointer<UInt8>) throws(Failure) -> [UInt8] {
    var piece: [UInt8] = []
    var offset = 0
    while offset < text.count {
      guard let scalar = UTF8Scanner.scalar(text, at: offset) else {
        throw Failure(reason: "byte \(offset + 1) of the line is not UTF-8")
      }
      if scalar.value < 0x20 || scalar.value == 0x7F {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        throw Failure(
          reason: "the line holds the control character U+\(digits); something has rewritten the"
            + " line ends of the file. Copy it again")
      }
      if scalar.value == 0x5C {
        let (value, length) = try unescapedScalar(text, at: offset)
        piece.append(contentsOf: UTF8.encode(value)!)
        offset += length
      } else {
        piece.append(contentsOf: text[offset..<offset + scalar.length])
        offset += scalar.length
      }
    }
    return piece
  }

  /// Whether a piece looks like one of the ids before the pieces, and so cannot be one.
  static func isReserved(_ piece: [UInt8]) -> Bool {
    specialID(piece[...]) != nil
  }

  /// `<s>`, `</s>`, or a byte written `<0x0A>`.
  static func specialID(_ piece: ArraySlice<UInt8>) -> Int32? {
    if piece.count < 3 || piece.count > 6 || piece.first != 0x3C { return nil }
    let text = String(decoding: piece, as: UTF8.self)
    if text == "<s>" { return Subwords.bos }
    if text == "</s>" { return Subwords.eos }
    let digits = text.utf8.dropFirst(3).dropLast()
    guard text.hasPrefix("<0x"), text.hasSuffix(">"), digits.count == 2,
      digits.allSatisfy({ 0x30...0x39 ~= $0 || 0x41...0x46 ~= $0 }),
      let byte = UInt8(String(Substring(digits)), radix: 16)
    else { return nil }
    return Subwords.firstByte + Int32(byte)
  }

  static func text(ofByte byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "<0x0\(digits)>" : "<0x\(digits)>"
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func unescapedScalar(
    _ text: UnsafeBufferPointer<UInt8>, at offset: Int
  ) throws(Failure) -> (value: Unicode.Scalar, length: Int) {
    let rest = text[offset...].dropFirst().prefix(9)
    switch rest.first {
    case 0x5C: return ("\\", 2)
    case UInt8(ascii: "n"): return ("\n", 2)
    case UInt8(ascii: "r"): return ("\r", 2)
    case UInt8(ascii: "t"): return ("\t", 2)
    case UInt8(ascii: "u"):
      if let end = rest.firstIndex(of: UInt8(ascii: "}")), rest.dropFirst().first == 0x7B {
        let digits = String(decoding: text[offset + 3..<end], as: UTF8.self)
        if let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) {
          return (scalar, end + 1 - offset)
        }
      }
    default: break
    }
    throw Failure(
      reason: "byte \(offset + 1) of the line begins an unknown escape; there are \\\\, \\n, \\r,"
        + " \\t and \\u{…}")
  }
}
