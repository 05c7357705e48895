/// Translation edit rate as sacreBLEU 2 computes it, to every printed digit.
///
/// Snover et al., "A study of translation edit rate with targeted human annotation" (2006): the
/// words to be inserted, deleted or replaced, and the blocks of words to be moved, until a
/// hypothesis is a reference, in relation to the reference's length. Finding the fewest edits is
/// intractable, so a score depends on how they are sought. This is Tercom's search as sacreBLEU has
/// it (see `ShiftSearch`).
///
/// ```swift
/// let score = try TER().score(hypotheses: lines, references: [referenceLines])
/// print(score)  // TER = 48.37
/// ```
public struct TER: CorpusMetric, Equatable {
  /// Undo a few SGML entities and set off ASCII punctuation; with `asianSupport` set off Han as
  /// well.
  public var normalized: Bool
  /// Take no notice of the marks `.,?:;!"()`; with `asianSupport` of those of Chinese and Japanese
  /// too.
  public var removesPunctuation: Bool
  /// Extends the two options above; changes nothing without either.
  public var asianSupport: Bool
  /// Take notice of case.
  public var caseSensitive: Bool

  public init(
    normalized: Bool = false, removesPunctuation: Bool = false, asianSupport: Bool = false,
    caseSensitive: Bool = false
  ) {
    self.normalized = normalized
    self.removesPunctuation = removesPunctuation
    self.asianSupport = asianSupport
    self.caseSensitive = caseSensitive
  }

  public var name: String { "TER" }

  public var prefersGreater: Bool { false }

  /// Names everything that the score depends on, in sacreBLEU's words.
  ///
  /// - Parameter references: the number of references a line, nil where it differs from line to
  ///   line (see `referencesPerLine(_:)`).
  public func signature(references: Int?) -> String {
    func word(_ isOn: Bool) -> String { isOn ? "yes" : "no" }
    return [
      "nrefs:\(references.map(String.init) ?? "var")",
      "case:\(caseSensitive ? "mixed" : "lc")",
      "tok:tercom",
      "norm:\(word(normalized))",
      "punct:\(word(!removesPunctuation))",
      "asian:\(word(asianSupport))",
      "version:\(BLEU.sacreBLEUVersion)",
    ].joined(separator: "|")
  }

  /// The edits of each segment and the length that they relate to.
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
    var counter = SegmentCounter(self)
    var all: [Statistics] = []
    all.reserveCapacity(hypotheses.count)
    try Self.forEachSegment(hypotheses, references, text: \.self) {
      all.append(counter.statistics($0, $1))
    }
    return all
  }
}

extension TER {
  /// What TER needs to know of a segment, or of many.
  public struct Statistics: SegmentStatistics {
    /// Words inserted, deleted or replaced and blocks moved, towards the reference with the fewest.
    public var edits = 0
    /// Words in the references, their mean where a segment has several.
    public var referenceLength = 0.0

    public init() {}

    public static func += (left: inout Self, right: Self) {
      left.edits += right.edits
      left.referenceLength += right.referenceLength
    }
  }

  /// Counts segment after segment, reusing its tables.
  private struct SegmentCounter {
    private let tokenizer: TokenizerTercom
    private var search = ShiftSearch()
    private var words = WordTable()
    private var line: [UInt8] = []
    private var scratch: [UInt8] = []

    init(_ metric: TER) {
      tokenizer = TokenizerTercom(
        normalized: metric.normalized, removesPunctuation: metric.removesPunctuation,
        asianSupport: metric.asianSupport, lowercase: !metric.caseSensitive)
    }

    mutating func statistics(_ hypothesis: String, _ references: [String]) -> Statistics {
      tokenize(hypothesis)
      let hypothesis = wordIDs()
      var fewest = Int.max
      var words = 0
      for reference in references {
        tokenize(reference)
        // sacreBLEU tokenizes references twice, which is seen where one step makes way for an
        // earlier one: "Anna's," becomes "Anna's ," and then "Anna 's ,".
        if tokenizer.normalized { tokenizer.tokenizeAgain(&line, scratch: &scratch) }
        let reference = wordIDs()
        words += reference.count
        fewest = min(fewest, search.edits(from: hypothesis, to: reference))
      }
      var statistics = Statistics()
      statistics.edits = fewest
      statistics.referenceLength = Double(words) / Double(references.count)
      return statistics
    }

    private mutating func tokenize(_ text: String) {
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: text.utf8)
      tokenizer.tokenize(&line, scratch: &scratch)
    }

    private mutating func wordIDs() -> [UInt32] {
      var ids: [UInt32] = []
      ids.reserveCapacity(line.count / 4)
      SegmentText.forEachWord(in: line) { ids.append(words.id(of: $0, in: line)) }
      return ids
    }
  }
}
