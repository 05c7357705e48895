/// sacreBLEU's tokenizer for Chinese (`zh`): each Chinese character is a word, what is left is cut
/// as by 13a, but for markup, and for a period or comma that starts or ends the line.
enum TokenizerChinese {
  /// Replaces a line by one whose white space parts its tokens; `scratch` is a buffer to reuse.
  static func tokenize(_ line: inout [UInt8], scratch: inout [UInt8]) {
    SegmentText.stripStart(&line)
    SegmentText.stripEnd(&line)
    scratch.removeAll(keepingCapacity: true)
    var index = 0
    while index < line.count {
      let (value, length) = SegmentText.scalar(in: line, at: index)
      let isWord = isChinese(value)
      if isWord { scratch.append(space) }
      for byte in index..<index + length { scratch.append(line[byte]) }
      if isWord { scratch.append(space) }
      index += length
    }
    swap(&line, &scratch)
    Tokenizer13a.setOffPunctuation(in: &line, scratch: &scratch, padded: false)
  }

  /// The ranges that sacreBLEU takes for Chinese, which are wider and narrower than Unicode's Han.
  ///
  /// Its list has U+20000 to U+2A6D6 in mind, but Python reads the four-digit escapes in it as
  /// U+2000 and U+2A6D with a digit after each: general punctuation, arrows and mathematical
  /// symbols count as Chinese, while no scalar beyond the basic plane does.
  @inline(__always)
  static func isChinese(_ value: UInt32) -> Bool {
    switch value {
    case ..<0x2001: false
    case 0x4E00...0x9FBB: true
    case 0x2001...0x2A6D, 0x2E80...0x2FDF, 0x2FF0...0x303F, 0x3100...0x312F, 0x31A0...0x31EF,
      0x3200...0x4DB5, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9, 0xFE10...0xFE1F,
      0xFE30...0xFE4F, 0xFF00...0xFFEF:
      true
    default: false
    }
  }

  private static let space = UInt8(ascii: " ")
}
