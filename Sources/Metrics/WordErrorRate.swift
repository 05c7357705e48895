/// Word and character error rate: the substitutions, deletions and insertions that make a
/// hypothesis of a reference, in relation to the reference's length.
///
/// The distance is Levenshtein's (1966); speech recognition is measured with it. Counts and
/// alignments are those of jiwer 4, which takes one reference; of several the one with the fewest
/// errors counts, the first of those, and the length is their mean, as for TER. For lines longer than
/// some 2,000 units jiwer goes over to another alignment with as few errors: rates stay alike, but
/// what is a substitution here may be a deletion and an insertion there.
///
/// ```swift
/// let score = try WordErrorRate().score(hypotheses: lines, references: [referenceLines])
/// print(score)  // WER = 12.50 (sub = 9 del = 2 ins = 1 correct = 85 ref_len = 96)
/// ```
public struct WordErrorRate: CorpusMetric, Equatable {
  /// What is counted.
  public enum Unit: String, Sendable, CaseIterable {
    /// Words, parted by white space: WER.
    case word
    /// Unicode scalars, white space within a line among them: CER. An accent that is a scalar of
    /// its own counts on its own, so both sides should be normalized alike.
    case character
  }

  /// The edition of these rules, raised whenever a score could change.
  public static let edition = 1

  public var unit: Unit
  /// Take no notice of case.
  public var lowercase: Bool
  /// Take no notice of punctuation: of scalars whose general category in Unicode is one of the P's.
  ///
  /// - Note: the categories are those of the Unicode version that Swift's library has; a mark
  ///   younger than the version that another tool knows is punctuation here and not there.
  public var removesPunctuation: Bool

  public init(
    unit: Unit = .word, lowercase: Bool = false, removesPunctuation: Bool = false
  ) {
    self.unit = unit
    self.lowercase = lowercase
    self.removesPunctuation = removesPunctuation
  }

  /// WER or CER.
  public var name: String {
    switch unit {
    case .word: "WER"
    case .character: "CER"
    }
  }

  public var prefersGreater: Bool { false }

  /// Names everything that the score depends on:
  /// `nrefs:1|case:mixed|punct:yes|unit:word|version:s2s.1`.
  ///
  /// - Parameter references: the number of references a line, nil where it differs from line to
  ///   line (see `referencesPerLine(_:)`).
  public func signature(references: Int?) -> String {
    [
      "nrefs:\(references.map(String.init) ?? "var")",
      "case:\(lowercase ? "lc" : "mixed")",
      "punct:\(removesPunctuation ? "no" : "yes")",
      "unit:\(unit.rawValue)",
      "version:s2s.\(Self.edition)",
    ].joined(separator: "|")
  }

  /// The counts of each segment. A segment whose reference is empty has nothing but insertions.
  ///
  /// - Parameters:
  ///   - hypotheses: one line a segment, raw text.
  ///   - references: one list of lines a reference, each as long as `hypotheses`; nil where a line
  ///     has no such reference.
  /// - Throws: `MetricError` when line counts differ, a line has no reference at all, there are no
  ///   references or no lines, or all references are empty, so that a rate relates to nothing.
  public func statistics(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> [Statistics] {
    var counter = SegmentCounter(self)
    var all: [Statistics] = []
    all.reserveCapacity(hypotheses.count)
    try Self.forEachSegment(hypotheses, references, text: \.self) {
      all.append(counter.statistics($0, $1))
    }
    guard all.contains(where: { $0.referenceLength > 0 }) else { throw .emptyReferences }
    return all
  }
}
