internal import Neural
internal import Seq2Seq

/// Judges weights by what a development text costs.
struct LanguageValidator: Validator {
  private let network: LanguageNetwork
  private let text: LanguageText
  /// Lines, words, characters and unknown words of the text.
  let counts: TextScore

  init(
    _ network: LanguageNetwork, _ corpus: TextCorpus, units: TextUnits, isContinuous: Bool
  ) {
    self.network = network
    text = LanguageText(lines: units.lines(of: corpus), isContinuous: isContinuous)
    counts = TextScore(counting: corpus, units: units)
  }

  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult {
    var score = counts
    score.add(
      text.cost(
        network, weights, streams: LanguageText.judgedStreams, workers: Workers(count: count)))
    return ValidationResult(
      loss: -score.logProbability / Double(max(score.units, 1)), bleu: nil,
      perplexity: score.perplexityPerWord, bitsPerCharacter: score.bitsPerCharacter)
  }
}
