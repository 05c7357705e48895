/// BLEU as sacreBLEU 2 computes it, to every printed digit.
///
/// Papineni et al., "BLEU: a method for automatic evaluation of machine translation" (2002), with
/// the choices of Post, "A call for clarity in reporting BLEU scores" (2018): raw text in,
/// tokenized here, so that scores compare between systems; named in full by
/// `signature(references:)`.
///
/// ```swift
/// let score = try BLEU().score(hypotheses: lines, references: [referenceLines])
/// print(score)  // BLEU = 37.02 69.0/44.1/30.1/20.8 (BP = 1.000 ratio = 1.002 …)
/// ```
public struct BLEU: CorpusMetric, Equatable {
  /// The longest n-grams that are counted, in words.
  public static let order = 4

  /// The release of sacreBLEU that the scores and signatures equal; the golden tests are made with
  /// it.
  public static let sacreBLEUVersion = "2.6.0"

  /// How lines are cut into words.
  public var tokenization: Tokenization
  /// Whether case is taken no notice of.
  public var lowercase: Bool
  /// What becomes of n-gram orders without a match.
  public var smoothing: Smoothing
  /// Whether orders longer than every hypothesis are left out of the mean, which are 0 otherwise,
  /// as is the score then. sacreBLEU does so for scores of single sentences, where it is on always,
  /// and leaves it off for those of a corpus.
  public var effectiveOrder: Bool

  public init(
    tokenization: Tokenization = .v13a, lowercase: Bool = false,
    smoothing: Smoothing = .exponential, effectiveOrder: Bool = false
  ) {
    self.tokenization = tokenization
    self.lowercase = lowercase
    self.smoothing = smoothing
    self.effectiveOrder = effectiveOrder
  }

  public var name: String { "BLEU" }

  public var prefersGreater: Bool { true }

  /// Names everything that the score depends on, in sacreBLEU's words.
  ///
  /// - Parameter references: the number of references a line, nil where it differs from line to
  ///   line (see `referencesPerLine(_:)`).
  public func signature(references: Int?) -> String {
    [
      "nrefs:\(references.map(String.init) ?? "var")",
      "case:\(lowercase ? "lc" : "mixed")",
      "eff:\(effectiveOrder ? "yes" : "no")",
      "tok:\(tokenization.rawValue)",
      "smooth:\(smoothing.signature)",
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
    var counter = SegmentCounter(self)
    try Self.forEachSegment(
      hypotheses, references, text: { $0 }, body: { sum += counter.statistics($0, $1) })
    return score(sum)
  }

  /// The statistics of each segment, to be added up in any selection (see `score(_:)`), or scored
  /// one by one, with `effectiveOrder`, as sacreBLEU scores single sentences.
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
