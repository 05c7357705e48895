internal import Seq2Seq

/// Pairs of lines, each other's translations, as they are in their files.
///
/// Takes the memory of the text and 16 bytes a pair, plus 4 where corpora have weights.
public struct ParallelCorpus: Sendable {
  /// What was read from each corpus, in the order of the recipe.
  public let summaries: [CorpusSummary]
  /// Expected copies of each pair in an epoch; nil when all are 1.
  public let weights: [Float]?
  private let sources: CorpusLines
  private let targets: CorpusLines

  init(
    summaries: [CorpusSummary], weights: [Float]?, sources: CorpusLines, targets: CorpusLines
  ) {
    self.summaries = summaries
    self.weights = weights
    self.sources = sources
    self.targets = targets
  }

  /// How many pairs there are.
  public var count: Int { sources.count }

  public func source(_ index: Int) -> String { String(decoding: sources[index], as: UTF8.self) }

  public func target(_ index: Int) -> String { String(decoding: targets[index], as: UTF8.self) }

  /// UTF-8 of a source line, sharing the corpus's memory.
  public func sourceBytes(_ index: Int) -> ArraySlice<UInt8> { sources[index] }

  /// UTF-8 of a target line, sharing the corpus's memory.
  public func targetBytes(_ index: Int) -> ArraySlice<UInt8> { targets[index] }

  /// 16 hexadecimal digits that depend on every byte of every pair: the corpus's own where there is
  /// one, else FNV-1a over those of all.
  public var fingerprint: String {
    if summaries.count == 1 { return summaries[0].fingerprint }
    var hash = CorpusFingerprint()
    for summary in summaries { hash.add(summary.fingerprint.utf8) }
    return hash.digits
  }
}
