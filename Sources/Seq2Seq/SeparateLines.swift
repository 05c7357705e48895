public import Tensors

/// Text as a language model learns from it: lines that have nothing to do with each other.
public struct SeparateLines: TrainingData {
  private let tokens: [TokenID]
  /// Where each line begins, and where the last one ends.
  private let starts: [Int]
  public let weights: ExampleWeights?
  private let cutAgain: (@Sendable (ArraySlice<TokenID>, inout RandomGenerator) -> [TokenID])?

  /// - Parameters:
  ///   - tokens: all lines, without marks.
  ///   - starts: where each begins, and where the last one ends.
  ///   - weights: how often each is to be seen; nil when each comes once.
  ///   - cutAgain: cuts a line anew, by chance (BPE-dropout); nil where lines stay as they are.
  public init(
    tokens: [TokenID], starts: [Int], weights: ExampleWeights? = nil,
    cutAgain: (@Sendable (ArraySlice<TokenID>, inout RandomGenerator) -> [TokenID])? = nil
  ) {
    self.tokens = tokens
    self.starts = starts
    self.weights = weights
    self.cutAgain = cutAgain
  }

  public init(_ lines: [[TokenID]], weights: ExampleWeights? = nil) {
    var starts = [0]
    for line in lines { starts.append(starts[starts.count - 1] + line.count) }
    self.init(tokens: lines.flatMap(\.self), starts: starts, weights: weights)
  }

  public var count: Int { starts.count - 1 }

  public func lengths(_ index: Int) -> (source: Int, target: Int) {
    (0, starts[index + 1] - starts[index] + 1)
  }

  public func plainExample(_ index: Int) -> LanguageExample {
    LanguageExample(line: Array(tokens[starts[index]..<starts[index + 1]]))
  }

  public func example(_ index: Int, using generator: inout RandomGenerator) -> LanguageExample {
    let line = tokens[starts[index]..<starts[index + 1]]
    return LanguageExample(line: cutAgain?(line, &generator) ?? Array(line))
  }
}
