/// Encodes many lines, for one thread: it keeps its buffers, and the pieces of the words that it has
/// seen.
public struct SubwordEncoder: Sendable {
  public let subwords: Subwords
  /// How many words are remembered before it starts afresh.
  public let cacheLimit: Int

  package private(set) var merger = SubwordMerger()
  private var words = ByteStringTable()
  /// The pieces of word i end at `pieceEnds[i]`.
  private var pieces: [Int32] = []
  private var pieceEnds: [Int] = []

  /// Longer words are rare, and would let the memory for `cacheLimit` words grow without bound.
  private static let longestCachedWord = 64

  /// - Parameter cacheLimit: the number of distinct words to remember, 0 for none. Ordinary text takes
  ///   some five megabytes at the default.
  public init(_ subwords: Subwords, cacheLimit: Int = 1 << 16) {
    self.subwords = subwords
    self.cacheLimit = cacheLimit
  }

  /// The ids of a line, without `<s>` and `</s>`. An empty line has none.
  public mutating func encode(_ line: String) -> [Int32] {
    var ids: [Int32] = []
    encode(line, into: &ids)
    return ids
  }

  /// Appends the ids of a line to others.
  public mutating func encode(_ line: String, into ids: inout [Int32]) {
    subwords.normalizer.withNormalized(line) { encode(normalized: $0, into: &ids) }
  }

  /// Appends the ids of a line given as UTF-8.
  ///
  /// Bytes that are not UTF-8 become byte subwords, or U+FFFD where the normalizer has work to do.
  public mutating func encode(utf8 line: Span<UInt8>, into ids: inout [Int32]) {
    line.withUnsafeBufferPointer { bytes in
      subwords.normalizer.withNormalized(bytes) { encode(normalized: $0, into: &ids) }
    }
  }

  /// The ids of a line under BPE-dropout (Provilkov et al. 2020): every possible merge is skipped
  /// with probability `dropout` at each step, so that a model in training sees many ways to cut the
  /// same words. The paper uses 0.1 (0.6 for Chinese and Japanese).
  ///
  /// - Parameters:
  ///   - dropout: from 0, which is plain encoding, to 1, which leaves single characters.
  ///   - generator: the source of chance; the same state gives the same ids.
  public mutating func encode(
    _ line: String, dropout: Double, using generator: inout some RandomNumberGenerator
  ) -> [Int32] {
    var ids: [Int32] = []
    subwords.normalizer.withNormalized(line) {
      encode(normalized: $0, dropout: dropout, using: &generator, into: &ids)
    }
    return ids
  }

  /// Appends the ids of a line given as UTF-8 under BPE-dropout.
  public mutating func encode(
    utf8 line: Span<UInt8>, dropout: Double, using generator: inout some RandomNumberGenerator,
    into ids: inout [Int32]
  ) {
    line.withUnsafeBufferPointer { bytes in
      subwords.normalizer.withNormalized(bytes) {
        encode(normalized: $0, dropout: dropout, using: &generator, into: &ids)
      }
    }
  }

  /// Cuts the text of ids anew under BPE-dropout: what `encode` would make, with dropout, of the line that
  /// the ids were made from.
  ///
  /// The text of ids is the line as it was normalized, byte for byte, and is not normalized again.
  ///
  /// - Parameter ids: as made by `encode`, with these subwords.
  package mutating func cut(
    again ids: some Sequence<Int32>, dropout: Double,
    using generator: inout some RandomNumberGenerator
  ) -> [Int32] {
    var cut: [Int32] = []
    subwords.decodeBytes(ids).withUnsafeBufferPointer { line in
      encode(normalized: line, dropout: dropout, using: &generator, into: &cut)
    }
    return cut
  }
}

extension SubwordEncoder {
  private mutating func encode(
    normalized line: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]
  ) {
    forEachWord(of: line) { word in
      if cacheLimit == 0 || word.count > Self.longestCachedWord {
        merger.split(word, with: subwords)
        merger.merge(with: subwords.merges)
        ids.append(contentsOf: merger.symbols)
        return
      }
      if words.count >= cacheLimit && words.find(word) == nil { forget() }
      let (index, isNew) = words.insert(word)
      if isNew {
        merger.split(word, with: subwords)
        merger.merge(with: subwords.merges)
        pieces.append(contentsOf: merger.symbols)
        pieceEnds.append(pieces.count)
      }
      for i in (index == 0 ? 0 : pieceEnds[index - 1])..<pieceEnds[index] {
        ids.append(pieces[i])
      }
    }
  }

  private mutating func encode(
    normalized line: UnsafeBufferPointer<UInt8>, dropout: Double,
    using generator: inout some RandomNumberGenerator, into ids: inout [Int32]
  ) {
    precondition(dropout >= 0 && dropout <= 1, "dropout is a probability, not \(dropout)")
    if dropout == 0 { return encode(normalized: line, into: &ids) }
    forEachWord(of: line) { word in
      merger.split(word, with: subwords)
      merger.merge(with: subwords.merges, dropout: dropout, using: &generator)
      ids.append(contentsOf: merger.symbols)
    }
  }

  private mutating func forget() {
    words.removeAll()
    pieces.removeAll(keepingCapacity: true)
    pieceEnds.removeAll(keepingCapacity: true)
  }
}

/// Calls `body` with the text between spaces: n spaces part n + 1 words, which may be empty. An empty
/// line has no words.
@inline(__always)
func forEachWord(
  of line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
) {
  if line.isEmpty { return }
  var start = 0
  for i in 0..<line.count where line[i] == 0x20 {
    body(UnsafeBufferPointer(rebasing: line[start..<i]))
    start = i + 1
  }
  body(UnsafeBufferPointer(rebasing: line[start...]))
}
