/// Beam search over all sentences of a scorer at once.
///
/// A sentence has `beam` places. Each step fills them with its best beginnings by log-probability; one
/// that ends keeps its place, so that the sentence goes on with fewer rows and is done when all
/// places are taken by outputs, when nothing alive can still come to a better score than the worst of
/// the `nbest` outputs found (an optimistic bound, so that nothing is lost by it), or at the greatest
/// length. Rows of a sentence lie side by side, best first; a sentence that is done leaves the batch.
/// With one place this is greedy search. What a sentence gets does not depend on the others.
public struct BeamSearch: Sendable {
  public var options: SearchOptions
  public var marks: SearchMarks
  /// Whether hypotheses bring their attention.
  public var keepsAttention: Bool

  public init(
    _ options: SearchOptions, marks: SearchMarks = SearchMarks(), keepsAttention: Bool = false
  ) {
    self.options = options
    self.marks = marks
    self.keepsAttention = keepsAttention
  }

  /// - Parameter sourceLengths: for each sentence of the scorer, what its greatest length follows from.
  /// - Returns: for each sentence at least one and at most `nbest` outputs, all different, best score
  ///   first. Only where no output ended, beginnings that were cut off stand in for it (`ended` is
  ///   false): at the greatest length, or where the scores leave nothing to go on with (all NaN).
  public func search(_ scorer: any Scorer, sourceLengths: [Int]) -> [[Hypothesis]] {
    precondition(options.beam >= 1 && options.nbest >= 1, "a beam without places")
    let sentenceCount = scorer.start()
    precondition(
      sentenceCount == sourceLengths.count,
      "\(sourceLengths.count) source lengths for \(sentenceCount) sentences")
    var run = BeamSearchRun(self, scorer, sourceLengths: sourceLengths)
    while run.isUnfinished { run.step() }
    return run.results
  }
}
