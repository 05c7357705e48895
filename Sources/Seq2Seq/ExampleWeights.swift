/// How often examples are to be seen in an epoch, as runs of examples that are alike in that (a corpus
/// is one), so that it takes no memory an example.
public struct ExampleWeights: Sendable, Equatable {
  public struct Run: Sendable, Equatable {
    /// Examples.
    public var count: Int
    /// Expected copies of each in an epoch.
    public var weight: Float
  }

  public private(set) var runs: [Run] = []
  /// How many examples there are.
  public private(set) var count = 0

  public init() {}

  /// Adds examples behind those that are there.
  ///
  /// - Parameter weight: not negative.
  public mutating func append(_ weight: Float, count: Int) {
    precondition(weight >= 0 && weight.isFinite, "weights must not be negative")
    precondition(count >= 0, "\(count) examples")
    runs.append(Run(count: count, weight: weight))
    self.count += count
  }

  /// Whether each example comes once.
  var areAllOne: Bool { runs.allSatisfy { $0.weight == 1 || $0.count == 0 } }

  /// Expected examples of an epoch.
  var sum: Double { runs.reduce(0) { $0 + Double($1.weight) * Double($1.count) } }
}
