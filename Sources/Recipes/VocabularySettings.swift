internal import Seq2Seq
package import Tokenization

/// How subwords are learned.
public struct VocabularySettings: Codable, Sendable, Equatable {
  /// What is done to a line before it is cut (Unicode Standard Annex #15).
  public enum Normalization: String, Codable, Sendable, CaseIterable { case nfc, nfkc, none }

  /// Subwords in all, special ones and bytes counted.
  public var size = 8000
  /// Whether source and target share one vocabulary.
  public var joint = true
  public var normalization: Normalization = .nfc
  /// Share of the text's characters that get a subword of their own; the rarest others are
  /// written as bytes.
  public var characterCoverage = 0.9999
  /// How often a character or a pair of neighbours must have been seen to become a subword.
  public var minimumCount = 2

  public init() {}

  /// Throws the first setting that cannot be.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: "vocabulary.\(key)", message: message()) }
    }
    try check(
      (259...1_048_576).contains(size), "size",
      "is \(size); it must be 259 (the bytes and special marks) to 1048576")
    try check(
      characterCoverage > 0 && characterCoverage <= 1, "characterCoverage",
      "is \(characterCoverage); it must be above 0 and at most 1")
    try check(
      minimumCount >= 1, "minimumCount", "is \(minimumCount); it must be at least 1")
  }
}

extension SubwordLearner {
  package init(_ vocabulary: VocabularySettings) {
    let form: Normalizer.Form =
      switch vocabulary.normalization {
      case .none: .none
      case .nfc: .nfc
      case .nfkc: .nfkc
      }
    self.init(vocabularySize: vocabulary.size, normalizer: Normalizer(form: form))
    characterCoverage = Double(vocabulary.characterCoverage)
    minimumCharacterCount = vocabulary.minimumCount
    minimumPairCount = vocabulary.minimumCount
  }
}
