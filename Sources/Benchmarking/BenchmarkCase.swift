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
  package let prepare: @Sendable (BenchmarkSettings) throws -> Work

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
package struct Work {
  /// What a pass has done.
  package struct Done {
    /// In things that the case's figure counts.
    package var units: Double
    /// What these took at least.
    package var need: Need
    /// What counts of the time, in seconds; all of it where nil.
    package var seconds: Double?

    package init(units: Double, need: Need = Need(), seconds: Double? = nil) {
      self.units = units
      self.need = need
      self.seconds = seconds
    }
  }

  /// Does the work so many times over.
  package let run: (_ times: Int) throws -> Done

  package init(_ run: @escaping (_ times: Int) throws -> Done) { self.run = run }
}

/// What a piece of work needs of the machine at least.
package struct Need: Sendable, Equatable {
  /// Multiplications and additions of 32-bit numbers, two for a multiply-add.
  package var float: Double
  /// The same of 8-bit numbers.
  package var int8: Double
  /// Bytes of weights that must be read though they are multiplied but a few times.
  package var bytes: Double
  /// Bytes that are read again and again, which tells in which cache they are.
  package var workingSet: Int

  package init(
    float: Double = 0, int8: Double = 0, bytes: Double = 0, workingSet: Int = 0
  ) {
    self.float = float
    self.int8 = int8
    self.bytes = bytes
    self.workingSet = workingSet
  }

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
