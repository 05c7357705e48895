internal import Seq2Seq
internal import Tensors
internal import Tokenization
internal import Translation

/// What a training case learns from.
struct TrainingText {
  let data: any TrainingData<Example>
  let vocabularySize: Int

  /// The user's corpus, cut into at most 8,000 subwords of both languages; drawn sequences where there is none.
  init(_ settings: BenchmarkSettings, config: TrainingConfig) throws {
    guard let corpus = settings.corpus else {
      data = DrawnPairs(count: 2000)
      vocabularySize = DrawnPairs.vocabularySize
      return
    }
    let pairs = try ParallelCorpus(
      reading: [CorpusSource(.files(source: corpus.source, target: corpus.target))])
    let subwords = try SubwordLearner(vocabularySize: DrawnPairs.vocabularySize).learn(
      from: (0..<pairs.count).lazy.map { pairs.source($0) },
      (0..<pairs.count).lazy.map { pairs.target($0) })
    let data = TranslationData(pairs, source: subwords, target: subwords, config: config)
    guard data.count > 0 else {
      throw BenchmarkError(
        "\(corpus.source) and \(corpus.target): all pairs are longer than \(config.maxLength) subwords"
      )
    }
    self.data = data
    vocabularySize = subwords.vocabularySize
  }
}

/// Pairs of token sequences as long as those of Multi30k in 8,000 subwords (13 to 14 tokens a side with the end mark,
/// from 4 to 40), and with subwords as frequent as words are: the n-th has a share of 1/n (Zipf). Always the same.
struct DrawnPairs: TrainingData {
  static let vocabularySize = 8000
  let weights: [Float]? = nil
  private let examples: [Example]

  init(count: Int) {
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

  var count: Int { examples.count }

  func lengths(_ index: Int) -> (source: Int, target: Int) {
    (examples[index].source.count + 1, examples[index].target.count + 1)
  }

  func example(_ index: Int, using generator: inout RandomGenerator) -> Example { examples[index] }
}
