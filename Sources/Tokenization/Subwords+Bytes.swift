extension Subwords {
  /// The UTF-8 that an id stands for, with a space where its marker is; marks of sentences have none.
  ///
  /// The bytes of a line's ids, end to end, are a space and the line.
  package func bytes(of id: Int32) -> [UInt8] {
    precondition(
      id >= 0 && id < vocabularySize, "id \(id) lies outside the vocabulary of \(vocabularySize)")
    if id < Self.firstByte { return [] }
    if id < Self.marker { return [UInt8(id - Self.firstByte)] }
    let piece = table[Int(id - Self.marker)]
    return piece.starts(with: Self.markerBytes)
      ? [0x20] + piece.dropFirst(Self.markerBytes.count) : Array(piece)
  }
}
