extension BLEU {
  /// What BLEU needs to know of a segment, or of many: statistics add up, scores do not.
  public struct Statistics: SegmentStatistics {
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
    private var tokenizer: SegmentTokenizer
    private var words = WordTable()
    private var ngrams = NgramTable()
    private var hypothesis: [UInt32] = []
    private var references: [UInt32] = []  // the words of all, one after the other
    private var lengths: [Int] = []  // of each reference
    private var matches = [Int](repeating: 0, count: BLEU.order)

    init(_ metric: BLEU) {
      tokenizer = SegmentTokenizer(metric.tokenization, lowercase: metric.lowercase)
    }

    mutating func statistics(_ hypothesis: String, _ references: [String]) -> Statistics {
      read(hypothesis, references)
      let length = self.hypothesis.count
      var statistics = Statistics()
      statistics.hypothesisLength = length
      statistics.referenceLength = nearest(to: length)
      countMatches()
      for order in 0..<BLEU.order {
        statistics.totals[order] = max(0, length - order)
        statistics.matches[order] = matches[order]
      }
      return statistics
    }

    private mutating func read(_ hypothesis: String, _ references: [String]) {
      self.hypothesis.removeAll(keepingCapacity: true)
      self.references.removeAll(keepingCapacity: true)
      lengths.removeAll(keepingCapacity: true)
      tokenizer.tokenize(hypothesis)
      SegmentText.forEachWord(in: tokenizer.line) {
        self.hypothesis.append(words.id(of: $0, in: tokenizer.line))
      }
      for reference in references {
        let start = self.references.count
        tokenizer.tokenize(reference)
        SegmentText.forEachWord(in: tokenizer.line) {
          self.references.append(words.id(of: $0, in: tokenizer.line))
        }
        lengths.append(self.references.count - start)
      }
    }

    private func nearest(to length: Int) -> Int {
      lengths.min { left, right in
        (abs(left - length), left) < (abs(right - length), right)
      } ?? 0
    }

    private mutating func countMatches() {
      ngrams.startSegment(count: references.count * BLEU.order)
      var start = 0
      for length in lengths {
        ngrams.add(references, start..<start + length, order: BLEU.order)
        start += length
      }
      for order in 0..<BLEU.order { matches[order] = 0 }
      ngrams.match(hypothesis, 0..<hypothesis.count, order: BLEU.order, into: &matches)
    }
  }
}
