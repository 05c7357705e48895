/// Pairs the quotation marks of a caption, " and ', where they stand alone.
struct CaptionQuotes {
  private let pieces: [Substring]
  /// The marks of which one is open.
  private var open: Set<Substring> = []

  init(_ pieces: [Substring]) { self.pieces = pieces }

  /// To which neighbour a quotation mark is joined; nil for another piece. To be asked of all pieces
  /// in their order.
  mutating func side(of piece: Substring, at index: Int) -> CaptionText.Side? {
    guard piece == "\"" || piece == "'" else { return nil }
    if open.remove(piece) != nil { return .left }
    if pieces[(index + 1)...].contains(piece) {
      open.insert(piece)
      return .right
    }
    // Without a partner: a genitive, 12 ", or the end of something quoted.
    return piece == "'" || isLast(index) || index > 0 && pieces[index - 1].last?.isNumber == true
      ? .left : .neither
  }

  /// Whether nothing but marks comes after a piece.
  private func isLast(_ index: Int) -> Bool {
    pieces[(index + 1)...].allSatisfy { piece in
      !piece.contains { $0.isLetter || $0.isNumber }
    }
  }
}
