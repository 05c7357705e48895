internal import Foundation

/// Measures cases, one after the other, against what the machine can do at most in the same run.
public final class Benchmark {
  public let settings: BenchmarkSettings
  private let ceiling: Ceiling

  /// - Parameter report: told in a line of what was measured besides.
  public init(_ settings: BenchmarkSettings, report: @escaping (String) -> Void = { _ in }) {
    precondition(settings.threads >= 1 && settings.seconds > 0)
    self.settings = settings
    ceiling = Ceiling(settings, report: report)
  }

  /// What a case comes to.
  ///
  /// - Throws: what keeps it from being measured: a model or file that cannot be read, say.
  public func figure(of item: BenchmarkCase) throws -> Figure {
    let passes = try item.prepare(settings).passes(seconds: settings.seconds)
    ceiling.refresh()
    return Figure(passes, item.measure) { ceiling.shortest($0) }
  }
}

/// What was measured of a case. Median over passes where not said otherwise.
public struct Figure: Sendable, Equatable {
  /// By the clock, in the case's unit.
  public let value: Spread
  /// The same by the processor time of all threads, which other programs on the machine touch little: a rate is by a
  /// processor second, a time is of the processor.
  public let processorValue: Double
  public let passes: Int
  /// What the figure could be at most (a time: at least), were the arithmetic all there is and as fast as a large
  /// product; nil for what is no arithmetic.
  public let bound: Double?
  /// The share of that which is reached: 1 is as fast as can be.
  public let ratio: Double?
  /// The same share by processor time.
  public let processorRatio: Double?

  package init(
    _ passes: [Pass], _ measure: BenchmarkCase.Measure, shortest: (Need) -> Ceiling.Shortest?
  ) {
    value = Spread(passes.map { measure.value(units: $0.done.units, seconds: $0.seconds) })
    processorValue =
      Spread(
        passes.map { measure.value(units: $0.done.units, seconds: $0.processorSeconds) }
      ).median
    self.passes = passes.count
    let bounds = passes.compactMap { pass in shortest(pass.done.need).map { (pass, $0) } }
    func median(_ number: (Pass, Ceiling.Shortest) -> Double) -> Double? {
      bounds.isEmpty ? nil : Spread(bounds.map { number($0.0, $0.1) }).median
    }
    bound = median { measure.value(units: $0.done.units, seconds: $1.clock) }
    ratio = median { $1.clock / $0.seconds }
    processorRatio = median { $1.processor / $0.processorSeconds }
  }
}
