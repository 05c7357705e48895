/// What is done to the text of captions before a model learns from it.
public enum CaptionText {
  /// A caption without white space at its ends.
  static func trimmed(_ caption: String) -> String {
    let start = caption.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }

  /// Joins words and marks that stand apart, as people write: `A dog 's toy , " red " .` becomes
  /// `A dog's toy, "red".`
  ///
  /// Made for English, which Flickr8k, Flickr30k and Multi30k give cut into words and marks. Text
  /// that people wrote as usual stays as it is, but for white space, which becomes single spaces.
  /// French sets ! ? ; : apart: leave `joinPunctuation` off there.
  ///
  /// - Parameter caption: text in which some marks stand alone between spaces.
  /// - Returns: the text with each mark at the word it belongs to. Quotation marks that open and
  ///   close look alike, so they are paired; ' without a partner is a genitive's (`two boys ' bikes`).
  ///   Dashes, & and / keep their spaces.
  public static func joined(_ caption: String) -> String {
    let pieces = caption.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline })
    var quotes = CaptionQuotes(pieces)
    var text = ""
    var last: Substring = ""
    var isOpen = true  // nothing comes between the last piece and the next
    for (index, piece) in pieces.enumerated() {
      let next = index + 1 < pieces.count ? pieces[index + 1] : ""
      let side =
        quotes.side(of: piece, at: index) ?? Self.side(of: piece, after: last, before: next)
      if !isOpen && side != .left { text += " " }
      text += piece
      isOpen = side == .right
      last = piece
    }
    return text
  }

  /// To which of its neighbours a piece is joined.
  enum Side { case left, right, neither }

  private static func side(
    of piece: Substring, after last: Substring, before next: Substring
  ) -> Side {
    switch piece {
    case "(", "[", "{", "“", "‘", "¿", "¡": return .right
    case "#", "$", "£", "€": return startsWithDigit(next) ? .right : .neither
    case "%": return startsWithDigit(last) ? .left : .neither
    default: break
    }
    if piece.allSatisfy({ closing.contains($0) }) { return .left }
    guard isClitic(piece), let end = last.last else { return .neither }
    return end.isLetter || end.isNumber || ".\"”)".contains(end) ? .left : .neither
  }

  private static let closing: Set<Character> = [
    ".", ",", ";", ":", "!", "?", ")", "]", "}", "…", "”", "’",
  ]

  private static let clitics = ["s", "m", "d", "re", "ve", "ll"]

  /// Whether a piece is the end of a word that was cut off: 's, n't, and 's-eye-view, but neither
  /// 'n' nor 'slide.
  private static func isClitic(_ piece: Substring) -> Bool {
    switch piece.first {
    case "'", "’":
      let rest = piece.dropFirst().lowercased()
      return clitics.contains { clitic in
        rest.hasPrefix(clitic) && rest.dropFirst(clitic.count).first?.isLetter != true
      }
    case "n", "N": return ["'t", "’t"].contains(piece.dropFirst().lowercased())
    default: return false
    }
  }

  private static func startsWithDigit(_ piece: Substring) -> Bool {
    piece.first?.isNumber == true
  }
}
