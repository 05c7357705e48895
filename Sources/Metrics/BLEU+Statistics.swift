extension BLEU {
  /// What BLEU needs to know of a segment, or of many: statistics add up, scores do not.
  public struct Statistics: Sendable, Equatable {
    /// Words in the hypothesis.
    public var hypothesisLength = 0
    /// Words in the reference nearest to the hypothesis in length, the shorter of two as near.
    public var referenceLength = 0
    /// Matched n-grams, by order from 1.
    public var matches = SIMD4<Int>.zero
    /// The hypothesis' n-grams, by order from 1.
    public var totals = SIMD4<Int>.zero

    public init() {}

    public static func + (left: Self, right: Self) -> Self {
      var sum = left
      sum += right
      return sum
    }

    public static func += (left: inout Self, right: Self) {
      left.hypothesisLength += right.hypothesisLength
      left.referenceLength += right.referenceLength
      left.matches &+= right.matches
      left.totals &+= right.totals
    }
  }

  /// Counts segment after segment, reusing its tables.
  struct SegmentCounter {
    private let metric: BLEU
    private let tokenizer = Tokenizer13a()
    private var words = WordTable()
    private var ngrams = NgramTable()
    private var line: [UInt8] = []
    private var scratch: [UInt8] = []

    init(_ metric: BLEU) {
      self.metric = metric
    }

    mutating func statistics(
      _ hypothesis: String, _ references: some Sequence<String>
    ) -> Statistics {
      let hypothesis = wordIDs(of: hypothesis)
      let references = references.map { wordIDs(of: $0) }
      var statistics = Statistics()
      statistics.hypothesisLength = hypothesis.count
      statistics.referenceLength =
        references.map(\.count)
        .min { left, right in
          (abs(left - hypothesis.count), left) < (abs(right - hypothesis.count), right)
        } ?? 0
      for order in 0..<BLEU.order { statistics.totals[order] = max(0, hypothesis.count - order) }
      ngrams.startSegment(count: references.reduce(0) { $0 + $1.count } * BLEU.order)
      for reference in references { ngrams.addReference(reference, order: BLEU.order) }
      statistics.matches = ngrams.matches(hypothesis, order: BLEU.order)
      return statistics
    }

    private mutating func wordIDs(of text: String) -> [UInt32] {
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: text.utf8)
      if metric.lowercase { SegmentText.lowercase(&line) }
      SegmentText.stripEnd(&line)
      switch metric.tokenization {
      case .v13a: tokenizer.tokenize(&line, scratch: &scratch)
      case .none: break
      }
      var ids: [UInt32] = []
      ids.reserveCapacity(line.count / 4)
      SegmentText.forEachWord(in: line) { ids.append(words.id(of: $0, in: line)) }
      return ids
    }
  }
}
