import Foundation
import Neural
import Recipes
import Seq2Seq
import Tokenization
import Translation

/// Models that nobody trained: what they say is noise, but the same noise each time.
enum TinyModel {
  static let text = [
    "The cat sleeps on the mat.", "A dog barks at the cat.", "Where is the big house?",
    "The house is on the hill.", "Sleep well, little dog!", "Die Katze schläft auf der Matte.",
    "Ein Hund bellt die Katze an.", "Wo ist das große Haus?", "Das Haus steht auf dem Hügel.",
  ]

  /// Writes a model's folder.
  ///
  /// - Returns: its path.
  @discardableResult
  static func make(
    in folder: Scratch, _ name: String = "xx-yy", seed: UInt64 = 1, hiddenSize: Int = 16,
    source: String = "xx", target: String = "yy", lines: [String] = text, maxLength: Int = 50,
    cell: CellKind = .lstm
  ) throws -> String {
    let subwords = try SubwordLearner(
      vocabularySize: 300, normalizer: .identity
    ).learn(from: lines)
    var architecture = ModelConfig()
    architecture.cell = cell
    architecture.embeddingSize = 12
    architecture.encoderHiddenSize = 8
    architecture.decoderHiddenSize = hiddenSize
    architecture.sourceVocabularySize = subwords.vocabularySize
    architecture.targetVocabularySize = subwords.vocabularySize
    let network = try EncoderDecoder(architecture)
    var search = SearchOptions()
    search.beam = 3
    search.maxLengthFactor = 1
    search.maxLengthOffset = 5
    let description = ModelDescription(
      name: "tiny \(name)", source: source, target: target, architecture: architecture,
      jointSubwords: true, sourceFingerprint: subwords.fingerprint,
      targetFingerprint: subwords.fingerprint, maxLength: maxLength, search: search,
      origin: ModelOrigin())
    try TranslationModel(
      description: description, network: network,
      weights: network.table.initialWeights(seed: seed), sourceSubwords: subwords,
      targetSubwords: subwords
    ).write(to: folder.path(name))
    return folder.path(name)
  }
}
