public import Recipes
internal import Seq2Seq
internal import Tokenization

/// What text is cut into, and how that is learned.
public struct LanguageVocabulary: Codable, Sendable, Equatable {
  public var units = UnitKind.subword
  /// Units in all, special ones (and of subwords and characters the bytes) counted.
  public var size = 8000
  public var normalization = VocabularySettings.Normalization.nfc
  /// Of subwords and characters: share of the text's characters that get a unit of their own; the rarest others are
  /// written as bytes.
  public var characterCoverage = 0.9999
  /// How often a word, a character or a pair of neighbours must have been seen.
  public var minimumCount = 2
  /// A model whose target's subwords are taken in place of learning any, as a folder; so that it and this one can
  /// search together. Where it is set, nothing but `units` is read of the rest.
  public var from = ""

  public init() {}

  /// Throws the first setting that cannot be.
  func validate() throws {
    let usual = LanguageVocabulary()
    func check(_ isUsual: Bool, _ key: String, _ message: String) throws {
      if !isUsual {
        throw ConfigurationError(
          key: "vocabulary.\(key)", message: "\(message) and does nothing here; leave it out")
      }
    }
    for (key, isUsual) in [
      ("size", size == usual.size), ("normalization", normalization == usual.normalization),
      ("characterCoverage", characterCoverage == usual.characterCoverage),
      ("minimumCount", minimumCount == usual.minimumCount),
    ] where !from.isEmpty {
      try check(isUsual, key, "is for units that are learned, not taken 'from' a model,")
    }
    if units == .word {
      try check(
        characterCoverage == usual.characterCoverage, "characterCoverage",
        "is for subwords and characters")
      guard (WordVocabulary.minimumVocabularySize...Subwords.maximumVocabularySize).contains(size)
      else {
        throw ConfigurationError(
          key: "vocabulary.size",
          message: "is \(size); it must be \(WordVocabulary.minimumVocabularySize) to "
            + "\(Subwords.maximumVocabularySize)")
      }
      guard minimumCount >= 1 else {
        throw ConfigurationError(
          key: "vocabulary.minimumCount", message: "is \(minimumCount); it must be at least 1")
      }
      return
    }
    try settings.validate()
  }

  private var settings: VocabularySettings {
    var settings = VocabularySettings()
    (settings.size, settings.normalization) = (size, normalization)
    (settings.characterCoverage, settings.minimumCount) = (characterCoverage, minimumCount)
    return settings
  }

  /// Learns units from lines, or takes those of a model.
  package func learn(from lines: some Sequence<String>) throws -> TextUnits {
    if !from.isEmpty { return try TextUnits(ofModel: from, kind: units) }
    var learner = SubwordLearner(settings)
    switch units {
    case .subword: return .subwords(try learner.learn(from: lines))
    case .character:
      learner.maximumPieceLength = 1
      return .characters(try learner.learn(from: lines))
    case .word:
      return .words(
        try WordLearner(
          vocabularySize: size, minimumCount: minimumCount, normalizer: learner.normalizer
        ).learn(from: lines))
    }
  }
}
