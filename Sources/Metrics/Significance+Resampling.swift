/// A metric that sacreBLEU has too and keeps as a row of numbers a segment.
///
/// It is resampled by the row and scored as NumPy 2 does it there, in single precision; the last
/// digits of means and intervals depend on it. Any other metric is added up and scored as it is for
/// a corpus.
package protocol ResampledMetric: CorpusMetric {
  /// The numbers counted in a segment, as many for each segment, in sacreBLEU's order.
  func numbers(of statistics: Statistics) -> [Double]

  /// The statistics with these numbers.
  func statistics(of numbers: [Double]) -> Statistics

  /// The score of numbers that were added up in single precision; see `SampleFormula`.
  func resampleScore(of sums: [Float]) -> ResampleScore
}

/// Systems under one metric, its types out of sight; the baseline is the first.
protocol ResampledSystems: Sendable {
  /// How many segments each system has.
  var segmentCount: Int { get }

  /// A system's score of the corpus.
  func score(of system: Int) -> Double

  /// A system's score of the segments drawn, each as often as it was.
  func resampleScore(of system: Int, drawing segments: [UInt32]) -> ResampleScore

  /// What is needed to exchange segments between the baseline and a system.
  func exchange(with system: Int) -> any SegmentExchange
}

/// Two systems whose segments are exchanged.
protocol SegmentExchange: Sendable {
  /// The difference of the two scores in each trial, without sign.
  func differences(_ trials: TrialBatch) -> [Double]
}

extension Significance {
  /// - Parameter statistics: of each segment, for each system.
  static func resampledSystems<Metric: CorpusMetric>(
    _ statistics: [[Metric.Statistics]], metric: Metric
  ) -> any ResampledSystems {
    if let metric = metric as? any ResampledMetric,
      let systems = numberedSystems(statistics, metric: metric)
    {
      return systems
    }
    return AddedSystems(statistics, metric: metric)
  }

  private static func numberedSystems<Metric: ResampledMetric>(
    _ statistics: Any, metric: Metric
  ) -> (any ResampledSystems)? {
    (statistics as? [[Metric.Statistics]]).map { NumberedSystems($0, metric: metric) }
  }

  /// The scores of the systems asked for, under each metric, over the same draws.
  ///
  /// A draw is held no longer than it takes to score it.
  static func resampleScores(
    _ metrics: [any ResampledSystems], of systems: some Collection<Int>, samples: Int,
    from generator: inout NumPyGenerator
  ) -> [[ResampleScores]] {
    precondition(samples > 0, "an interval takes at least one resample")
    var scores = metrics.map { _ in systems.map { _ in ResampleScores() } }
    let segmentCount = metrics.first?.segmentCount ?? 0
    var segments = [UInt32](repeating: 0, count: segmentCount)
    for _ in 0..<samples {
      generator.fill(&segments, below: UInt32(segmentCount))
      for (metric, resampled) in metrics.enumerated() {
        for (place, system) in systems.enumerated() {
          scores[metric][place].append(resampled.resampleScore(of: system, drawing: segments))
        }
      }
    }
    return scores
  }
}

/// Which segments a number of trials exchange: a bit a segment, set where the first of the
/// exchanged systems takes the baseline's.
struct TrialBatch {
  /// How many trials are drawn at a time; memory is bounded by so many bits a segment.
  static let capacity = 128

  /// How many words of 64 bits a trial has.
  let wordCount: Int
  /// How many trials were drawn.
  private(set) var count = 0
  /// The words of trial after trial, the first segment in the lowest bit; zero after the last
  /// segment.
  private(set) var words: [UInt64]
  private let segmentCount: Int

  init(segmentCount: Int) {
    self.segmentCount = segmentCount
    wordCount = (segmentCount + 63) / 64
    words = [UInt64](repeating: 0, count: wordCount * Self.capacity)
  }

  /// - Parameter count: of trials, up to `capacity`.
  mutating func draw(_ count: Int, from booleans: inout NumPyGenerator.Booleans) {
    self.count = count
    for trial in 0..<count {
      for word in 0..<wordCount {
        words[trial * wordCount + word] = booleans.next(min(64, segmentCount - word * 64))
      }
    }
  }

  /// Whether the bit of a segment is set.
  func takesBaseline(segment: Int, trial: Int) -> Bool {
    words[trial * wordCount + segment / 64] >> (segment % 64) & 1 == 1
  }
}

/// Systems under any metric: statistics are added segment by segment.
struct AddedSystems<Metric: CorpusMetric>: ResampledSystems {
  private let statistics: [[Metric.Statistics]]
  private let metric: Metric

  init(_ statistics: [[Metric.Statistics]], metric: Metric) {
    self.statistics = statistics
    self.metric = metric
  }

  var segmentCount: Int { statistics.first?.count ?? 0 }

  func score(of system: Int) -> Double {
    var sum = Metric.Statistics()
    for segment in statistics[system] { sum += segment }
    return metric.score(sum).value
  }

  func resampleScore(of system: Int, drawing segments: [UInt32]) -> ResampleScore {
    var sum = Metric.Statistics()
    for segment in segments { sum += statistics[system][Int(segment)] }
    return .double(metric.score(sum).value)
  }

  func exchange(with system: Int) -> any SegmentExchange {
    Exchange(baseline: statistics[0], system: statistics[system], metric: metric)
  }

  private struct Exchange: SegmentExchange {
    let baseline: [Metric.Statistics]
    let system: [Metric.Statistics]
    let metric: Metric

    func differences(_ trials: TrialBatch) -> [Double] {
      (0..<trials.count).map { trial in
        var first = Metric.Statistics()
        var second = Metric.Statistics()
        for segment in baseline.indices {
          let isBaseline = trials.takesBaseline(segment: segment, trial: trial)
          first += isBaseline ? baseline[segment] : system[segment]
          second += isBaseline ? system[segment] : baseline[segment]
        }
        return abs(metric.score(first).value - metric.score(second).value)
      }
    }
  }
}
