public import Tensors

/// Text as a language model learns from it: one stretch that goes on and on, with the state carried from batch to
/// batch.
public struct StreamedText: TrainingData {
  /// All lines, each with its end mark.
  public let tokens: [TokenID]
  private let plan: StreamPlan
  /// Each stream's state, [streams, stateSize].
  private let memory: Tensor

  /// - Parameters:
  ///   - tokens: all lines, each with its end mark.
  ///   - stateSize: of the network.
  public init(tokens: [TokenID], stateSize: Int, config: TrainingConfig) {
    self.tokens = tokens
    plan = StreamPlan(
      tokens: tokens.count, streams: config.streams, steps: config.steps,
      isRandom: config.randomSteps, seed: config.seed)
    memory = Tensor(rows: config.streams, columns: stateSize)
  }

  public var count: Int { plan.length * plan.streams }
  public var weights: ExampleWeights? { nil }
  public var carried: Tensor? { memory }

  /// Of the stretch that begins at a token, as `plainExample` has it: windows are planned by the length of the text.
  public func lengths(_ index: Int) -> (source: Int, target: Int) { (0, stretch) }

  /// Tokens that stand for the text: with so many it does not matter that nothing is known of what was before.
  private var stretch: Int { min(200, tokens.count) }

  /// What follows a token of the text; it leaves the streams' states alone.
  public func plainExample(_ index: Int) -> LanguageExample {
    let first = min(index, tokens.count - stretch)
    return LanguageExample(of: tokens, first..<first + stretch)
  }

  public func plan(_ config: TrainingConfig, maximumCells: Int) throws -> any TrainingPlan {
    guard plan.length > 0 else {
      throw ConfigurationError(
        key: "training.streams",
        message: "is \(plan.streams), but the text has only \(tokens.count) tokens; lower it")
    }
    guard plan.streams * plan.longest <= maximumCells else {
      throw ConfigurationError(
        key: "training.streams",
        message: "\(plan.streams) times windows of \(plan.longest) tokens do not fit into "
          + "'training.memoryLimit' \(config.memoryLimit) MiB, which has room for \(maximumCells) tokens; lower "
          + "'training.streams' or 'training.steps', or raise the limit")
    }
    return plan
  }

  public func example(_ number: Int, using generator: inout RandomGenerator) -> LanguageExample {
    let window = StreamPlan.Window(number: number)
    let first = window.stream * plan.length + window.start
    return LanguageExample(
      of: tokens, first..<first + window.count,
      memory: memory.slice(window.stream..<window.stream + 1), isBeginning: window.start == 0)
  }
}
