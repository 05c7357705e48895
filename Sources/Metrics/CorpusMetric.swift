/// What a metric counts in a segment, or in many: counts add up, scores do not.
public protocol SegmentStatistics: Sendable, Equatable {
  /// Nothing counted.
  init()

  static func += (left: inout Self, right: Self)
}

/// A score of a corpus.
public protocol CorpusScore: Sendable {
  /// The number that stands for it, on the metric's own scale.
  var value: Double { get }

  /// sacreBLEU's line, with the signature if given.
  ///
  /// - Parameter decimals: of the score alone.
  func line(signature: String?, decimals: Int) -> String
}

/// A metric whose score of a corpus follows from counts summed over its segments, so that a corpus can be
/// drawn anew from its segments without looking at a line again.
public protocol CorpusMetric: Sendable {
  associatedtype Statistics: SegmentStatistics
  associatedtype Score: CorpusScore

  /// The metric with what its name tells of its parameters, as sacreBLEU prints it: BLEU, chrF2++, TER.
  var name: String { get }

  /// Whether the greater of two scores is the better one.
  var prefersGreater: Bool { get }

  /// Names everything that the score depends on, in sacreBLEU's words.
  ///
  /// - Parameter references: the number of references a line, nil where it differs from line to line.
  func signature(references: Int?) -> String

  /// The counts of each segment.
  ///
  /// - Parameters:
  ///   - hypotheses: one line a segment, raw text.
  ///   - references: one list of lines a reference, each as long as `hypotheses`; nil where a line has
  ///     no such reference.
  /// - Throws: `MetricError` when line counts differ, a line has no reference at all, or there are no
  ///   references or no lines.
  func statistics(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> [Statistics]

  /// The score of counts added up over a corpus.
  func score(_ sum: Statistics) -> Score
}

extension CorpusMetric {
  /// The score of a corpus; see `statistics(hypotheses:references:)`.
  public func score(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> Score {
    var sum = Statistics()
    for segment in try statistics(hypotheses: hypotheses, references: references) {
      sum += segment
    }
    return score(sum)
  }
}
