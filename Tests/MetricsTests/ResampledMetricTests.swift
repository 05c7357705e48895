import Metrics
import Testing

/// Rows of numbers are but another form of statistics.
struct ResampledMetricTests {
  private static let hypotheses = ["The cat sat on a mat.", "", "x y z", "Hello, wide world!"]
  private static let references: [[String?]] = [
    ["The cat sat on the mat.", "It is here.", "", "Hello, big wide world!"],
    ["A cat sat on a mat.", nil, "x y", nil],
  ]

  private func check<Metric: ResampledMetric>(_ metric: Metric) throws {
    let statistics = try metric.statistics(
      hypotheses: Self.hypotheses, references: Self.references)
    var (sum, row) = (Metric.Statistics(), [Double]())
    for segment in statistics {
      let numbers = metric.numbers(of: segment)
      #expect(metric.numbers(of: metric.statistics(of: numbers)) == numbers)
      sum += segment
      row = row.isEmpty ? numbers : zip(row, numbers).map(+)
    }
    #expect(metric.numbers(of: sum) == row)
    let exact = metric.score(sum).value
    let resampled =
      switch metric.resampleScore(of: row.map { Float($0) }) {
      case .single(let value): Double(value)
      case .double(let value): value
      }
    // Single precision is what a resample is scored in.
    #expect(abs(exact - resampled) <= 1e-5 * max(1, abs(exact)))
  }

  @Test func rowsAddUpToTheSameScore() throws {
    for smoothing in [BLEU.Smoothing.none, .floor(0.2), .addK(2), .exponential] {
      try check(BLEU(smoothing: smoothing))
      try check(BLEU(smoothing: smoothing, effectiveOrder: true))
    }
    try check(CHRF())
    try check(CHRF(characterOrder: 3, wordOrder: 2, beta: 3, epsilonSmoothing: true))
    try check(TER())
  }
}
