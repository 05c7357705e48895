/// BLEU as sacreBLEU 2 computes it, to every printed digit.
///
/// Papineni et al., "BLEU: a method for automatic evaluation of machine translation" (2002), with
/// the choices of Post, "A call for clarity in reporting BLEU scores" (2018): raw text in, tokenized
/// here, so that scores compare between systems; named in full by `signature(references:)`.
///
/// ```swift
/// let score = try BLEU().score(hypotheses: lines, references: [referenceLines])
/// print(score)  // BLEU = 37.02 69.0/44.1/30.1/20.8 (BP = 1.000 ratio = 1.002 …)
/// ```
public struct BLEU: Sendable, Equatable {
  /// How a line is cut into words.
  public enum Tokenization: String, Sendable, CaseIterable {
    /// mteval-v13a, the usual choice for languages written with spaces.
    case v13a = "13a"
    /// White space alone, for text that is tokenized already.
    case none
  }

  /// What becomes of an n-gram order without a single match.
  public enum Smoothing: String, Sendable, CaseIterable {
    /// Its precision is 0, and so is the score.
    case none
    /// The k-th such order counts as 1/2^k matches (method 3 of Chen and Cherry, 2014).
    case exponential = "exp"
  }

  /// The longest n-grams that are counted, in words.
  public static let order = 4

  /// The release of sacreBLEU that the scores and signatures equal; the golden tests are made with it.
  public static let sacreBLEUVersion = "2.6.0"

  public var tokenization: Tokenization
  public var lowercase: Bool
  public var smoothing: Smoothing

  public init(
    tokenization: Tokenization = .v13a, lowercase: Bool = false,
    smoothing: Smoothing = .exponential
  ) {
    self.tokenization = tokenization
    self.lowercase = lowercase
    self.smoothing = smoothing
  }

  /// Names everything that the score depends on, in sacreBLEU's words.
  ///
  /// - Parameter references: the number of references a line.
  public func signature(references: Int) -> String {
    [
      "nrefs:\(references)",
      "case:\(lowercase ? "lc" : "mixed")",
      "eff:no",
      "tok:\(tokenization.rawValue)",
      "smooth:\(smoothing.rawValue)",
      "version:\(Self.sacreBLEUVersion)",
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
    try forEachSegment(hypotheses, references) { sum += $0 }
    return score(sum)
  }

  /// The statistics of each segment, to be added up in any selection (see `score(_:)`).
  ///
  /// Parameters and errors are those of `score(hypotheses:references:)`.
  public func statistics(
    hypotheses: [String], references: [[String]]
  ) throws(MetricError) -> [Statistics] {
    var all: [Statistics] = []
    all.reserveCapacity(hypotheses.count)
    try forEachSegment(hypotheses, references) { all.append($0) }
    return all
  }

  private func forEachSegment(
    _ hypotheses: [String], _ references: [[String]], _ body: (Statistics) -> Void
  ) throws(MetricError) {
    guard !references.isEmpty else { throw .noReferences }
    for (index, reference) in references.enumerated() where reference.count != hypotheses.count {
      throw .differingLineCounts(
        hypotheses: hypotheses.count, references: reference.count, reference: index + 1)
    }
    guard !hypotheses.isEmpty else { throw .noLines }
    var counter = SegmentCounter(self)
    for (index, hypothesis) in hypotheses.enumerated() {
      body(counter.statistics(hypothesis, references.lazy.map { $0[index] }))
    }
  }
}
