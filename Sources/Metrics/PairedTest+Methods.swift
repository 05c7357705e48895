extension PairedTest {
  /// Every system, the baseline among them, is scored over the same resamples.
  ///
  /// - Returns: a result for each metric, for each system.
  func bootstrapped(
    _ metrics: [any ResampledSystems], systemCount: Int
  ) -> [[Comparison.Result]] {
    var generator = NumPyGenerator(seed: seed)
    let scores = Significance.resampleScores(
      metrics, of: 0..<systemCount, samples: samples, from: &generator)
    return (0..<systemCount).map { system in
      zip(metrics, scores).map { metric, scores in
        Comparison.Result(
          score: metric.score(of: system),
          interval: scores[system].interval(mean: .pairwise),
          pValue: system == 0
            ? nil
            : scores[system].pValue(
              against: scores[0], difference: Self.difference(metric, system)))
      }
    }
  }

  /// Every system exchanges the same segments with the baseline.
  ///
  /// - Returns: a result for each metric, for each system.
  func randomized(
    _ metrics: [any ResampledSystems], systemCount: Int
  ) -> [[Comparison.Result]] {
    var booleans = NumPyGenerator.Booleans(seed: seed)
    let exceeding = exceedingTrials(metrics, systemCount: systemCount, from: &booleans)
    let intervals = self.intervals(metrics, systemCount: systemCount, after: booleans)
    return (0..<systemCount).map { system in
      metrics.indices.map { metric in
        Comparison.Result(
          score: metrics[metric].score(of: system),
          interval: intervals?[metric][system],
          pValue: system == 0
            ? nil
            : Significance.pValue(exceeding: exceeding[metric][system - 1], of: samples))
      }
    }
  }

  /// In how many trials two systems differ by more than they do, for each metric, for each system
  /// but the baseline; trials are drawn a batch at a time.
  private func exceedingTrials(
    _ metrics: [any ResampledSystems], systemCount: Int,
    from booleans: inout NumPyGenerator.Booleans
  ) -> [[Int]] {
    let others = 1..<systemCount
    let exchanges = metrics.map { metric in others.map { metric.exchange(with: $0) } }
    let differences = metrics.map { metric in others.map { Self.difference(metric, $0) } }
    var exceeding = metrics.map { _ in others.map { _ in 0 } }
    var batch = TrialBatch(segmentCount: metrics.first?.segmentCount ?? 0)
    for start in stride(from: 0, to: samples, by: TrialBatch.capacity) {
      batch.draw(min(TrialBatch.capacity, samples - start), from: &booleans)
      for metric in metrics.indices {
        for (place, exchange) in exchanges[metric].enumerated() {
          let actual = differences[metric][place]
          // A trial that differs as much as the systems do, as when nothing is exchanged, is not
          // counted.
          exceeding[metric][place] += exchange.differences(batch).count { $0 > actual }
        }
      }
    }
    return exceeding
  }

  /// The intervals beside a randomization test, for each metric, for each system; nil if not asked
  /// for.
  ///
  /// As in sacreBLEU, the baseline's resamples are the seed's first draws, those of the others
  /// follow the draws of the test.
  private func intervals(
    _ metrics: [any ResampledSystems], systemCount: Int, after booleans: NumPyGenerator.Booleans
  ) -> [[ConfidenceInterval]]? {
    guard let intervalSamples else { return nil }
    var first = NumPyGenerator(seed: seed)
    var next = booleans.end()
    let baseline = Significance.resampleScores(
      metrics, of: [0], samples: intervalSamples, from: &first)
    let others = Significance.resampleScores(
      metrics, of: 1..<systemCount, samples: intervalSamples, from: &next)
    return zip(baseline, others).map { ($0 + $1).map { $0.interval(mean: .pairwise) } }
  }

  private static func difference(_ metric: any ResampledSystems, _ system: Int) -> Double {
    abs(metric.score(of: 0) - metric.score(of: system))
  }
}
