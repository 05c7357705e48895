import Metrics

/// A metric that takes its numbers from a golden file: a line "system segment" says which.
struct StandInMetric: ResampledMetric {
  struct Statistics: SegmentStatistics {
    var numbers: [Double] = []

    static func += (left: inout Self, right: Self) {
      if left.numbers.isEmpty {
        left = right
      } else {
        for index in left.numbers.indices { left.numbers[index] += right.numbers[index] }
      }
    }
  }

  struct Score: CorpusScore {
    let value: Double
    let line: @Sendable (_ head: String, _ decimals: Int) -> String
    let name: String

    func line(signature: String?, decimals: Int) -> String {
      line(signature.map { "\(name)|\($0)" } ?? name, decimals)
    }
  }

  /// The golden file's name of it.
  let kind: String
  let name: String
  let signature: String
  /// The numbers of each segment, for each system.
  let numbers: [[[Double]]]

  var prefersGreater: Bool { kind != "ter" }

  func signature(references: Int?) -> String { signature }

  func statistics(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> [Statistics] {
    hypotheses.map { line in
      let place = line.split(separator: " ").map { Int($0)! }
      return Statistics(numbers: numbers[place[0]][place[1]])
    }
  }

  func score(_ sum: Statistics) -> Score {
    let value = value(of: sum.numbers)
    if kind == "bleu" {
      let bleu = BLEU().score(Self.bleuStatistics(sum.numbers))
      return Score(
        value: bleu.value,
        line: { head, decimals in
          head + String(bleu.line(decimals: decimals).dropFirst("BLEU".count))
        }, name: name)
    }
    return Score(
      value: value, line: { "\($0) = \(Self.fixed(value, $1))" }, name: name)
  }

  func numbers(of statistics: Statistics) -> [Double] { statistics.numbers }

  func statistics(of numbers: [Double]) -> Statistics { Statistics(numbers: numbers) }

  func resampleScore(of sums: [Float]) -> ResampleScore {
    switch kind {
    case "chrf", "chrf++": SampleFormula.chrF(sums).map { .single($0) } ?? .double(0)
    case "chrf eps":
      SampleFormula.chrF(sums, beta: 3, epsilonSmoothing: true).map { .single($0) } ?? .double(0)
    case "ter": SampleFormula.ter(sums).map { .single($0) } ?? .double(sums[0] > 0 ? 100 : 0)
    default: .double(bleu(sums))
    }
  }

  private func value(of sums: [Double]) -> Double {
    switch kind {
    case "chrf", "chrf++": SampleFormula.chrF(sums) ?? 0
    case "chrf eps": SampleFormula.chrF(sums, beta: 3, epsilonSmoothing: true) ?? 0
    case "ter": SampleFormula.ter(sums) ?? (sums[0] > 0 ? 100 : 0)
    default: bleu(sums)
    }
  }

  private func bleu<Number: BinaryFloatingPoint>(_ sums: [Number]) -> Double {
    switch kind {
    case "bleu none": SampleFormula.bleu(sums, smoothing: .none)
    case "bleu floor": SampleFormula.bleu(sums, smoothing: .floor(0.1))
    case "bleu add-k": SampleFormula.bleu(sums, smoothing: .addK(1))
    case "bleu add-k 0.3": SampleFormula.bleu(sums, smoothing: .addK(0.3))
    case "bleu effective": SampleFormula.bleu(sums, effectiveOrder: true)
    default: SampleFormula.bleu(sums)
    }
  }

  static func bleuStatistics(_ numbers: [Double]) -> BLEU.Statistics {
    var statistics = BLEU.Statistics()
    statistics.hypothesisLength = Int(numbers[0])
    statistics.referenceLength = Int(numbers[1])
    for order in 0..<4 {
      statistics.matches[order] = Int(numbers[2 + order])
      statistics.totals[order] = Int(numbers[6 + order])
    }
    return statistics
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    ConfidenceInterval(mean: value, halfWidth: 0).text(decimals: decimals)
      .split(separator: " ").first.map(String.init) ?? ""
  }
}

/// The same numbers under a metric that knows nothing of resampling.
struct PlainStandIn: CorpusMetric {
  let standIn: StandInMetric

  var name: String { standIn.name }
  var prefersGreater: Bool { standIn.prefersGreater }

  func signature(references: Int?) -> String {
    references.map { "nrefs:\($0)" } ?? "nrefs:var"
  }

  func statistics(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> [StandInMetric.Statistics] {
    try standIn.statistics(hypotheses: hypotheses, references: references)
  }

  func score(_ sum: StandInMetric.Statistics) -> StandInMetric.Score { standIn.score(sum) }
}
