public import Seq2Seq

/// Everything a model is made from: its data, vocabulary, network, training and search.
///
/// In a file it is YAML, with these names as keys; what is left out has the default. See
/// `init(contentsOf:overrides:environment:)` for reading and `yaml` for writing.
public struct Recipe: Codable, Sendable, Equatable {
  /// The files that a model learns from and is measured on.
  public struct Corpora: Codable, Sendable, Equatable {
    public var train: [CorpusSource] = []
    public var dev: [CorpusSource] = []

    public init() {}
  }

  /// How subwords are learned.
  public struct Vocabulary: Codable, Sendable, Equatable {
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
  }

  /// What messages and folders call the model; the file's name where the file gives none.
  public var name = ""
  /// Language code of the source, such as de.
  public var source = ""
  /// Language code of the target, such as en.
  public var target = ""
  public var data = Corpora()
  public var vocabulary = Vocabulary()
  public var model = ModelConfig()
  public var training = TrainingConfig()
  public var search = SearchOptions()
  /// For people: how to get the data, its licence, the expected score with protocol, time, machine.
  public var notes: [String: String] = [:]

  public init() {}

  /// Throws the first setting that cannot be, as a `ConfigurationError`.
  public func validate() throws {
    for (key, value) in [("source", source), ("target", target)] {
      try check(!value.isEmpty, key, "is not set; give the language's code, such as de")
      try check(
        value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") },
        key, "is '\(value)'; a language code has letters, digits and '-', such as de or pt-BR")
    }
    for (key, corpora) in [("train", data.train), ("dev", data.dev)] {
      try check(
        !corpora.isEmpty, "data.\(key)",
        "lists no corpus; give 'source' and 'target' files, or a 'tsv'")
      for (index, corpus) in corpora.enumerated() {
        do {
          try corpus.validate()
        } catch {
          throw ConfigurationError(key: "data.\(key).\(index).\(error.key)", message: error.message)
        }
      }
    }
    try check(
      data.train.contains { $0.weight > 0 }, "data.train", "has no corpus with a weight above 0")
    try check(
      (259...1_048_576).contains(vocabulary.size), "vocabulary.size",
      "is \(vocabulary.size); it must be 259 (the bytes and special marks) to 1048576")
    try check(
      vocabulary.characterCoverage > 0 && vocabulary.characterCoverage <= 1,
      "vocabulary.characterCoverage",
      "is \(vocabulary.characterCoverage); it must be above 0 and at most 1")
    try check(
      vocabulary.minimumCount >= 1, "vocabulary.minimumCount",
      "is \(vocabulary.minimumCount); it must be at least 1")
    try check(
      model.tying != .all || vocabulary.joint, "model.tying",
      "all needs one joint vocabulary; use target, or vocabulary.joint: true")
    for (key, size) in [
      ("sourceVocabularySize", model.sourceVocabularySize),
      ("targetVocabularySize", model.targetVocabularySize),
    ] {
      try check(
        size == 0, "model.\(key)",
        "is \(size), but it follows from the subwords learned; leave it out, and set vocabulary.size"
      )
    }
    try model.validate()
    try training.validate()
    try search.validate()
  }

  private func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
    if !holds { throw ConfigurationError(key: key, message: message()) }
  }
}
