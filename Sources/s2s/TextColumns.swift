extension Character {
  /// Columns of a terminal that it takes: two where it is wide (East Asian Width W and F, Unicode Standard Annex #11,
  /// by whole blocks) or an emoji, none where nothing of it is seen by itself.
  var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    let isEmoji =
      first.properties.isEmojiPresentation || unicodeScalars.contains { $0.value == 0xFE0F }
    return isEmoji || Self.wide.contains { $0.contains(first.value) } ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]
}

extension String {
  /// Columns of a terminal that it takes.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// As much of its beginning as fits.
  func prefix(columns: Int) -> Substring {
    var rest = columns
    return prefix {
      rest -= $0.columns
      return rest >= 0
    }
  }

  /// As much of its end as fits.
  func suffix(columns: Int) -> Substring {
    var rest = columns
    let cut = reversed().prefix {
      rest -= $0.columns
      return rest >= 0
    }
    return suffix(cut.count)
  }
}
