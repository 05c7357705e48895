internal import Neural
internal import Seq2Seq
internal import Tensors

/// Judges weights by what a development text costs.
struct LanguageValidator: Validator {
  private let network: LanguageNetwork
  private let text: LanguageText
  private let words: Int
  private let characters: Int

  /// Streams that a text is cut into, so that both cores have large products; at the beginning of each the model knows
  /// nothing of what came before.
  private static let streams = 16

  init(
    _ network: LanguageNetwork, _ corpus: TextCorpus, units: TextUnits, isContinuous: Bool
  ) {
    self.network = network
    let (tokens, starts) = units.encode(all: corpus)
    text = LanguageText(
      lines: corpus.indices.map { Array(tokens[starts[$0]..<starts[$0 + 1]]) },
      isContinuous: isContinuous)
    words = corpus.reduce(0) { $0 + $1.countOfWords }
    characters = corpus.reduce(0) { $0 + $1.countOfCharacters }
  }

  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult {
    let sums = text.cost(
      network, weights, streams: Self.streams, workers: Workers(count: count))
    let nats = sums.negativeLogLikelihood
    return ValidationResult(
      loss: nats / Double(max(sums.tokens, 1)), bleu: nil,
      perplexity: exponential(nats / Double(max(words, 1))),
      bitsPerCharacter: nats / naturalLogarithm(2.0) / Double(max(characters, 1)))
  }
}
