extension Subwords {
  /// The text of ids: the exact inverse of `encode`, up to the normalizer.
  ///
  /// `<s>` and `</s>` are skipped. Any ids of the vocabulary may stand in any order: bytes that are
  /// not UTF-8 together become U+FFFD.
  public func decode(_ ids: some Sequence<Int32>) -> String {
    String(decoding: decodeBytes(ids), as: UTF8.self)
  }

  /// The bytes of the text of ids, as they are.
  public func decodeBytes(_ ids: some Sequence<Int32>) -> [UInt8] {
    var text: [UInt8] = []
    var isFirst = true
    for id in ids {
      precondition(
        id >= 0 && id < vocabularySize, "id \(id) lies outside the vocabulary of \(vocabularySize)")
      if id < Self.firstByte { continue }
      if id < Self.marker {
        text.append(UInt8(id - Self.firstByte))
      } else {
        let range = table.range(of: Int(id - Self.marker))
        if startsWithMarker(range) {
          if !isFirst { text.append(0x20) }
          text.append(contentsOf: table.bytes[range.dropFirst(Self.markerBytes.count)])
        } else {
          text.append(contentsOf: table.bytes[range])
        }
      }
      isFirst = false
    }
    return text
  }

  private func startsWithMarker(_ range: Range<Int>) -> Bool {
    range.count >= 3 && table.bytes[range.lowerBound] == Self.markerBytes[0]
      && table.bytes[range.lowerBound + 1] == Self.markerBytes[1]
      && table.bytes[range.lowerBound + 2] == Self.markerBytes[2]
  }
}
