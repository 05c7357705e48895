package import Seq2Seq
package import Tensors
package import Tokenization

/// Encoded corpora as the trainer sees them. Where the recipe asks for BPE-dropout, tokens are turned back
/// into their text, which is cut differently each time.
package final class TranslationData: TrainingData {
  package let weights: ExampleWeights?
  private let corpus: EncodedCorpus
  private let dropout: Float
  private let targetDropout: Float
  private let source: SubwordEncoderPool
  private let target: SubwordEncoderPool

  /// - Parameter corpora: those that `corpus` was made from.
  package init(
    _ corpus: EncodedCorpus, of corpora: [CorpusSource], source: Subwords, target: Subwords,
    config: TrainingConfig
  ) {
    self.corpus = corpus
    self.source = SubwordEncoderPool(source)
    self.target = source === target ? self.source : SubwordEncoderPool(target)
    dropout = config.subwordDropout
    targetDropout = config.targetSubwordDropout
    weights = zip(corpora, corpus.pairsOfCorpora).reduce(into: ExampleWeights()) {
      $0.append($1.0.weight, count: $1.1)
    }
  }

  /// Pairs left out because a side is longer than the recipe's `maxLength`.
  package var tooLong: Int { corpus.tooLong }

  package var count: Int { corpus.count }

  package func lengths(_ index: Int) -> (source: Int, target: Int) {
    let lengths = corpus.lengths(index)
    return (lengths.source + 1, lengths.target + 1)
  }

  package func example(_ index: Int, using generator: inout RandomGenerator) -> Example {
    let tokens = corpus.tokens(index)
    return Example(
      source: source.cut(again: tokens.source, dropout: dropout, using: &generator),
      target: target.cut(again: tokens.target, dropout: targetDropout, using: &generator))
  }

  package func plainExample(_ index: Int) -> Example {
    let tokens = corpus.tokens(index)
    return Example(source: tokens.source, target: tokens.target)
  }
}
