/// What sacreBLEU takes from Python's `str`, on UTF-8 bytes: white space, stripping, lower-casing.
///
/// Swift's own notions differ in details that change scores: `Character` joins scalars that Python
/// keeps apart, `String` equality is canonical equivalence, `lowercased()` knows no final sigma.
enum SegmentText {
  /// The number of bytes of the white space that starts at `index`, 0 where none starts.
  ///
  /// The white space of Python's `str.isspace`: Unicode's, and the separators U+001C to U+001F.
  @inline(__always)
  static func whitespaceLength(in bytes: [UInt8], at index: Int) -> Int {
    let byte = bytes[index]
    if byte <= 0x20 {
      return byte == 0x20 || (0x09...0x0D).contains(byte) || byte >= 0x1C ? 1 : 0
    }
    if byte < 0xC2 || byte > 0xE3 { return 0 }
    return wideWhitespaceLength(in: bytes, at: index)
  }

  private static func wideWhitespaceLength(in bytes: [UInt8], at index: Int) -> Int {
    func at(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
    switch (bytes[index], at(1), at(2)) {
    case (0xC2, 0x85, _), (0xC2, 0xA0, _): return 2  // U+0085, U+00A0
    case (0xE1, 0x9A, 0x80): return 3  // U+1680
    case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9), (0xE2, 0x80, 0xAF):
      return 3  // U+2000 to U+200A, U+2028, U+2029, U+202F
    case (0xE2, 0x81, 0x9F): return 3  // U+205F
    case (0xE3, 0x80, 0x80): return 3  // U+3000
    default: return 0
    }
  }

  /// Removes white space from the end, as `str.rstrip` does.
  static func stripEnd(_ bytes: inout [UInt8]) {
    while let last = bytes.last {
      if last < 0x80 {
        guard whitespaceLength(in: bytes, at: bytes.count - 1) == 1 else { return }
        bytes.removeLast()
      } else {
        // White space above ASCII is two or three bytes long.
        if bytes.count >= 2, whitespaceLength(in: bytes, at: bytes.count - 2) == 2 {
          bytes.removeLast(2)
        } else if bytes.count >= 3, whitespaceLength(in: bytes, at: bytes.count - 3) == 3 {
          bytes.removeLast(3)
        } else {
          return
        }
      }
    }
  }

  /// Calls `body` with the range of each word, as `str.split()` finds them.
  @inline(__always)
  static func forEachWord(in bytes: [UInt8], _ body: (Range<Int>) -> Void) {
    var start = 0
    var index = 0
    while index < bytes.count {
      let space = whitespaceLength(in: bytes, at: index)
      if space == 0 {
        index += 1
        continue
      }
      if start < index { body(start..<index) }
      index += space
      start = index
    }
    if start < index { body(start..<index) }
  }

  /// Lower-cases as `str.lower` does: Unicode's full mapping and the final sigma.
  static func lowercase(_ bytes: inout [UInt8]) {
    var isASCII = true
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x80 {
        isASCII = false
        break
      }
      if (0x41...0x5A).contains(byte) { bytes[index] = byte | 0x20 }
    }
    if isASCII { return }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    bytes.removeAll(keepingCapacity: true)
    for (index, scalar) in scalars.enumerated() {
      if scalar == "\u{3A3}" {
        let lower: Unicode.Scalar = isFinalSigma(at: index, in: scalars) ? "\u{3C2}" : "\u{3C3}"
        bytes.append(contentsOf: UTF8.encode(lower)!)
      } else {
        bytes.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      }
    }
  }

  /// Whether a capital sigma ends a word: letters with case before it, none after it.
  private static func isFinalSigma(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    guard let before, before.properties.isCased else { return false }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return after.map { !$0.properties.isCased } ?? true
  }
}
