/// chrF and chrF++ as sacreBLEU 2 computes them, to every printed digit.
///
/// The F-score of character n-grams: Popović, "chrF: character n-gram F-score for automatic MT
/// evaluation" (2015); with word n-grams, which make it chrF++: Popović, "chrF++: words helping
/// character n-grams" (2017). Raw text in; `signature(references:)` names every choice.
///
/// ```swift
/// let score = try CHRF(wordOrder: 2).score(hypotheses: lines, references: [referenceLines])
/// print(score)  // chrF2++ = 61.52
/// ```
///
/// Characters are Unicode scalars, as in Python: an accent that is written apart counts as one.
public struct CHRF: CorpusMetric, Equatable {
  /// The longest character n-grams that are counted; 0 counts none.
  public let characterOrder: Int
  /// The longest word n-grams that are counted; 0 counts none, 2 makes chrF++.
  public let wordOrder: Int
  /// How many times as much recall weighs as precision.
  public let beta: Int
  /// Whether case is taken no notice of.
  public let lowercase: Bool
  /// Whether white space counts as characters, that at the ends of the line too; otherwise it is
  /// taken out before.
  public let whitespace: Bool
  /// Whether the score is the mean of the F-scores of all orders, with a tiny number for those that
  /// are not there, as chrF++.py, Moses and NLTK have it; otherwise it is the F-score of the mean
  /// precision and recall of the orders that hypotheses and references both have.
  public let epsilonSmoothing: Bool

  /// Creates the metric; the defaults are chrF2 of sacreBLEU.
  ///
  /// - Precondition: no order is negative, and one is above 0.
  public init(
    characterOrder: Int = 6, wordOrder: Int = 0, beta: Int = 2, lowercase: Bool = false,
    whitespace: Bool = false, epsilonSmoothing: Bool = false
  ) {
    precondition(characterOrder >= 0 && wordOrder >= 0, "an order is negative")
    precondition(characterOrder > 0 || wordOrder > 0, "there is nothing to count")
    self.characterOrder = characterOrder
    self.wordOrder = wordOrder
    self.beta = beta
    self.lowercase = lowercase
    self.whitespace = whitespace
    self.epsilonSmoothing = epsilonSmoothing
  }

  /// chrF with beta, and a plus sign for each word order: chrF2, chrF2++.
  public var name: String {
    "chrF\(beta)" + String(repeating: "+", count: wordOrder)
  }

  public var prefersGreater: Bool { true }

  /// Names everything that the score depends on, in sacreBLEU's words, but for beta and the plus
  /// signs, which are part of the name.
  ///
  /// - Parameter references: the number of references a line, nil where it differs from line to
  ///   line (see `referencesPerLine(_:)`).
  public func signature(references: Int?) -> String {
    [
      "nrefs:\(references.map(String.init) ?? "var")",
      "case:\(lowercase ? "lc" : "mixed")",
      "eff:\(epsilonSmoothing ? "no" : "yes")",
      "nc:\(characterOrder)",
      "nw:\(wordOrder)",
      "space:\(whitespace ? "yes" : "no")",
      "version:\(BLEU.sacreBLEUVersion)",
    ].joined(separator: "|")
  }

  /// The score of a corpus.
  ///
  /// - Parameters:
  ///   - hypotheses: one line a segment, raw text.
  ///   - references: one list of lines a reference, each as long as `hypotheses`.
  /// - Throws: `MetricError` when line counts differ, or there are no references or no lines.
  public func score(hypotheses: [String], references: [[String]]) throws(MetricError) -> Score {
    var sum = Statistics()
    var counter = SegmentCounter(self)
    try Self.forEachSegment(
      hypotheses, references, text: { $0 }, body: { sum += counter.statistics($0, $1) })
    return score(sum)
  }

  /// The statistics of each segment, to be added up in any selection, or scored one by one (see
  /// `score(_:)`).
  ///
  /// Parameters and errors are those of `score(hypotheses:references:)`.
  public func statistics(
    hypotheses: [String], references: [[String]]
  ) throws(MetricError) -> [Statistics] {
    try statistics(hypotheses, references, text: { $0 })
  }

  /// The statistics of each segment, where not every line has every reference.
  ///
  /// - Parameters:
  ///   - hypotheses: one line a segment, raw text.
  ///   - references: one list of lines a reference, each as long as `hypotheses`; nil where a line
  ///     has no such reference.
  /// - Throws: `MetricError` when line counts differ, a line has no reference at all, or there are
  ///   no references or no lines.
  public func statistics(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> [Statistics] {
    try statistics(hypotheses, references, text: { $0 })
  }

  @inline(__always)
  private func statistics<Reference>(
    _ hypotheses: [String], _ references: [[Reference]], text: (Reference) -> String?
  ) throws(MetricError) -> [Statistics] {
    var all: [Statistics] = []
    all.reserveCapacity(hypotheses.count)
    var counter = SegmentCounter(self)
    try Self.forEachSegment(hypotheses, references, text: text) {
      all.append(counter.statistics($0, $1))
    }
    return all
  }
}
