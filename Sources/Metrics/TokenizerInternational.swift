/// The international tokenizer of mteval-v14.pl, as sacreBLEU applies it (`intl`).
///
/// Sets off Unicode punctuation, unless it stands between numbers, and every symbol. A number at
/// the end of a line keeps the period after it: nothing follows that would part them.
struct TokenizerInternational {
  private var classes = ScalarClasses()

  /// Replaces a line by one whose white space parts its tokens; `scratch` is a buffer to reuse.
  mutating func tokenize(_ line: inout [UInt8], scratch: inout [UInt8]) {
    substitutePairs(in: line, into: &scratch, .punctuationAfterOther)
    substitutePairs(in: scratch, into: &line, .punctuationBeforeOther)
  }

  private enum Step {
    /// Punctuation that follows anything but a number.
    case punctuationAfterOther
    /// Punctuation that anything but a number follows; then symbols, which are set off one by one
    /// and so need no pass of their own.
    case punctuationBeforeOther
  }

  /// Parts each pair of scalars that matches, and sets the pair's punctuation off from its other
  /// side. Matches are found from the left and do not overlap.
  @inline(__always)
  private mutating func substitutePairs(
    in input: [UInt8], into output: inout [UInt8], _ step: Step
  ) {
    output.removeAll(keepingCapacity: true)
    guard var first = unit(in: input, at: 0) else { return }
    while let second = unit(in: input, at: first.range.upperBound) {
      let matches =
        switch step {
        case .punctuationAfterOther: first.kind != .number && second.kind == .punctuation
        case .punctuationBeforeOther: first.kind == .punctuation && second.kind != .number
        }
      guard matches else {
        Self.append(first, of: input, to: &output, step)
        first = second
        continue
      }
      if step == .punctuationBeforeOther { output.append(Self.space) }
      Self.append(first, of: input, to: &output, step)
      output.append(Self.space)
      Self.append(second, of: input, to: &output, step)
      if step == .punctuationAfterOther { output.append(Self.space) }
      guard let next = unit(in: input, at: second.range.upperBound) else { return }
      first = next
    }
    Self.append(first, of: input, to: &output, step)
  }

  /// A scalar of a line: its bytes and its class.
  private struct Unit {
    var range: Range<Int>
    var kind: ScalarClass
  }

  @inline(__always)
  private mutating func unit(in bytes: [UInt8], at index: Int) -> Unit? {
    guard index < bytes.count else { return nil }
    let (value, length) = SegmentText.scalar(in: bytes, at: index)
    return Unit(range: index..<index + length, kind: classes.of(value))
  }

  @inline(__always)
  private static func append(
    _ unit: Unit, of input: [UInt8], to output: inout [UInt8], _ step: Step
  ) {
    let isSetOff = step == .punctuationBeforeOther && unit.kind == .symbol
    if isSetOff { output.append(space) }
    for index in unit.range { output.append(input[index]) }
    if isSetOff { output.append(space) }
  }

  private static let space = UInt8(ascii: " ")
}
