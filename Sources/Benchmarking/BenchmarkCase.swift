/// One thing that is measured.
public struct BenchmarkCase: Sendable {
  /// What a figure counts.
  public enum Measure: Sendable, Equatable {
    /// So many a second; more is better.
    case rate(String)
    /// Milliseconds for one; fewer are better.
    case milliseconds

    public var unit: String {
      switch self {
      case .rate(let things): "\(things)/s"
      case .milliseconds: "ms"
      }
    }

    /// - Parameters:
    ///   - units: things done.
    ///   - seconds: that they took.
    func value(units: Double, seconds: Double) -> Double {
      switch self {
      case .rate: units / seconds
      case .milliseconds: 1000 * seconds / units
      }
    }

    /// How many times as fast `value` is as `other`.
    public func speed(of value: Double, against other: Double) -> Double {
      self == .milliseconds ? other / value : value / other
    }
  }

  public let suite: BenchmarkSuite
  /// `suite/…`.
  public let name: String
  public let measure: Measure
  /// Makes everything that is needed for a pass, which is not measured.
  let prepare: @Sendable (BenchmarkSettings) throws -> Work

  init(
    _ suite: BenchmarkSuite, _ name: String, _ measure: Measure,
    prepare: @escaping @Sendable (BenchmarkSettings) throws -> Work
  ) {
    self.suite = suite
    self.name = "\(suite.rawValue)/\(name)"
    self.measure = measure
    self.prepare = prepare
  }

  /// All there are, suite by suite.
  public static let all: [BenchmarkCase] = BenchmarkSuite.allCases.flatMap(\.cases)

  /// The cases that a name means: of a suite, or those whose names begin so up to a `/` or their end.
  public static func named(_ name: String) -> [BenchmarkCase] {
    all.filter { $0.name == name || $0.name.hasPrefix(name + "/") }
  }
}

/// A case made ready.
struct Work {
  /// What a pass has done.
  struct Done {
    /// In things that the case's figure counts.
    var units: Double
    /// What these took at least.
    var need = Need()
    /// What counts of the time, in seconds; all of it where nil.
    var seconds: Double?
  }

  /// Does the work so many times over.
  let run: (_ times: Int) throws -> Done

  init(_ run: @escaping (_ times: Int) throws -> Done) { self.run = run }
}

/// What a piece of work needs of the machine at least.
struct Need: Sendable, Equatable {
  /// Multiplications and additions of 32-bit numbers, two for a multiply-add.
  var float = 0.0
  /// The same of 8-bit numbers.
  var int8 = 0.0
  /// Bytes of weights that must be read though they are multiplied but a few times.
  var bytes = 0.0
  /// Bytes that are read again and again, which tells in which cache they are.
  var workingSet = 0

  func times(_ count: Int) -> Need {
    Need(
      float: float * Double(count), int8: int8 * Double(count), bytes: bytes * Double(count),
      workingSet: workingSet)
  }

  static func += (left: inout Need, right: Need) {
    left.float += right.float
    left.int8 += right.int8
    left.bytes += right.bytes
    left.workingSet = max(left.workingSet, right.workingSet)
  }
}

/// Sendable because one worker has it at a time.
struct Lent<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
