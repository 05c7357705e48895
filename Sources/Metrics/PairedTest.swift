/// A test whether systems differ from a baseline by more than chance, as sacreBLEU's `--paired-bs`
/// and `--paired-ar` do it, with its numbers to every printed digit.
///
/// ```swift
/// let comparison = try PairedTest(.bootstrap).compare(
///   baseline: .init(name: "base.txt", hypotheses: base),
///   with: [.init(name: "new.txt", hypotheses: new)],
///   references: [reference], metrics: [BLEU()])
/// print(comparison.text())
/// ```
///
/// Three cases have no number there to equal. With seed 0 sacreBLEU draws anew every time. Randomized
/// with three references a line, TER ties with itself in many trials, and NumPy, which adds thirds
/// in an order that depends on the processor, takes some ties for larger differences; here exchanges
/// change edits alone. Randomized BLEU that adds a fraction to its counts (add-k) loses the fraction
/// in NumPy's integers.
public struct PairedTest: Sendable, Equatable {
  /// How chance is brought about.
  public enum Method: String, Sendable, CaseIterable {
    /// Both systems on corpora drawn anew from the segments (Koehn, "Statistical significance tests
    /// for machine translation evaluation", 2004).
    case bootstrap
    /// The two systems' segments exchanged at random (Riezler and Maxwell, "On some pitfalls in
    /// automatic evaluation and significance testing for MT", 2005).
    case approximateRandomization
  }

  /// A system's lines and what it is called.
  public struct System: Sendable {
    public var name: String
    /// One line a segment, raw text.
    public var hypotheses: [String]

    public init(name: String, hypotheses: [String]) {
      self.name = name
      self.hypotheses = hypotheses
    }
  }

  public let method: Method
  /// How many resamples or trials are drawn for each system.
  public let samples: Int
  /// How many resamples give the systems' intervals, nil for no intervals; a paired bootstrap test
  /// has them from its own resamples.
  public let intervalSamples: Int?
  /// What all draws follow from.
  public let seed: UInt64

  /// - Parameters:
  ///   - samples: 1 or more; nil for sacreBLEU's 1,000 resamples or 10,000 trials.
  ///   - intervalSamples: 1 or more, for approximate randomization alone; nil for no intervals.
  public init(
    _ method: Method, samples: Int? = nil, intervalSamples: Int? = nil,
    seed: UInt64 = Significance.defaultSeed
  ) {
    self.method = method
    self.seed = seed
    switch method {
    case .bootstrap:
      self.samples = samples ?? Significance.defaultResamples
      self.intervalSamples = self.samples
    case .approximateRandomization:
      self.samples = samples ?? Significance.defaultTrials
      self.intervalSamples = intervalSamples
    }
    precondition(self.samples > 0 && (self.intervalSamples ?? 1) > 0, "there is nothing to draw")
  }

  /// Scores the systems and compares each with the baseline.
  ///
  /// - Parameters:
  ///   - references: one list of lines a reference, nil where a line has no such reference.
  ///   - metrics: any number, of any kind.
  /// - Throws: `MetricError` as the metrics do.
  public func compare(
    baseline: System, with systems: [System], references: [[String?]],
    metrics: [any CorpusMetric]
  ) throws(MetricError) -> Comparison {
    let systems = [baseline] + systems
    var resampled: [any ResampledSystems] = []
    for metric in metrics {
      resampled.append(try Self.resampled(systems, references, metric))
    }
    let results =
      switch method {
      case .bootstrap: bootstrapped(resampled, systemCount: systems.count)
      case .approximateRandomization: randomized(resampled, systemCount: systems.count)
      }
    return Comparison(
      test: self,
      metrics: metrics.map { metric in
        let count = type(of: metric).referencesPerLine(references)
        let signature = metric.signature(references: count)
        return .init(name: metric.name, signature: self.signature(signature))
      },
      systems: zip(systems, results).map { .init(name: $0.name, results: $1) })
  }

  private static func resampled<Metric: CorpusMetric>(
    _ systems: [System], _ references: [[String?]], _ metric: Metric
  ) throws(MetricError) -> any ResampledSystems {
    var statistics: [[Metric.Statistics]] = []
    for system in systems {
      statistics.append(
        try metric.statistics(hypotheses: system.hypotheses, references: references))
    }
    return Significance.resampledSystems(statistics, metric: metric)
  }

  private func signature(_ signature: String) -> String {
    switch method {
    case .bootstrap:
      Significance.signature(signature, resamples: samples, seed: seed)
    case .approximateRandomization:
      Significance.signature(signature, resamples: intervalSamples, trials: samples, seed: seed)
    }
  }
}

extension PairedTest {
  /// Systems beside a baseline.
  public struct Comparison: Sendable, Equatable {
    /// A metric's name and its signature, the draws named in it.
    public struct Metric: Sendable, Equatable {
      public let name: String
      public let signature: String
    }

    /// A system and its result under each metric.
    public struct System: Sendable, Equatable {
      public let name: String
      public let results: [Result]
    }

    /// What a system reaches under a metric.
    public struct Result: Sendable, Equatable {
      /// The score of the corpus, on the metric's own scale.
      public let score: Double
      /// Where the score lies in corpora drawn anew; nil if not asked for.
      public let interval: ConfidenceInterval?
      /// How probable chance alone makes a difference from the baseline as large as this one, 0 to
      /// 1; nil for the baseline itself.
      public let pValue: Double?

      /// Whether chance makes such a difference at most one time in twenty.
      public var isSignificant: Bool { pValue.map { $0 <= 0.05 } ?? false }
    }

    /// How they were compared.
    public let test: PairedTest
    public let metrics: [Metric]
    /// The baseline, then the others.
    public let systems: [System]
  }
}
