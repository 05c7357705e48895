package import Neural
internal import Recipes
package import Tokenization

/// The first look at a run's training corpora: what is in them, and how often each word, if subwords
/// are to be learned.
package struct CorpusSurvey {
  package let summaries: [CorpusSummary]
  /// Words of the sources, and of the targets too where one vocabulary is for both.
  package private(set) var sources: WordCounts
  /// Words of the targets where they have a vocabulary of their own.
  package private(set) var targets: WordCounts

  /// Distinct words, and bytes of all of them, beyond which the rarest are forgotten: memory for learning subwords
  /// stays below half a gigabyte whatever the corpora.
  private static let mostWords = 1 << 20
  private static let mostBytes = 1 << 24

  /// Reads everything once, without counting words.
  ///
  /// - Parameter progress: told now and then how many pairs have been read.
  package init(_ corpora: [CorpusSource], progress: (Int) -> Void = { _ in }) throws {
    let reader = CorpusReader(corpora)
    var pairs = 0
    while try reader.next() {
      pairs += 1
      if pairs.isMultiple(of: 1 << 16) { progress(pairs) }
    }
    summaries = reader.summaries
    (sources, targets) = (WordCounts(), WordCounts())
  }

  /// Reads everything once and counts words, on all workers.
  ///
  /// - Parameter progress: told now and then how many pairs have been read.
  package init(
    _ corpora: [CorpusSource], counting learner: SubwordLearner, joint: Bool, workers: Workers,
    progress: (Int) -> Void = { _ in }
  ) throws {
    let none = WordCounts(normalizer: learner.normalizer)
    var (sources, targets) = (none, none)
    var pairs = 0
    summaries = try CorpusBlocks(corpora: corpora, workers: workers).read { block in
      var (sources, targets) = (none, none)
      for pair in 0..<block.count {
        block.sources.withLine(pair) { sources.add(utf8: $0) }
        block.targets.withLine(pair) {
          if joint { sources.add(utf8: $0) } else { targets.add(utf8: $0) }
        }
      }
      return (sources: sources, targets: targets, pairs: block.count)
    } use: { counted, _ in
      pairs += counted.pairs
      progress(pairs)
      sources.add(counted.sources)
      targets.add(counted.targets)
      sources.forgetRarest(beyond: Self.mostWords, bytes: Self.mostBytes)
      targets.forgetRarest(beyond: Self.mostWords, bytes: Self.mostBytes)
    }
    (self.sources, self.targets) = (sources, targets)
  }

  /// Lets go of the counts.
  mutating func forgetWords() { (sources, targets) = (WordCounts(), WordCounts()) }
}
