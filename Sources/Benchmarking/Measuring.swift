internal import Foundation

/// What a pass took.
package struct Pass {
  package let done: Work.Done
  /// By the clock.
  package let seconds: Double
  /// Of the processor, by all threads and by child processes that have ended; other programs are not in it.
  package let processorSeconds: Double

  package init(done: Work.Done, seconds: Double, processorSeconds: Double) {
    self.done = done
    self.seconds = seconds
    self.processorSeconds = processorSeconds
  }

  /// Does something and looks how long it takes.
  package init(_ body: () throws -> Work.Done) rethrows {
    let processor = Self.processorTime()
    let begin = ContinuousClock.now
    done = try body()
    // Never nothing, however coarse the clocks are.
    seconds = max(done.seconds ?? begin.duration(to: .now) / .seconds(1), 1e-9)
    processorSeconds = max(Self.processorTime() - processor, 1e-9)
  }

  private static func processorTime() -> Double {
    var own = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own)
    var children = rusage()
    // RUSAGE_CHILDREN, which systems' headers give different types.
    getrusage(-1, &children)
    return Double(own.tv_sec) + 1e-9 * Double(own.tv_nsec)
      + seconds(children.ru_utime) + seconds(children.ru_stime)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + 1e-6 * Double(time.tv_usec)
  }
}

extension Work {
  /// Fewest passes that are counted.
  package static let fewestPasses = 3
  /// Shortest pass, in seconds: what is over sooner is done several times in one.
  private static let shortestPass = 0.01

  /// Where work takes no time at all.
  private static let mostTimes = 1 << 30

  /// Passes within the time given, after those that warm up: memory is allocated then and caches are filled, and it
  /// is found out how often the work is to be done in a pass.
  package func passes(seconds: Double) throws -> [Pass] {
    let shortest = min(Self.shortestPass, seconds / 10)
    var times = 1
    let warming = ContinuousClock.now
    while true {
      let pass = try Pass { try run(times) }
      if pass.seconds < shortest, times < Self.mostTimes {
        let wanted = Double(times) * min(4, 1.2 * shortest / pass.seconds)
        times = Int(wanted) + 1
      } else if warming.duration(to: .now) > .seconds(seconds / 10) {
        break
      }
    }
    var passes: [Pass] = []
    let begin = ContinuousClock.now
    while passes.count < Self.fewestPasses || begin.duration(to: .now) < .seconds(seconds) {
      let pass = try Pass { try run(times) }
      guard pass.done.units > 0 else { throw BenchmarkError("a pass has done nothing") }
      passes.append(pass)
    }
    return passes
  }
}

/// The middle and the ends of what several passes gave.
public struct Spread: Sendable, Equatable {
  public let median: Double
  public let min: Double
  public let max: Double

  /// - Parameter values: at least one.
  package init(_ values: [Double]) {
    let sorted = values.sorted()
    let half = sorted.count / 2
    median = sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    min = sorted[0]
    max = sorted[sorted.count - 1]
  }
}
