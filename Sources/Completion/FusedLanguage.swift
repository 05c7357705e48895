package import Neural
internal import Recipes
package import Seq2Seq

/// A language model that searches together with a translator or captioner (shallow fusion).
package struct FusedLanguage: Sendable {
  private let network: LanguageNetwork
  private let weights: InferenceWeights

  /// - Parameters:
  ///   - path: the language model's folder.
  ///   - fingerprint: of the target subwords that it must share.
  ///   - partner: the folder of the model that it is to search with.
  /// - Throws: `ModelError` also where it has other units.
  package init(path: String, sharing fingerprint: String, with partner: String, workers: Workers)
    throws
  {
    let model = try LanguageModel(path: path, keepsInt8: true)
    guard model.description.targetFingerprint == fingerprint else {
      throw ModelError(
        path: path,
        "has other units than the target side of \(partner); to search together they must share subwords: train it "
          + "with 'vocabulary.from' set to that model's folder")
    }
    network = model.network
    weights = model.inferenceWeights(workers: workers)
  }

  /// Searches with a scorer, whose every sentence begins a line, and with a language model where there is one that
  /// counts.
  package static func search<Result>(
    _ base: any Scorer, with language: (model: FusedLanguage, weight: Float)?, sentences: Int,
    _ body: (any Scorer) throws -> Result
  ) throws -> Result {
    guard let language, language.weight > 0 else { return try body(base) }
    return try language.model.fused(base, sentences: sentences, weight: language.weight, body)
  }

  private func fused<Result>(
    _ base: any Scorer, sentences: Int, weight: Float, _ body: (any Scorer) throws -> Result
  ) throws -> Result {
    let graphs = weights.borrow()
    defer { weights.giveBack(graphs) }
    let language = LanguageScorer(
      network, beginnings: Array(repeating: .line, count: sentences), on: graphs)
    return try body(FusionScorer(base, with: language, weight: weight))
  }
}

/// Throws unless a language model can count so much.
package func checkLanguageWeight(_ weight: Float) throws {
  guard weight >= 0, weight.isFinite else {
    throw ConfigurationError(
      key: "languageWeight", message: "is \(weight); it must not be negative or infinite")
  }
}
