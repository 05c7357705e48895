extension SearchOptions {
  /// Searches by the method of the options.
  ///
  /// - Parameters:
  ///   - sourceLengths: for each sentence of the scorer, what its greatest length follows from.
  ///   - sentenceNumbers: for each sentence a number to sample by, such as its line in the input.
  /// - Returns: the outputs of each sentence; see `BeamSearch.search` and `Sampling.sample`.
  public func search(
    _ scorer: any Scorer, marks: SearchMarks = SearchMarks(), sourceLengths: [Int],
    sentenceNumbers: [Int], keepsAttention: Bool = false
  ) -> [[Hypothesis]] {
    switch method {
    case .beam:
      BeamSearch(self, marks: marks, keepsAttention: keepsAttention)
        .search(scorer, sourceLengths: sourceLengths)
    case .sampling:
      Sampling(self, marks: marks, keepsAttention: keepsAttention)
        .sample(scorer, sourceLengths: sourceLengths, sentenceNumbers: sentenceNumbers)
    }
  }
}
