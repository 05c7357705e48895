import Tensors
import Tokenization

/// Lines to pieces or numbers, and back.
struct SubwordCutter {
  private var encoder: SubwordEncoder
  private let ids: Bool
  private let dropout: Double
  private var generator: RandomGenerator

  init(_ subwords: Subwords, ids: Bool, dropout: Double, seed: UInt64) {
    encoder = SubwordEncoder(subwords)
    self.ids = ids
    self.dropout = dropout
    generator = RandomGenerator(seed: seed, stream: 0)
  }

  mutating func cut(_ line: String) -> String {
    let found =
      dropout > 0
      ? encoder.encode(line, dropout: dropout, using: &generator) : encoder.encode(line)
    return ids
      ? found.map(String.init).joined(separator: " ") : encoder.subwords.pieceLine(found)
  }

  /// - Throws: `SubwordsError` for what is no piece or number of these subwords, and for text that
  ///   would be more than a line.
  func join(_ line: String) throws -> [UInt8] {
    let text = encoder.subwords.decodeBytes(
      try ids ? numbers(line) : encoder.subwords.ids(ofPieceLine: line))
    if text.contains(UInt8(ascii: "\n")) {
      throw SubwordsError("the pieces hold the end of a line, <0x0A>; that is not within a line")
    }
    return text
  }

  private func numbers(_ line: String) throws -> [Int32] {
    let size = encoder.subwords.vocabularySize
    return try line.utf8.split(separator: 0x20).enumerated().map { index, field in
      guard let id = Int32(Substring(field)), id >= 0, id < size else {
        throw SubwordsError(
          "number \(index + 1) of the line, '\(Substring(field).prefix(64))', is none of these "
            + "subwords, which are 0 to \(size - 1)")
      }
      return id
    }
  }
}
