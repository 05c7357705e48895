extension Subwords {
  /// How ids are shown: the marker and all characters as they are, bytes as `<0x0A>`, special ids as
  /// `<s>` and `</s>`; characters without a shape of their own, and the backslash, as escapes. No
  /// two ids look the same, and none holds a space or a line end.
  public func pieces(_ ids: some Sequence<Int32>) -> [String] {
    ids.map { piece($0) }
  }

  /// How one id is shown.
  public func piece(_ id: Int32) -> String {
    precondition(
      id >= 0 && id < vocabularySize, "id \(id) lies outside the vocabulary of \(vocabularySize)")
    switch id {
    case Self.bos: return "<s>"
    case Self.eos: return "</s>"
    case ..<Self.marker: return PieceEscaping.text(ofByte: UInt8(id - Self.firstByte))
    default: return PieceEscaping.escaped(table[Int(id - Self.marker)])
    }
  }

  /// The id of a piece as `piece` shows it, or nil if there is none.
  public func id(ofPiece piece: String) -> Int32? {
    var piece = piece
    return piece.withUTF8 { id(ofPiece: $0) }
  }

  /// A line of pieces with a space between them.
  public func pieceLine(_ ids: some Sequence<Int32>) -> String {
    var line = String.UnicodeScalarView()
    for id in ids {
      if !line.isEmpty { line.append(" ") }
      line.append(contentsOf: piece(id).unicodeScalars)
    }
    return String(line)
  }

  /// The ids of a line of pieces, the inverse of `pieceLine`. (Splitting such a line as Swift
  /// characters would miss a space before a combining mark.)
  ///
  /// - Throws: `SubwordsError` naming the first piece that these subwords do not have.
  public func ids(ofPieceLine line: String) throws(SubwordsError) -> [Int32] {
    var ids: [Int32] = []
    for (index, field) in line.utf8.split(separator: 0x20).enumerated() {
      let piece = Array(field)
      guard let id = piece.withUnsafeBufferPointer({ id(ofPiece: $0) }) else {
        throw SubwordsError(
          "piece \(index + 1) of the line, '\(String(decoding: piece.prefix(64), as: UTF8.self))', is none of"
            + " these subwords. Were the pieces made with others?")
      }
      ids.append(id)
    }
    return ids
  }

  private func id(ofPiece text: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard let piece = try? PieceEscaping.unescaped(text) else { return nil }
    if let id = PieceEscaping.specialID(piece[...]) { return id }
    return table.find(piece[...]).map { Self.marker + Int32($0) }
  }
}
