package import Seq2Seq
package import Tensors
internal import Tokenization
internal import Translation

/// What a training case learns from.
package struct TrainingText {
  package let data: any TrainingData<Example>
  package let vocabularySize: Int

  /// The user's corpus, cut into at most 8,000 subwords of both languages; drawn sequences where there is none.
  package init(_ settings: BenchmarkSettings, config: TrainingConfig) throws {
    guard let corpus = settings.corpus else {
      data = ExamplePairs(drawing: 2000)
      vocabularySize = ExamplePairs.vocabularySize
      return
    }
    let pairs = try ParallelCorpus(
      reading: [CorpusSource(.files(source: corpus.source, target: corpus.target))])
    let subwords = try SubwordLearner(vocabularySize: ExamplePairs.vocabularySize).learn(
      from: (0..<pairs.count).lazy.map { pairs.source($0) },
      (0..<pairs.count).lazy.map { pairs.target($0) })
    let encoder = SubwordEncoderPool(subwords)
    let data = ExamplePairs(
      (0..<pairs.count).lazy.map { pair in
        Example(
          source: encoder.encode(pairs.source(pair)), target: encoder.encode(pairs.target(pair)))
      }.filter { max($0.source.count, $0.target.count) < config.maxLength })
    guard data.count > 0 else {
      throw BenchmarkError(
        "\(corpus.source) and \(corpus.target): all pairs are longer than \(config.maxLength) subwords"
      )
    }
    self.data = data
    vocabularySize = subwords.vocabularySize
  }
}

/// Pairs of token sequences that are all in memory.
package struct ExamplePairs: TrainingData {
  package static let vocabularySize = 8000
  package let weights: ExampleWeights? = nil
  private let examples: [Example]

  init(_ examples: some Sequence<Example>) { self.examples = Array(examples) }

  /// Pairs as long as those of Multi30k in 8,000 subwords (13 to 14 tokens a side with the end mark, from 4 to 40), and
  /// with subwords as frequent as words are: the n-th has a share of 1/n (Zipf). Always the same.
  package init(drawing count: Int) {
    var generator = RandomGenerator(seed: 1, stream: 0xDA7A)
    examples = (0..<count).map { _ in
      // The lengths of both sides go together.
      let length = 12.4 + 3.8 * generator.normal()
      return Example(
        source: Self.tokens(length + 1.5 * generator.normal(), &generator),
        target: Self.tokens(length + 1.5 * generator.normal(), &generator))
    }
  }

  private static func tokens(_ length: Float, _ generator: inout RandomGenerator) -> [TokenID] {
    let first = Double(Mark.end) + 1
    return (0..<min(39, max(3, Int(length + 0.5)))).map { _ in
      TokenID(first * power(Double(vocabularySize) / first, generator.uniformDouble()))
    }
  }

  package var count: Int { examples.count }

  package func lengths(_ index: Int) -> (source: Int, target: Int) {
    (examples[index].source.count + 1, examples[index].target.count + 1)
  }

  package func example(_ index: Int, using generator: inout RandomGenerator) -> Example {
    examples[index]
  }
}
