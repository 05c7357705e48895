/// Settings for learning subwords, and the learning.
///
/// Byte-pair encoding (Sennrich, Haddow & Birch 2016): beginning with the characters, the most
/// frequent pair of neighbours within words becomes a new piece, again and again. Of pairs equally
/// frequent, the one whose left piece is older goes first, then the one whose right piece is older;
/// characters are ordered by falling count, then by code point. So the outcome depends on the counts
/// of the words alone, not on the order of the lines.
public struct SubwordLearner: Codable, Sendable, Hashable {
  /// The number of ids wanted in all: 258 special and byte ids, characters and merges. There are
  /// fewer if the text has no more pairs that occur often enough.
  public var vocabularySize: Int
  /// What is done to each line first; it becomes part of the subwords.
  public var normalizer: Normalizer
  /// The share of all characters in the text that gets pieces, the most frequent first. The rest is
  /// written in bytes.
  public var characterCoverage = 0.9999
  /// How often a character must occur at least to get a piece.
  public var minimumCharacterCount = 2
  /// How often a pair must occur at least to become a piece.
  public var minimumPairCount = 2
  /// The longest piece, in Unicode scalars with the marker.
  public var maximumPieceLength = 16
  /// Whether every digit stays alone.
  public var splitDigits = false
  /// Whether letters, digits and other characters stay apart from each other, so that "house" and
  /// "house." share a piece.
  public var splitPunctuation = true

  public init(vocabularySize: Int = 8000, normalizer: Normalizer = Normalizer()) {
    self.vocabularySize = vocabularySize
    self.normalizer = normalizer
  }

  /// Learns the subwords of one text, or joint ones of several.
  ///
  /// - Parameter texts: each a sequence of lines.
  /// - Throws: `SubwordsError` if a setting makes no sense.
  public func learn(from texts: any Sequence<String>...) throws(SubwordsError) -> Subwords {
    var counts = WordCounts(normalizer: normalizer)
    for text in texts { counts.add(contentsOf: text) }
    return try learn(from: counts)
  }

  /// Learns subwords from words counted before.
  ///
  /// - Parameter counts: made with the same normalizer.
  /// - Throws: `SubwordsError` if a setting makes no sense.
  public func learn(from counts: WordCounts) throws(SubwordsError) -> Subwords {
    try validate()
    if counts.normalizer != normalizer {
      throw SubwordsError("the words were counted with another normalizer than the learner has")
    }
    var merging = PairMerging(alphabet(of: counts), settings: self)
    try merging.add(counts)
    merging.run()
    do {
      return try Subwords(pieces: merging.pieces, normalizer: normalizer)
    } catch {
      preconditionFailure("learned a piece that cannot stand there: \(error)")
    }
  }

  /// Whether the settings make sense.
  ///
  /// - Throws: `SubwordsError` naming the first that does not.
  public func validate() throws(SubwordsError) {
    let sizes = Subwords.minimumVocabularySize...Subwords.maximumVocabularySize
    if !sizes.contains(vocabularySize) {
      throw SubwordsError(
        "vocabularySize is \(vocabularySize), which is not from \(sizes.lowerBound) to"
          + " \(sizes.upperBound)")
    }
    if !(0...1).contains(characterCoverage) {
      throw SubwordsError("characterCoverage is \(characterCoverage), which is not from 0 to 1")
    }
    if minimumCharacterCount < 1 || minimumPairCount < 1 {
      throw SubwordsError("minimumCharacterCount and minimumPairCount must be at least 1")
    }
    if !(1...Subwords.maximumPieceLength).contains(maximumPieceLength) {
      throw SubwordsError(
        "maximumPieceLength is \(maximumPieceLength), which is not from 1 to"
          + " \(Subwords.maximumPieceLength)")
    }
  }

  /// The characters that get pieces, in the order of their ids.
  private func alphabet(of counts: WordCounts) -> [Unicode.Scalar] {
    var occurrences: [UInt32: Int] = [:]
    var ascii = [Int](repeating: 0, count: 0x80)
    counts.forEachScalar { scalar, count in
      if scalar < 0x80 {
        ascii[Int(scalar)] += count
      } else {
        occurrences[scalar, default: 0] += count
      }
    }
    for (scalar, count) in ascii.enumerated() where count > 0 {
      occurrences[UInt32(scalar)] = count
    }
    // The marker of the text is no piece; its bytes keep it apart from the marker of words.
    occurrences[Subwords.markerScalar] = nil
    let wanted = Double(occurrences.values.reduce(0, +)) * characterCoverage
    let sorted = occurrences.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var alphabet: [Unicode.Scalar] = []
    var covered = 0
    for (scalar, count) in sorted {
      if Double(covered) >= wanted || count < minimumCharacterCount
        || alphabet.count == vocabularySize - Subwords.minimumVocabularySize
      {
        break
      }
      covered += count
      if let scalar = Unicode.Scalar(scalar) { alphabet.append(scalar) }
    }
    return alphabet
  }
}

extension WordCounts {
  /// Calls `body` with every scalar of every word and the count of the word.
  fileprivate func forEachScalar(_ body: (UInt32, Int) -> Void) {
    words.bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<words.count where counts[index] > 0 {
        let word = UnsafeBufferPointer(rebasing: bytes[words.range(of: index)])
        var offset = 0
        while offset < word.count {
          let scalar = UTF8Scanner.scalar(word, at: offset)
          if let scalar { body(scalar.value, counts[index]) }
          offset += scalar?.length ?? 1
        }
      }
    }
  }
}
