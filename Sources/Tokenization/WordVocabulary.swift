/// A closed vocabulary of words, as classical language models have it: what stands between white space is a word,
/// and one that is not in the vocabulary is `<unk>`, as is that word itself.
///
/// Ids: 0 `<s>`, 1 `</s>`, 2 `<unk>`, then words, the most frequent first. Text → ids → text gives the words of a
/// line with one space between them, unknown ones as `<unk>`.
public final class WordVocabulary: StoredVocabulary {
  public static let bos: Int32 = 0
  public static let eos: Int32 = 1
  /// The id of all words that are not in the vocabulary.
  public static let unknown: Int32 = 2
  /// How an unknown word is written.
  public static let unknownText = "<unk>"
  static let firstWord: Int32 = 3
  /// The fewest entries there can be.
  public static let minimumVocabularySize = 4

  /// What is done to a line before it is cut.
  public let normalizer: Normalizer
  public let fingerprint: String
  /// Word `i` has the id `firstWord + i`.
  let words: ByteStringTable

  public var vocabularySize: Int { Int(Self.firstWord) + words.count }

  init(words: ByteStringTable, normalizer: Normalizer) {
    self.words = words
    self.normalizer = normalizer
    fingerprint = SubwordFile.fingerprint(WordFile.text(of: words, normalizer: normalizer))
  }

  // MARK: - Text

  /// The ids of a line, without marks.
  public func encode(_ line: String) -> [Int32] {
    var ids: [Int32] = []
    normalizer.withNormalized(line) { bytes in
      Self.forEachWord(of: bytes) { word in
        ids.append(words.find(word).map { Self.firstWord + Int32($0) } ?? Self.unknown)
      }
    }
    return ids
  }

  /// How many words of a line are not in the vocabulary; `<unk>` itself is.
  package func countOfUnknown(in line: String) -> Int {
    var count = 0
    normalizer.withNormalized(line) { bytes in
      Self.forEachWord(of: bytes) { word in
        if words.find(word) == nil, !word.elementsEqual(Self.unknownText.utf8) { count += 1 }
      }
    }
    return count
  }

  /// The ids of a line's words but for the last one that nothing follows yet, and that one as it stands.
  ///
  /// - Returns: of a line that ends in white space, or has no words, an empty last word.
  package func encodeBeginning(_ line: String) -> (ids: [Int32], last: [UInt8]) {
    var ids: [Int32] = []
    var last: [UInt8] = []
    normalizer.withNormalized(line) { bytes in
      var end = 0
      Self.forEachWord(of: bytes) { word in
        ids.append(words.find(word).map { Self.firstWord + Int32($0) } ?? Self.unknown)
        last = Array(word)
        end = word.baseAddress.map { $0 - (bytes.baseAddress ?? $0) + word.count } ?? 0
      }
      if end == bytes.count, !ids.isEmpty { ids.removeLast() } else { last = [] }
    }
    return (ids, last)
  }

  /// The text of ids; marks are skipped.
  public func decode(_ ids: some Sequence<Int32>) -> String {
    ids.lazy.filter { $0 >= Self.unknown }.map { self.word($0) }.joined(separator: " ")
  }

  /// How one id is written.
  public func word(_ id: Int32) -> String { String(decoding: bytes(of: id), as: UTF8.self) }

  /// The UTF-8 of one id; marks have none.
  package func bytes(of id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < vocabularySize, "id \(id) of \(vocabularySize)")
    if id < Self.unknown { return [] }
    return id == Self.unknown
      ? Array(Self.unknownText.utf8) : Array(words[Int(id - Self.firstWord)])
  }

  /// The id of a word.
  public func id(of word: String) -> Int32? {
    if word == Self.unknownText { return Self.unknown }
    return words.find(Array(word.utf8)[...]).map { Self.firstWord + Int32($0) }
  }

  /// Calls `body` with what stands between white space (that of ASCII, and no-break and ideographic spaces).
  static func forEachWord(
    of line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = 0
    var index = 0
    func end(at place: Int) {
      if place > start { body(UnsafeBufferPointer(rebasing: line[start..<place])) }
    }
    while index < line.count {
      let length = whiteSpace(line, at: index)
      if length > 0 {
        end(at: index)
        start = index + length
      }
      index += max(length, 1)
    }
    end(at: line.count)
  }

  /// Bytes of the white space at a place; 0 where there is none.
  private static func whiteSpace(_ line: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let byte = line[index]
    if byte == 0x20 || (0x09...0x0D).contains(byte) { return 1 }
    guard byte >= 0xC2, let scalar = UTF8Scanner.scalar(line, at: index),
      let character = Unicode.Scalar(scalar.value), character.properties.isWhitespace
    else { return 0 }
    return scalar.length
  }
}

/// Learns a vocabulary of words.
public struct WordLearner: Sendable {
  /// Entries wanted, marks and `<unk>` counted.
  public var vocabularySize: Int
  /// How often a word must have been seen.
  public var minimumCount: Int
  public var normalizer: Normalizer

  public init(vocabularySize: Int, minimumCount: Int = 1, normalizer: Normalizer = Normalizer()) {
    self.vocabularySize = vocabularySize
    self.minimumCount = minimumCount
    self.normalizer = normalizer
  }

  /// The most frequent words of lines; of equally frequent ones those that come first in the order of their bytes.
  ///
  /// - Throws: `SubwordsError` if there is not one word.
  public func learn(from lines: some Sequence<String>) throws(SubwordsError) -> WordVocabulary {
    var seen = ByteStringTable()
    var counts: [Int] = []
    let unknown = Array(WordVocabulary.unknownText.utf8)[...]
    for line in lines {
      normalizer.withNormalized(line) { bytes in
        WordVocabulary.forEachWord(of: bytes) { word in
          let (index, isNew) = seen.insert(word)
          if isNew { counts.append(0) }
          counts[index] += 1
        }
      }
    }
    let order = (0..<seen.count)
      .filter { counts[$0] >= minimumCount && seen[$0] != unknown }
      .sorted {
        (counts[$1], 0) < (counts[$0], 0)
          || counts[$0] == counts[$1] && seen[$0].lexicographicallyPrecedes(seen[$1])
      }
      .prefix(max(0, vocabularySize - Int(WordVocabulary.firstWord)))
    guard !order.isEmpty else {
      throw SubwordsError(
        "there is no word that occurs \(minimumCount) times; lower 'vocabulary.minimumCount'")
    }
    var words = ByteStringTable()
    for index in order { _ = words.insert(seen[index]) }
    return WordVocabulary(words: words, normalizer: normalizer)
  }
}
