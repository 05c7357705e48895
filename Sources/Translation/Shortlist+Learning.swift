public import Seq2Seq
internal import Tokenization

/// How a shortlist is learned.
public struct ShortlistSettings: Sendable {
  /// Most translations of a source subword.
  public var translations = 50
  /// Target subwords, the most frequent ones, that are considered for every source.
  public var frequent = 100
  /// Pairs of subwords that are looked at; of a larger corpus lines are taken evenly.
  public var cells = 20_000_000

  /// What is less probable is no translation.
  static let leastProbability: Float = 0.00005

  public init() {}

  public func validate() throws {
    for (key, value, range) in [
      ("translations", translations, 1...10_000), ("frequent", frequent, 0...1_000_000),
    ] where !range.contains(value) {
      throw ConfigurationError(
        key: key, message: "is \(value); it must be \(range.lowerBound) to \(range.upperBound)")
    }
  }
}

extension TranslationModel {
  /// Learns which subwords translate which, from sentence pairs like those that the model was trained on; with what
  /// the folder of the model gets a shortlist.
  ///
  /// - Returns: the shortlist, and how many pairs it was learned from.
  public func learnShortlist(
    _ corpus: ParallelCorpus, _ settings: ShortlistSettings = .init()
  ) throws -> (shortlist: Shortlist, pairs: Int) {
    try settings.validate()
    let pairs = examples(corpus, cells: settings.cells)
    let table = LexicalTable(
      pairs, sourceVocabularySize: sourceSubwords.vocabularySize,
      targetVocabularySize: targetSubwords.vocabularySize)
    var counts = [Int](repeating: 0, count: targetSubwords.vocabularySize)
    for pair in pairs { for token in pair.target { counts[Int(token)] += 1 } }
    let frequent = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(settings.frequent)
    let shortlist = try Shortlist(
      always: Array(Set(frequent.map { TokenID($0) } + [Mark.end])),
      translations: table.translations(
        count: settings.translations, least: ShortlistSettings.leastProbability),
      vocabularySize: targetSubwords.vocabularySize, isJoint: description.jointSubwords)
    return (shortlist, pairs.count)
  }

  /// Pairs in subwords, taken evenly until there are so many cells.
  private func examples(_ corpus: ParallelCorpus, cells: Int) -> [Example] {
    let encoder = SubwordEncoderPool(sourceSubwords)
    let targetEncoder =
      description.jointSubwords ? encoder : SubwordEncoderPool(targetSubwords)
    func example(_ line: Int) -> Example {
      Example(
        source: encoder.encode(corpus.source(line)),
        target: targetEncoder.encode(corpus.target(line)))
    }
    let probed = min(1000, corpus.count)
    let mean =
      (0..<probed).reduce(0.0) { sum, number in
        let example = example(number * corpus.count / probed)
        return sum + Double(example.source.count * example.target.count)
      } / Double(max(probed, 1))
    let count = min(corpus.count, max(1, Int(Double(cells) / max(mean, 1))))
    return (0..<count).map { example($0 * corpus.count / count) }
  }
}
