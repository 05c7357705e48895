/// How often each word occurs in text: all that learning subwords needs to know of it.
///
/// Lines may be added one at a time from a corpus larger than memory; memory grows with the number
/// of distinct words and their lengths, which `forgetRarest` bounds. Texts added to the same counts get a joint vocabulary.
public struct WordCounts: Sendable {
  public let normalizer: Normalizer
  /// The text between spaces, without the marker that stands before each word.
  private(set) var words = ByteStringTable()
  private(set) var counts: [Int] = []

  public init(normalizer: Normalizer = Normalizer()) {
    self.normalizer = normalizer
  }

  /// The number of distinct words.
  public var count: Int { words.count }

  /// Adds the words of a line, counted `times` times.
  public mutating func add(_ line: String, times: Int = 1) {
    normalizer.withNormalized(line) { add(normalized: $0, times: times) }
  }

  /// Adds the words of a line given as UTF-8, counted `times` times. Bytes that are not UTF-8 never
  /// become part of a piece.
  public mutating func add(utf8 line: Span<UInt8>, times: Int = 1) {
    line.withUnsafeBufferPointer { bytes in
      normalizer.withNormalized(bytes) { add(normalized: $0, times: times) }
    }
  }

  /// Adds the words of many lines.
  public mutating func add(contentsOf lines: some Sequence<String>, times: Int = 1) {
    for line in lines { add(line, times: times) }
  }

  /// Adds what was counted elsewhere, with the same normalizer.
  public mutating func add(_ other: WordCounts) {
    precondition(other.normalizer == normalizer, "words counted with another normalizer")
    other.words.bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<other.count {
        add(
          word: UnsafeBufferPointer(rebasing: bytes[other.words.range(of: index)]),
          times: other.counts[index])
      }
    }
  }

  /// Forgets the rarest words where there are too many, so that no more than half as many are left.
  ///
  /// Called now and then while counting, it bounds memory whatever the text. Of words that occurred equally often
  /// those are kept whose hashes are lowest, always the same ones: a sample, which serves where hardly any word comes
  /// twice, as in languages that are written without spaces.
  ///
  /// - Parameters:
  ///   - limit: words.
  ///   - bytes: of all words together.
  public mutating func forgetRarest(beyond limit: Int, bytes: Int) {
    guard count > limit || words.bytes.count > bytes else { return }
    let hashes = (0..<count).map { words.hash(of: $0) }
    let order = (0..<count).sorted {
      (counts[$1], hashes[$0], $0) < (counts[$0], hashes[$1], $1)
    }
    var kept = WordCounts(normalizer: normalizer)
    words.bytes.withUnsafeBufferPointer { arena in
      for index in order.prefix(limit / 2) {
        let word = words.range(of: index)
        // The first is kept however long it is: what is left must not be nothing.
        guard kept.count == 0 || kept.words.bytes.count + word.count <= bytes / 2 else { break }
        kept.add(word: UnsafeBufferPointer(rebasing: arena[word]), times: counts[index])
      }
    }
    self = kept
  }

  private mutating func add(normalized line: UnsafeBufferPointer<UInt8>, times: Int) {
    precondition(times >= 0, "words cannot occur \(times) times")
    forEachWord(of: line) { add(word: $0, times: times) }
  }

  private mutating func add(word: UnsafeBufferPointer<UInt8>, times: Int) {
    let (index, isNew) = words.insert(word)
    if isNew { counts.append(0) }
    counts[index] += times
  }
}
