/// Pairs of lines, each other's translations, as they are in their files.
///
/// Takes the memory of the text and 16 bytes a pair: it is for what a model is measured on. What it learns
/// from is streamed; see `CorpusBlocks`.
public struct ParallelCorpus: Sendable {
  /// What was read from each corpus, in the order of the recipe.
  public let summaries: [CorpusSummary]
  private let sources: CorpusLines
  private let targets: CorpusLines

  init(summaries: [CorpusSummary], sources: CorpusLines, targets: CorpusLines) {
    self.summaries = summaries
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

  /// Depends on every byte of every pair.
  public var fingerprint: String { summaries.fingerprint }
}
