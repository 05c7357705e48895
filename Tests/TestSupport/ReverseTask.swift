public import Seq2Seq
public import Tensors

/// Sequences of a few symbols, to be said backwards: what attention learns in seconds.
public struct ReverseTask: TrainingData {
  public static let vocabularySize = 20
  public let examples: [Example]
  public let weights: ExampleWeights?
  /// Probability that a source symbol is doubled when an example is handed out: a chance as BPE-dropout's.
  public let doubling: Float

  public init(
    count: Int, lengths: ClosedRange<Int> = 3...6, weights: ExampleWeights? = nil,
    doubling: Float = 0,
    seed: UInt64 = 1
  ) {
    var generator = RandomGenerator(seed: seed, stream: 0x7E5)
    examples = (0..<count).map { _ in
      let length = Int.random(in: lengths, using: &generator)
      let source = (0..<length).map { _ in
        TokenID.random(in: 2..<TokenID(Self.vocabularySize), using: &generator)
      }
      return Example(source: source, target: source.reversed())
    }
    self.weights = weights
    self.doubling = doubling
  }

  public var count: Int { examples.count }

  public func lengths(_ index: Int) -> (source: Int, target: Int) {
    (examples[index].source.count + 1, examples[index].target.count + 1)
  }

  public func example(_ index: Int, using generator: inout RandomGenerator) -> Example {
    var example = examples[index]
    if doubling > 0 {
      example.source = example.source.flatMap { symbol in
        generator.uniform() < doubling ? [symbol, symbol] : [symbol]
      }
    }
    return example
  }

  /// A small network for it.
  public static func config(hiddenSize: Int = 24) -> ModelConfig {
    var config = ModelConfig()
    config.embeddingSize = hiddenSize
    config.encoderHiddenSize = hiddenSize / 2
    config.decoderHiddenSize = hiddenSize
    config.sourceVocabularySize = vocabularySize
    config.targetVocabularySize = vocabularySize
    return config
  }
}

/// The likeliest token at each step, until the end mark or `limit`, for each sentence.
public func greedy(_ scorer: any Scorer, limit: Int) -> [[TokenID]] {
  let count = scorer.start()
  var tokens = [TokenID](repeating: Mark.begin, count: count)
  var results = [[TokenID]](repeating: [], count: count)
  var done = [Bool](repeating: false, count: count)
  for _ in 0..<limit where done.contains(false) {
    let scores = scorer.step(tokens)
    for row in 0..<count {
      tokens[row] = TokenID(largest(1, of: scores, row: row).first?.index ?? 0)
      if tokens[row] == Mark.end { done[row] = true }
      if !done[row] { results[row].append(tokens[row]) }
    }
  }
  return results
}
