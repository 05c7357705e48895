internal import Neural
internal import Tensors

/// What the machine can do at most, measured when it is first asked for, with the threads of the cases.
final class Ceiling {
  /// Work a second of the clock, and a second of processor time.
  struct Rate: Sendable, Equatable {
    var clock: Double
    var processor: Double
  }

  /// The shortest that something can take.
  struct Shortest: Sendable, Equatable {
    var clock: Double
    var processor: Double
  }

  /// Side of the square matrices whose product counts as what the arithmetic can do.
  static let side = 2048

  private let threads: Int
  private let seconds: Double
  private let report: (String) -> Void
  private var reading: [Int: Rate] = [:]

  /// - Parameter report: told of each rate that was measured.
  init(_ settings: BenchmarkSettings, report: @escaping (String) -> Void = { _ in }) {
    threads = settings.threads
    // A ceiling that is too low by chance would make every ratio too high.
    seconds = min(settings.seconds, 2)
    self.report = report
  }

  /// Floating-point operations a second of a packed product.
  lazy var float: Rate = {
    measured("float") { settings in ProductWork.float(Self.square, settings).work }
  }()

  /// Operations a second of a product with an 8-bit matrix.
  lazy var int8: Rate = {
    measured("int8") { settings in ProductWork.int8(Self.square, settings).work }
  }()

  private static var square: ProductShape { ProductShape(rows: side, columns: side, depth: side) }

  private func measured(_ kind: String, _ make: (BenchmarkSettings) -> Work) -> Rate {
    let settings = BenchmarkSettings(threads: threads, seconds: seconds)
    let rate = rate(make(settings)) { $0.float + $0.int8 }
    report(
      "\(kind) products of \(Self.side)x\(Self.side)x\(Self.side), \(threads) threads: "
        + "\(Int(rate.clock / 1e9)) GFLOP/s, \(Int(rate.processor / 1e9)) a processor second")
    return rate
  }

  private func rate(_ work: Work, of amount: (Need) -> Double) -> Rate {
    // What only multiplies cannot fail.
    let passes = (try? work.passes(seconds: seconds)) ?? []
    precondition(!passes.isEmpty, "a ceiling that was not measured")
    return Rate(
      clock: Spread(passes.map { amount($0.done.need) / $0.seconds }).median,
      processor: Spread(passes.map { amount($0.done.need) / $0.processorSeconds }).median)
  }

  /// Bytes a second at which all threads together read so many again and again.
  func reading(_ bytes: Int) -> Rate {
    if let known = reading[bytes] { return known }
    let settings = BenchmarkSettings(threads: threads, seconds: min(seconds, 0.3))
    let rate = rate(Self.reading(bytes, settings)) { $0.bytes }
    reading[bytes] = rate
    return rate
  }

  /// Each thread copies all of the memory, a stretch after the other, to where the first cache holds it.
  private static func reading(_ bytes: Int, _ settings: BenchmarkSettings) -> Work {
    let stretch = 2048
    let count = max(1, bytes / 4 / stretch)
    let source = Tensor(rows: count, columns: stretch)
    fill(source, with: 1)
    let targets = (0..<settings.threads).map { _ in Tensor(rows: 1, columns: stretch) }
    let workers = Workers(count: settings.threads)
    return Work { times in
      workers.run(targets.count) { thread in
        for _ in 0..<times {
          for row in 0..<count { copy(source.slice(row..<row + 1), to: targets[thread]) }
        }
      }
      precondition(targets.allSatisfy { $0[0, 0] == 1 })
      let all = Double(times * targets.count * source.count * 4)
      return Work.Done(units: all, need: Need(bytes: all))
    }
  }

  /// The shortest that work can take: as long as its arithmetic, or as long as reading its weights where that is
  /// longer. Nil for what is no arithmetic.
  func shortest(_ need: Need) -> Shortest? {
    guard need.float > 0 || need.int8 > 0 else { return nil }
    var shortest = Shortest(clock: 0, processor: 0)
    if need.float > 0 {
      shortest.clock += need.float / float.clock
      shortest.processor += need.float / float.processor
    }
    if need.int8 > 0 {
      shortest.clock += need.int8 / int8.clock
      shortest.processor += need.int8 / int8.processor
    }
    if need.bytes > 0 {
      let rate = reading(need.workingSet)
      shortest.clock = max(shortest.clock, need.bytes / rate.clock)
      shortest.processor = max(shortest.processor, need.bytes / rate.processor)
    }
    return shortest
  }
}
