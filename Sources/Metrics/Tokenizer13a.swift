/// The tokenizer of mteval-v13a.pl, which WMT scores with, as sacreBLEU applies it.
///
/// Undoes a few SGML entities, then sets off ASCII punctuation: periods and commas unless they stand
/// between digits, a dash after a digit; apostrophes and other dashes stay in their word.
public struct Tokenizer13a: Sendable {
  public init() {}

  /// The tokens of a line; a line of white space has none.
  public func tokens(of line: String) -> [String] {
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
  ///
  /// Each step is one substitution of sacreBLEU over the whole line, in its order: what one writes the
  /// next may match. Bytes do for characters, since all that is matched by name is ASCII and a scalar
  /// beyond ASCII is never split.
  func tokenize(_ line: inout [UInt8], scratch: inout [UInt8]) {
    decodeMarkup(&line, scratch: &scratch)

    // The steps below match pairs of characters; the spaces at both ends are theirs to match.
    scratch.removeAll(keepingCapacity: true)
    scratch.append(Self.space)
    for byte in line {
      if Self.isSetOff(byte) {
        scratch.append(Self.space)
        scratch.append(byte)
        scratch.append(Self.space)
      } else {
        scratch.append(byte)
      }
    }
    scratch.append(Self.space)

    // A period or comma unless preceded by a digit, then unless followed by one, then a dash after one.
    Self.substitutePairs(in: scratch, into: &line, marksBefore: false, marksAfter: true) {
      !Self.isDigit($0) && Self.isPeriodOrComma($1)
    }
    Self.substitutePairs(in: line, into: &scratch, marksBefore: true, marksAfter: false) {
      Self.isPeriodOrComma($0) && !Self.isDigit($1)
    }
    Self.substitutePairs(in: scratch, into: &line, marksBefore: false, marksAfter: true) {
      Self.isDigit($0) && $1 == Self.dash
    }
  }

  private func decodeMarkup(_ line: inout [UInt8], scratch: inout [UInt8]) {
    var hasAngle = false
    var hasAmpersand = false
    var hasNewline = false
    for byte in line {
      hasAngle = hasAngle || byte == UInt8(ascii: "<")
      hasAmpersand = hasAmpersand || byte == UInt8(ascii: "&")
      hasNewline = hasNewline || byte == UInt8(ascii: "\n")
    }
    if hasAngle { Self.replace("<skipped>", by: "", in: &line, scratch: &scratch) }
    if hasNewline {
      Self.replace("-\n", by: "", in: &line, scratch: &scratch)
      Self.replace("\n", by: " ", in: &line, scratch: &scratch)
    }
    if hasAmpersand {
      Self.replace("&quot;", by: "\"", in: &line, scratch: &scratch)
      Self.replace("&amp;", by: "&", in: &line, scratch: &scratch)
      Self.replace("&lt;", by: "<", in: &line, scratch: &scratch)
      Self.replace("&gt;", by: ">", in: &line, scratch: &scratch)
    }
  }

  private static func replace(
    _ pattern: StaticString, by replacement: StaticString, in line: inout [UInt8],
    scratch: inout [UInt8]
  ) {
    let pattern = UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount)
    let replacement = UnsafeBufferPointer(
      start: replacement.utf8Start, count: replacement.utf8CodeUnitCount)
    scratch.removeAll(keepingCapacity: true)
    var index = 0
    while index < line.count {
      if line[index] == pattern[0], line.count - index >= pattern.count,
        line[index..<index + pattern.count].elementsEqual(pattern)
      {
        scratch.append(contentsOf: replacement)
        index += pattern.count
      } else {
        scratch.append(line[index])
        index += 1
      }
    }
    swap(&line, &scratch)
  }

  /// Writes a space between the two bytes of each pair that matches, and before or after the pair as
  /// asked. Matches are found from the left and do not overlap.
  @inline(__always)
  private static func substitutePairs(
    in input: [UInt8], into output: inout [UInt8], marksBefore: Bool, marksAfter: Bool,
    matches: (UInt8, UInt8) -> Bool
  ) {
    output.removeAll(keepingCapacity: true)
    var index = 0
    while index < input.count {
      let byte = input[index]
      guard index + 1 < input.count, matches(byte, input[index + 1]) else {
        output.append(byte)
        index += 1
        continue
      }
      if marksBefore { output.append(space) }
      output.append(byte)
      output.append(space)
      output.append(input[index + 1])
      if marksAfter { output.append(space) }
      index += 2
    }
  }

  private static let space = UInt8(ascii: " ")
  private static let dash = UInt8(ascii: "-")

  /// ASCII punctuation other than the apostrophe, comma, dash and period.
  @inline(__always)
  private static func isSetOff(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{")...UInt8(ascii: "~"), UInt8(ascii: "[")...UInt8(ascii: "`"),
      UInt8(ascii: " ")...UInt8(ascii: "&"), UInt8(ascii: "(")...UInt8(ascii: "+"),
      UInt8(ascii: ":")...UInt8(ascii: "@"), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  @inline(__always)
  private static func isPeriodOrComma(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
  }
}
