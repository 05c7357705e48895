/// What sacreBLEU takes from Python's `str`, on UTF-8 bytes: white space, stripping, replacing,
/// lower-casing.
///
/// Swift's own notions differ in details that change scores: `Character` joins scalars that Python
/// keeps apart, `String` equality is canonical equivalence, `lowercased()` knows no final sigma.
package enum SegmentText {
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

  /// A line as sacreBLEU's command reads it: without the white space at its end.
  ///
  /// Of the metrics only chrF with `whitespace` would see the difference.
  package static func withoutTrailingSpace(_ line: String) -> String {
    var bytes = Array(line.utf8)
    let count = bytes.count
    stripEnd(&bytes)
    return bytes.count == count ? line : String(decoding: bytes, as: UTF8.self)
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

  /// Removes white space from the start, as `str.lstrip` does.
  static func stripStart(_ bytes: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      let space = whitespaceLength(in: bytes, at: index)
      if space == 0 { break }
      index += space
    }
    if index > 0 { bytes.removeFirst(index) }
  }

  /// The scalar that starts at `index` of well-formed UTF-8, and the number of its bytes.
  @inline(__always)
  static func scalar(in bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[index])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(bytes[index + 1] & 0x3F)
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
    let third = UInt32(bytes[index + 2] & 0x3F)
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
    let fourth = UInt32(bytes[index + 3] & 0x3F)
    return ((first & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
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

  /// Replaces text wherever it stands, as `str.replace` does; `scratch` is a buffer to reuse.
  static func replace(
    _ pattern: StaticString, by replacement: StaticString, in line: inout [UInt8],
    scratch: inout [UInt8]
  ) {
    let pattern = UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount)
    let replacement = UnsafeBufferPointer(
      start: replacement.utf8Start, count: replacement.utf8CodeUnitCount)
    scratch.removeAll(keepingCapacity: true)
    var index = 0
    while index < line.count {
      if line[index] == pattern[0], line[index...].starts(with: pattern) {
        scratch.append(contentsOf: replacement)
        index += pattern.count
      } else {
        scratch.append(line[index])
        index += 1
      }
    }
    swap(&line, &scratch)
  }

  /// Lower-cases as `str.lower` does: Unicode's full mapping and the final sigma.
  ///
  /// Letters that are younger than Unicode 14 have a case here and none in Python 3.11.
  static func lowercase(_ bytes: inout [UInt8]) {
    var isASCII = true
    for index in bytes.indices {
      let byte = bytes[index]
      // In UTF-8 a byte of a letter of ASCII is never part of another scalar.
      if (0x41...0x5A).contains(byte) { bytes[index] = byte | 0x20 }
      isASCII = isASCII && byte < 0x80
    }
    if isASCII { return }
    var lower: [UInt8] = []
    lower.reserveCapacity(bytes.count + 8)
    var index = 0
    while index < bytes.count {
      let (value, length) = scalar(in: bytes, at: index)
      appendLowercase(of: value, at: index..<index + length, in: bytes, to: &lower)
      index += length
    }
    bytes = lower
  }

  @inline(__always)
  private static func appendLowercase(
    of value: UInt32, at range: Range<Int>, in bytes: [UInt8], to lower: inout [UInt8]
  ) {
    switch value {
    case 0..<0x80:
      lower.append(UInt8(value))
    case 0xC0...0xDE where value != 0xD7:
      lower.append(0xC3)
      lower.append(bytes[range.lowerBound + 1] + 0x20)
    case 0x80...0xFF, 0x2E80..<0xA640, 0xAC00..<0xD7A4:
      // The rest of Latin-1; from the radicals of Han to Vai, and Hangul: nothing there has a
      // capital.
      for index in range { lower.append(bytes[index]) }
    case 0x3A3:
      lower.append(0xCF)
      lower.append(isFinalSigma(at: range, in: bytes) ? 0x82 : 0x83)  // U+03C2, U+03C3
    default:
      guard let scalar = Unicode.Scalar(value) else { return }
      lower.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
    }
  }

  /// Whether a capital sigma ends a word: letters with case before it, none after it.
  private static func isFinalSigma(at range: Range<Int>, in bytes: [UInt8]) -> Bool {
    var index = range.lowerBound
    var follows = false
    while index > 0 {
      repeat { index -= 1 } while bytes[index] & 0xC0 == 0x80
      guard let properties = Unicode.Scalar(scalar(in: bytes, at: index).value)?.properties else {
        return false
      }
      if !properties.isCaseIgnorable {
        follows = properties.isCased
        break
      }
    }
    guard follows else { return false }
    index = range.upperBound
    while index < bytes.count {
      let (value, length) = scalar(in: bytes, at: index)
      guard let properties = Unicode.Scalar(value)?.properties else { return true }
      if !properties.isCaseIgnorable { return !properties.isCased }
      index += length
    }
    return true
  }
}
