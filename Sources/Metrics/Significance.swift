/// How far a score, or the difference of two, may be chance.
///
/// The numbers are those of sacreBLEU 2.6.0 under NumPy 2, to every printed digit: the same
/// segments are drawn in the same order, and what NumPy adds and scores in single precision is so
/// here.
public enum Significance {
  /// sacreBLEU's seed unless told.
  public static let defaultSeed: UInt64 = 12345
  /// How many resamples an interval or a paired bootstrap test takes unless told.
  public static let defaultResamples = 1000
  /// How many trials an approximate randomization test takes unless told.
  public static let defaultTrials = 10000

  /// The interval that the score of a corpus lies in, were its segments drawn anew from the same
  /// source (Efron, "Bootstrap methods: another look at the jackknife", 1979; Koehn, "Statistical
  /// significance tests for machine translation evaluation", 2004).
  ///
  /// - Parameters:
  ///   - statistics: of each segment, at least one; see
  ///     `CorpusMetric.statistics(hypotheses:references:)`.
  ///   - samples: how many corpora of as many segments are drawn, 1 or more.
  public static func bootstrap<Metric: CorpusMetric>(
    _ statistics: [Metric.Statistics], metric: Metric,
    samples: Int = defaultResamples, seed: UInt64 = defaultSeed
  ) -> ConfidenceInterval {
    let system = resampledSystems([statistics], metric: metric)
    var generator = NumPyGenerator(seed: seed)
    let scores = resampleScores([system], of: [0], samples: samples, from: &generator)
    return scores[0][0].interval(mean: .exact)
  }

  /// The signature of a metric with what was drawn, where sacreBLEU puts it:
  /// `nrefs:1|bs:1000|seed:12345|case:mixed|…`.
  ///
  /// - Parameters:
  ///   - signature: see `CorpusMetric.signature(references:)`.
  ///   - resamples: how many were drawn, for an interval or a paired bootstrap test.
  ///   - trials: how many an approximate randomization test took.
  public static func signature(
    _ signature: String, resamples: Int? = nil, trials: Int? = nil, seed: UInt64 = defaultSeed
  ) -> String {
    var fields = signature.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let drawn = [resamples.map { "bs:\($0)" }, trials.map { "ar:\($0)" }, "seed:\(seed)"]
    let place = fields.first?.hasPrefix("nrefs:") == true ? 1 : 0
    fields.insert(contentsOf: drawn.compactMap { $0 }, at: place)
    return fields.joined(separator: "|")
  }
}

/// Where the middle 95 % of the scores of resamples lie.
public struct ConfidenceInterval: Sendable, Equatable {
  /// The mean of the resamples' scores, on the metric's own scale.
  public let mean: Double
  /// Half the way from the lower end of the interval to the upper one.
  public let halfWidth: Double

  public init(mean: Double, halfWidth: Double) {
    self.mean = mean
    self.halfWidth = halfWidth
  }

  /// `37.10 ± 1.10`
  public func text(decimals: Int) -> String {
    "\(FixedPoint.text(mean, decimals)) ± \(FixedPoint.text(halfWidth, decimals))"
  }
}

extension CorpusScore {
  /// sacreBLEU's line with an interval after the score: `BLEU = 37.02 (μ = 37.10 ± 1.10)
  /// 69.0/44.1/…`.
  ///
  /// As there, an interval whose mean is 0 is left out.
  ///
  /// - Parameters:
  ///   - signature: see `Significance.signature(_:resamples:trials:seed:)`.
  ///   - decimals: of the score and its interval.
  public func line(signature: String?, decimals: Int, interval: ConfidenceInterval) -> String {
    let line = self.line(signature: signature, decimals: decimals)
    let marker = " = "
    guard interval.mean > 0, let equals = line.firstRange(of: marker) else { return line }
    let number = line[equals.upperBound...].prefix { $0 != " " }
    return """
      \(line[..<number.endIndex]) (μ = \(interval.text(decimals: decimals)))\
      \(line[number.endIndex...])
      """
  }
}
