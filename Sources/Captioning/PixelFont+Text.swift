extension PixelFont {
  /// Dots from the first character's left to the last one's right.
  package func width(of text: some StringProtocol) -> Int {
    max(text.reduce(0) { $0 + glyph($1).width + Self.spacing } - Self.spacing, 0)
  }

  /// The text, or its beginning and "…" where it is wider than `width` dots.
  package func shortened(_ text: String, to width: Int) -> String {
    guard self.width(of: text) > width else { return text }
    var room = width - glyph("…").width
    let kept = text.prefix { character in
      room -= glyph(character).width + Self.spacing
      return room >= 0
    }
    return kept + "…"
  }

  /// The text in lines of at most `width` dots, cut at spaces; longer words are shortened.
  package func lines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    for part in text.split(whereSeparator: \.isWhitespace) {
      let word = shortened(String(part), to: width)
      if let last = lines.last, self.width(of: last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }
}
