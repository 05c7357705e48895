internal import Recipes
public import Seq2Seq
internal import Tokenization

/// How a shortlist is learned.
public struct ShortlistSettings: Sendable {
  /// Most translations of a source subword.
  public var translations = 50
  /// Target subwords, the most frequent ones, that are considered for every source.
  public var frequent = 100
  /// Pairs of a source and a target subword that are looked at; of a larger corpus lines are taken evenly.
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
  /// - Returns: the shortlist, how many pairs it was learned from, and what was read.
  /// - Throws: `DataError` for files that cannot be read or do not fit, and where no pair is as short as the model's
  ///   longest source.
  public func learnShortlist(
    from corpora: [CorpusSource], _ settings: ShortlistSettings = .init()
  ) throws -> (shortlist: Shortlist, pairs: Int, summaries: [CorpusSummary]) {
    try settings.validate()
    let (pairs, summaries) = try examples(corpora, cells: settings.cells)
    guard !pairs.isEmpty else {
      throw DataError(
        path: corpora[0].name,
        "all pairs are longer than \(description.maxLength) subwords, the longest that the model takes"
      )
    }
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
    return (shortlist, pairs.count, summaries)
  }

  /// Pairs in subwords, taken evenly from the corpora so that there are about so many cells.
  private func examples(
    _ corpora: [CorpusSource], cells: Int
  ) throws -> (pairs: [Example], summaries: [CorpusSummary]) {
    // A subword has about four bytes.
    let survey = CorpusReader(corpora)
    var expected = 0.0
    while try survey.next() {
      expected += Double(survey.source.count) * Double(survey.target.count) / 16
    }
    let share = min(1, Double(cells) / max(expected, 1))
    let encoder = SubwordEncoderPool(sourceSubwords)
    let targetEncoder = description.jointSubwords ? encoder : SubwordEncoderPool(targetSubwords)
    let reader = CorpusReader(corpora)
    var pairs: [Example] = []
    var (number, found) = (0.0, 0)
    while found < 2 * cells, try reader.next() {
      defer { number += 1 }
      guard Int((number + 1) * share) > Int(number * share) else { continue }
      let example = Example(
        source: encoder.encode(String(decoding: reader.source, as: UTF8.self)),
        target: targetEncoder.encode(String(decoding: reader.target, as: UTF8.self)))
      guard max(example.source.count, example.target.count) <= description.maxLength else {
        continue
      }
      pairs.append(example)
      found += example.source.count * example.target.count
    }
    return (pairs, survey.summaries)
  }
}
