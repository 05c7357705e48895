/// Cuts a line that is longer than anything a model was trained on into parts it can translate.
struct LineSplitter {
  /// Length of a text in subwords.
  let length: (String) -> Int
  /// Longest part in subwords.
  let maxLength: Int

  /// The parts in order; together they have all words of the line. A line that fits is one part.
  func parts(_ line: String) -> [String] {
    guard length(line) > maxLength else { return [line] }
    return packed(sentences(line)).flatMap { part in
      length(part) > maxLength ? packed(words(part)) : [part]
    }.flatMap { part in
      // A single word longer than the limit is cut where it must be.
      length(part) > maxLength ? pieces(part) : [part]
    }
  }

  /// Joins neighbours for as long as they fit.
  private func packed(_ units: [Substring]) -> [String] {
    var parts: [String] = []
    var current = ""
    var used = 0
    for unit in units {
      let own = length(String(unit))
      if !current.isEmpty, used + own > maxLength {
        parts.append(current)
        current = ""
        used = 0
      }
      current += current.isEmpty ? String(unit) : " " + unit
      used += own
    }
    if !current.isEmpty { parts.append(current) }
    return parts
  }

  private func words(_ text: String) -> [Substring] { text.split(separator: " ") }

  /// Cuts behind words that end a sentence.
  private func sentences(_ line: String) -> [Substring] {
    var sentences: [Substring] = []
    var start = line.startIndex
    var index = line.startIndex
    var endsSentence = false
    while index < line.endIndex {
      let character = line[index]
      if character == " ", endsSentence {
        if start < index { sentences.append(line[start..<index]) }
        start = line.index(after: index)
      }
      switch character {
      case ".", "!", "?", "…", ";", ":": endsSentence = true
      case "\"", "'", ")", "»", "“", "”", "’": break
      default: endsSentence = false
      }
      index = line.index(after: index)
    }
    if start < line.endIndex { sentences.append(line[start...]) }
    return sentences
  }

  private func pieces(_ word: String) -> [String] {
    // No subword is shorter than a scalar's bytes: a quarter of the limit in scalars always fits.
    let size = max(1, maxLength / 4)
    let scalars = Array(word.unicodeScalars)
    return stride(from: 0, to: scalars.count, by: size).map { start in
      var part = String.UnicodeScalarView()
      part.append(contentsOf: scalars[start..<min(start + size, scalars.count)])
      return String(part)
    }
  }
}
