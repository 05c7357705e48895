/// Reads the JSON of a safetensors header: objects, strings and whole numbers, nothing else.
///
/// Its own reader, because the usual ones let a name that occurs twice pass and build values of any
/// depth and size; here memory is taken only for what a header may hold.
struct SafetensorsScanner {
  private let bytes: [UInt8]
  private let path: String
  private var position = 0

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// Reads `{"name": value, …}`; `member` reads each value.
  mutating func object(
    _ member: (inout SafetensorsScanner, String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try expect("{")
    if take("}") { return }
    repeat {
      let name = try string()
      try expect(":")
      try member(&self, name)
    } while take(",")
    try expect("}")
  }

  /// Reads `[1, 2, …]`, numbers that are not negative.
  mutating func integers(atMost limit: Int) throws(SafetensorsError) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var result: [Int] = []
    repeat {
      guard result.count < limit else { throw error("more than \(limit) numbers in a list") }
      result.append(try integer())
    } while take(",")
    try expect("]")
    return result
  }

  private mutating func integer() throws(SafetensorsError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !tooLarge && !overflow else { throw error("a number beyond 64 bits") }
      value = sum
      position += 1
    }
    guard position > start else { throw error("expected a whole number") }
    return value
  }

  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("a text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += String(try escape()).utf8
      case 0..<0x20: throw error("a control character inside a text")
      default: text.append(byte)
      }
    }
    throw error("a text without its closing quote")
  }

  /// The character after a backslash.
  private mutating func escape() throws(SafetensorsError) -> Unicode.Scalar {
    guard position < bytes.count else { throw error("a text without its closing quote") }
    let byte = bytes[position]
    position += 1
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": return Unicode.Scalar(byte)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let first = try fourDigits()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // Beyond 16 bits JSON writes a character as two surrogates.
      guard (0xD800..<0xDC00).contains(first), position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      else { throw error("half a character") }
      position += 2
      let second = try fourDigits()
      guard (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      else { throw error("half a character") }
      return scalar
    default: throw error("an unknown escape")
    }
  }

  private mutating func fourDigits() throws(SafetensorsError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw error("an escape without its four digits") }
      value = value * 16 + UInt32(digit)
      position += 1
    }
    return value
  }

  /// Nothing but spaces may follow.
  mutating func end() throws(SafetensorsError) {
    skipSpace()
    if position < bytes.count { throw error("something after the closing brace") }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
    if !take(character) { throw error("expected '\(character)'") }
  }

  /// The file's byte, counted from 0, is the header's and the 8 of its length.
  private func error(_ problem: String) -> SafetensorsError {
    SafetensorsError(
      path: path,
      "has a header that makes no sense at byte \(position + 8): \(problem); "
        + SafetensorsHeader.damaged)
  }
}
