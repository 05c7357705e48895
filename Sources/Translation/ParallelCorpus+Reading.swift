public import Recipes

extension ParallelCorpus {
  /// Reads corpora, one after the other; see `CorpusReader` for what is left out.
  ///
  /// - Throws: `DataError` for a file that is missing or is no text, sides of different length, and
  ///   a corpus of which nothing can be used.
  public init(reading corpora: [CorpusSource]) throws(DataError) {
    let reader = CorpusReader(corpora)
    var (sources, targets) = (CorpusLines(), CorpusLines())
    while try reader.next() {
      sources.append(reader.source)
      targets.append(reader.target)
    }
    self.init(summaries: reader.summaries, sources: sources, targets: targets)
  }
}
