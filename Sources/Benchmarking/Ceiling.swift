internal import Neural
internal import Tensors

/// What the machine can do at most, measured with the threads of the cases when it is first asked for, and again
/// where it may have changed: on a shared machine the next minute is another.
package final class Ceiling {
  /// Work a second of the clock, and a second of processor time.
  struct Rate: Sendable, Equatable {
    var clock: Double
    var processor: Double
  }

  /// The shortest that something can take, in seconds.
  package struct Shortest: Sendable, Equatable {
    package var clock: Double
    package var processor: Double

    package init(clock: Double, processor: Double) {
      self.clock = clock
      self.processor = processor
    }
  }

  private enum Kind: Hashable {
    case float, int8
    /// Reading so many bytes again and again.
    case reading(Int)
  }

  /// Side of the square matrices whose product counts as what the arithmetic can do.
  static let side = 2048
  /// Seconds after which a rate is measured anew.
  private static let age = 10.0

  private let threads: Int
  private let seconds: Double
  private let report: (String) -> Void
  private var known: [Kind: (rate: Rate, since: ContinuousClock.Instant)] = [:]
  private var reported: Set<Kind> = []

  /// - Parameter report: told of each product that is measured, when it is first.
  package init(_ settings: BenchmarkSettings, report: @escaping (String) -> Void = { _ in }) {
    threads = settings.threads
    seconds = min(settings.seconds, 1)
    self.report = report
  }

  /// Forgets what is too old; to be called between cases.
  func refresh() {
    known = known.filter { $0.value.since.duration(to: .now) < .seconds(Self.age) }
  }

  /// The shortest that work can take: as long as its arithmetic, or as long as reading its weights where that is
  /// longer. Nil for what is no arithmetic.
  package func shortest(_ need: Need) -> Shortest? {
    guard need.float > 0 || need.int8 > 0 else { return nil }
    var shortest = Shortest(clock: 0, processor: 0)
    for (kind, operations) in [(Kind.float, need.float), (.int8, need.int8)] where operations > 0 {
      let rate = rate(kind)
      shortest.clock += operations / rate.clock
      shortest.processor += operations / rate.processor
    }
    if need.bytes > 0 {
      let rate = rate(.reading(need.workingSet))
      shortest.clock = max(shortest.clock, need.bytes / rate.clock)
      shortest.processor = max(shortest.processor, need.bytes / rate.processor)
    }
    return shortest
  }

  private func rate(_ kind: Kind) -> Rate {
    if let known = known[kind] { return known.rate }
    let settings = BenchmarkSettings(threads: threads, seconds: seconds)
    let square = ProductShape(rows: Self.side, columns: Self.side, depth: Self.side)
    let rate: Rate
    switch kind {
    case .float: rate = measured(ProductWork.float(square, settings).work) { $0.float }
    case .int8: rate = measured(ProductWork.int8(square, settings).work) { $0.int8 }
    case .reading(let bytes): rate = measured(Self.reading(bytes, settings)) { $0.bytes }
    }
    known[kind] = (rate, .now)
    tell(kind, rate)
    return rate
  }

  private func tell(_ kind: Kind, _ rate: Rate) {
    if case .reading = kind { return }
    guard reported.insert(kind).inserted else { return }
    report(
      "\(kind) products of \(Self.side)x\(Self.side)x\(Self.side), \(threads) threads: "
        + "\(Int(rate.clock / 1e9)) GFLOP/s, \(Int(rate.processor / 1e9)) a processor second")
  }

  private func measured(_ work: Work, of amount: (Need) -> Double) -> Rate {
    // What only multiplies and reads cannot fail.
    let passes = (try? work.passes(seconds: seconds)) ?? []
    precondition(!passes.isEmpty, "a ceiling that was not measured")
    return Rate(
      clock: Spread(passes.map { amount($0.done.need) / $0.seconds }).median,
      processor: Spread(passes.map { amount($0.done.need) / $0.processorSeconds }).median)
  }

  /// Each thread reads all of the memory, and all the same.
  private static func reading(_ bytes: Int, _ settings: BenchmarkSettings) -> Work {
    let source = Tensor(rows: 1, columns: max(1, bytes / 4))
    source[0, 0] = 1
    let workers = Workers(count: settings.threads)
    return Work { [threads = settings.threads] times in
      let totals = workers.map(threads) { _ in
        var sum: Float = 0
        // What is read hangs on the sum so far: the compiler would read it once where it is the same each time.
        for _ in 0..<times { sum += total(of: source.slice(0..<(sum < 0 ? 0 : 1))) }
        return sum
      }
      precondition(totals.allSatisfy { $0 > 0 })
      let all = Double(times * threads * source.count * 4)
      return Work.Done(units: all, need: Need(bytes: all))
    }
  }
}
