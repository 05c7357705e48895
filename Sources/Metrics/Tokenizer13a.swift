/// The tokenizer of mteval-v13a.pl, which WMT scores with, as sacreBLEU applies it.
///
/// Undoes a few SGML entities, then sets off ASCII punctuation: periods and commas unless they
/// stand between digits, a dash after a digit; apostrophes and other dashes stay in their word.
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
  /// Each step is one substitution of sacreBLEU over the whole line, in its order: what one writes
  /// the next may match. Bytes do for characters, since all that is matched by name is ASCII and a
  /// scalar beyond ASCII is never split.
  func tokenize(_ line: inout [UInt8], scratch: inout [UInt8]) {
    decodeMarkup(&line, scratch: &scratch)
    Self.setOffPunctuation(in: &line, scratch: &scratch, padded: true)
  }

  /// The steps that are alike for 13a and zh.
  ///
  /// - Parameter padded: whether the line stands between two spaces. The steps match pairs of
  ///   characters, so that a period or a comma at either end of the line needs a neighbour to be
  ///   set off.
  static func setOffPunctuation(
    in line: inout [UInt8], scratch: inout [UInt8], padded: Bool
  ) {
    var marks = Marks()
    scratch.removeAll(keepingCapacity: true)
    scratch.append(addingCapacity: 3 * line.count + 2) { output in
      if padded { output.append(space) }
      for byte in line {
        if isSetOff(byte) {
          output.append(space)
          output.append(byte)
          output.append(space)
        } else {
          output.append(byte)
          marks.hasPeriodOrComma = marks.hasPeriodOrComma || isPeriodOrComma(byte)
          marks.hasDash = marks.hasDash || byte == dash
        }
      }
      if padded { output.append(space) }
    }
    swap(&line, &scratch)
    if marks.hasPeriodOrComma {
      substitutePairs(in: line, into: &scratch, .pointAfterOther)
      substitutePairs(in: scratch, into: &line, .pointBeforeOther)
    }
    if marks.hasDash {
      substitutePairs(in: line, into: &scratch, .dashAfterDigit)
      swap(&line, &scratch)
    }
  }

  /// What a line has of the bytes that later steps look for.
  private struct Marks {
    var hasPeriodOrComma = false
    var hasDash = false
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
    if hasAngle { SegmentText.replace("<skipped>", by: "", in: &line, scratch: &scratch) }
    if hasNewline {
      SegmentText.replace("-\n", by: "", in: &line, scratch: &scratch)
      SegmentText.replace("\n", by: " ", in: &line, scratch: &scratch)
    }
    if hasAmpersand { Self.decodeEntities(in: &line, scratch: &scratch) }
  }

  /// Undoes the entities that 13a and Tercom know, one after the other: `&amp;lt;` ends as `<`.
  static func decodeEntities(in line: inout [UInt8], scratch: inout [UInt8]) {
    SegmentText.replace("&quot;", by: "\"", in: &line, scratch: &scratch)
    SegmentText.replace("&amp;", by: "&", in: &line, scratch: &scratch)
    SegmentText.replace("&lt;", by: "<", in: &line, scratch: &scratch)
    SegmentText.replace("&gt;", by: ">", in: &line, scratch: &scratch)
  }

  /// A substitution of pairs of bytes.
  private enum Step {
    /// A period or comma unless preceded by a digit; then unless followed by one.
    case pointAfterOther, pointBeforeOther
    /// A dash if preceded by a digit.
    case dashAfterDigit

    @inline(__always)
    func matches(_ first: UInt8, _ second: UInt8) -> Bool {
      switch self {
      case .pointAfterOther: isPeriodOrComma(second) && !isDigit(first)
      case .pointBeforeOther: isPeriodOrComma(first) && !isDigit(second)
      case .dashAfterDigit: second == dash && isDigit(first)
      }
    }
  }

  /// Sets off from its neighbours the mark of each pair of bytes that matches. Matches are found
  /// from the left and do not overlap.
  @inline(__always)
  private static func substitutePairs(
    in input: [UInt8], into output: inout [UInt8], _ step: Step
  ) {
    output.removeAll(keepingCapacity: true)
    // A pair becomes four bytes.
    output.append(addingCapacity: 2 * input.count) { output in
      var index = 0
      while index < input.count {
        let byte = input[index]
        guard index + 1 < input.count, step.matches(byte, input[index + 1]) else {
          output.append(byte)
          index += 1
          continue
        }
        if step == .pointBeforeOther { output.append(space) }
        output.append(byte)
        output.append(space)
        output.append(input[index + 1])
        if step != .pointBeforeOther { output.append(space) }
        index += 2
      }
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
