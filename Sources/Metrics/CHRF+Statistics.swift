extension CHRF {
  /// The n-grams of one order.
  public struct NgramCounts: Sendable, Equatable {
    /// Those of the hypothesis; 0 where the reference has none to match.
    public var hypothesis = 0
    /// Those of the reference.
    public var reference = 0
    /// Those that are matched.
    public var matches = 0

    public init() {}
  }

  /// What chrF needs to know of a segment, or of many: statistics add up, scores do not.
  public struct Statistics: SegmentStatistics {
    /// Counts by order: of characters from 1, then of words from 1. Empty where nothing was
    /// counted.
    public var orders: [NgramCounts] = []

    public init() {}

    public static func += (left: inout Self, right: Self) {
      if left.orders.count < right.orders.count {
        let missing = right.orders.count - left.orders.count
        left.orders.append(contentsOf: repeatElement(NgramCounts(), count: missing))
      }
      for order in right.orders.indices {
        left.orders[order].hypothesis += right.orders[order].hypothesis
        left.orders[order].reference += right.orders[order].reference
        left.orders[order].matches += right.orders[order].matches
      }
    }
  }

  /// Counts segment after segment, reusing its tables.
  struct SegmentCounter {
    private let metric: CHRF
    private var reader: SegmentReader
    private var hypothesis = SegmentSymbols()
    private var reference = SegmentSymbols()
    private var characters = NgramTable()
    private var words = NgramTable()
    private var matches: [Int]  // by order, as in statistics

    init(_ metric: CHRF) {
      self.metric = metric
      reader = SegmentReader(metric)
      matches = Array(repeating: 0, count: metric.characterOrder + metric.wordOrder)
    }

    /// The counts against the reference that makes the best score, the first of several as good.
    mutating func statistics(_ hypothesis: String, _ references: [String]) -> Statistics {
      startSegment(hypothesis)
      var best = Statistics()
      guard references.count > 1 else {
        for reference in references { count(against: reference, into: &best) }
        return best
      }
      var bestScore = -1.0
      var statistics = Statistics()
      for reference in references {
        count(against: reference, into: &statistics)
        let score = metric.value(of: statistics)
        if score > bestScore {
          bestScore = score
          swap(&best, &statistics)
        }
      }
      return best
    }

    /// The n-grams of the hypothesis are those to be matched, so that they are entered into the
    /// tables once for all references.
    private mutating func startSegment(_ text: String) {
      reader.read(text, into: &hypothesis)
      let characterCount = hypothesis.characters.count
      let wordCount = hypothesis.words.count
      characters.startSegment(count: characterCount * metric.characterOrder)
      characters.add(hypothesis.characters, 0..<characterCount, order: metric.characterOrder)
      guard metric.wordOrder > 0 else { return }
      words.startSegment(count: wordCount * metric.wordOrder)
      words.add(hypothesis.words, 0..<wordCount, order: metric.wordOrder)
    }

    private mutating func count(against text: String, into statistics: inout Statistics) {
      reader.read(text, into: &reference)
      for order in matches.indices { matches[order] = 0 }
      characters.match(
        reference.characters, 0..<reference.characters.count, order: metric.characterOrder,
        into: &matches)
      if metric.wordOrder > 0 {
        words.match(
          reference.words, 0..<reference.words.count, order: metric.wordOrder, into: &matches,
          from: metric.characterOrder)
      }
      statistics.orders.removeAll(keepingCapacity: true)
      statistics.orders.reserveCapacity(matches.count)
      for order in 0..<metric.characterOrder {
        append(
          order, hypothesis.characters.count - order, reference.characters.count - order,
          to: &statistics)
      }
      for order in 0..<metric.wordOrder {
        append(
          metric.characterOrder + order, hypothesis.words.count - order,
          reference.words.count - order, to: &statistics)
      }
    }

    /// Appends the counts of an order, given how many n-grams would fit each side, if not below 0.
    private func append(
      _ order: Int, _ hypothesis: Int, _ reference: Int, to statistics: inout Statistics
    ) {
      var counts = NgramCounts()
      counts.hypothesis = reference > 0 ? max(0, hypothesis) : 0
      counts.reference = max(0, reference)
      counts.matches = matches[order]
      statistics.orders.append(counts)
    }
  }
}
