/// Text as a terminal shows it.
enum TerminalText {
  /// A text without what would move the cursor.
  static func shown(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        shown.append(" ")
      } else if scalar.properties.generalCategory == .control {
        shown.append("\u{FFFD}")
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// The number of places that a text takes.
  ///
  /// What a reader sees as one character counts by its widest scalar, so that neither accents nor
  /// the parts of an emoji or of a Hangul syllable add to it. Terminals disagree about emoji that
  /// are newer than they are.
  static func width(_ text: String) -> Int {
    text.reduce(0) { sum, character in
      sum + (character.unicodeScalars.lazy.map(width).max() ?? 0)
    }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    if isWide(scalar.value) || scalar.properties.isEmojiPresentation { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  /// The blocks whose characters are wide or full-width (Unicode Standard Annex 11), and the
  /// selector that has a sign shown as an emoji.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE0F, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
      0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
