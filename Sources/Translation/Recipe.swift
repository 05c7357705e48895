public import Recipes
public import Seq2Seq

/// Everything a model is made from: its data, vocabulary, network, training and search.
///
/// In a file it is YAML, with these names as keys; what is left out has the default. See
/// `init(contentsOf:overrides:environment:)` for reading and `yaml` for writing.
public struct Recipe: RecipeDocument {
  public static let pathKeys = ["train", "dev"].flatMap { list in
    ["source", "target", "tsv"].map { ["data", list, $0] }
  }
  public static let corpusKeys = CorpusSource.CodingKeys.allCases.map(\.rawValue)

  /// The files that a model learns from and is measured on.
  public struct Corpora: Codable, Sendable, Equatable {
    public var train: [CorpusSource] = []
    public var dev: [CorpusSource] = []

    public init() {}
  }

  public var kind = RecipeKind.translation
  /// What messages and folders call the model; the file's name where the file gives none.
  public var name = ""
  /// Language code of the source, such as de.
  public var source = ""
  /// Language code of the target, such as en.
  public var target = ""
  public var data = Corpora()
  public var vocabulary = VocabularySettings()
  public var model = ModelConfig()
  public var training = TrainingConfig()
  public var search = SearchOptions()
  /// For people: how to get the data, its licence, the expected score with protocol, time, machine.
  public var notes: [String: String] = [:]

  public init() {}

  /// Throws the first setting that cannot be, as a `ConfigurationError`.
  public func validate() throws {
    try check(kind == .translation, "kind", "is \(kind.rawValue); this recipe translates")
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
    try vocabulary.validate()
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
    try check(
      training.criterion != .cider, "training.criterion",
      "is cider, which is for captions; use bleu or loss")
    try model.validate()
    try training.validate()
    try training.checkHasNothingOfLanguageModels()
    try training.checkPassesDiffer(model)
    try search.validate()
  }

  private func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
    if !holds { throw ConfigurationError(key: key, message: message()) }
  }
}
