import Completion
import Foundation
import Neural
import Recipes
import Seq2Seq
import Tensors
import TestSupport
import Tokenization

/// Language models that nobody trained: what they say is noise, but the same noise each time.
enum TinyLanguage {
  static let lines = [
    "the cat sat on the mat.", "the dog sat on the log, too!", "where is the cat?",
    "a government governs; governors go.", "don't go there, dog.", "the cat's mat is 3-4 years old",
  ]

  static func units(
    _ kind: UnitKind, size: Int = 300, _ normalization: VocabularySettings.Normalization = .none
  ) throws -> TextUnits {
    var vocabulary = LanguageVocabulary()
    (vocabulary.units, vocabulary.size, vocabulary.minimumCount) = (kind, size, 1)
    vocabulary.normalization = normalization
    return try vocabulary.learn(from: lines)
  }

  static func model(
    _ kind: UnitKind = .subword, size: Int = 300, continuous: Bool = false, seed: UInt64 = 1,
    normalization: VocabularySettings.Normalization = .none,
    _ change: (inout LanguageModelConfig) -> Void = { _ in }
  ) throws -> LanguageModel {
    let units = try units(kind, size: size, normalization)
    var config = LanguageModelConfig()
    (config.embeddingSize, config.hiddenSize, config.layers) = (8, 12, 2)
    config.narrowing = .lastLayer
    config.vocabularySize = units.size
    change(&config)
    let network = try LanguageNetwork(config)
    let weights = network.table.initialWeights(seed: seed)
    // Louder than first weights are, so that units differ in their probability.
    scale(weights, by: 2.5)
    var search = SearchOptions()
    (search.maxLengthFactor, search.maxLengthOffset, search.beam) = (0, 12, 3)
    return LanguageModel(
      description: LanguageModelDescription(
        name: "tiny", target: "xx", architecture: config, units: kind,
        targetFingerprint: units.stored.fingerprint, continuous: continuous, search: search,
        origin: ModelOrigin()),
      network: network, weights: weights, units: units)
  }

  static func completer(
    _ kind: UnitKind = .subword, size: Int = 300, continuous: Bool = false,
    normalization: VocabularySettings.Normalization = .none
  ) throws -> Completer {
    Completer(
      taking: try model(kind, size: size, continuous: continuous, normalization: normalization))
  }
}
