public import Recipes
public import Seq2Seq

/// Everything a model is made from: its data, vocabulary, network, training and search.
///
/// In a file it is YAML, with these names as keys; what is left out has the default. See
/// `init(contentsOf:overrides:environment:)` for reading and `yaml` for writing.
public struct Recipe: RecipeDocument {
  public static let pathKeys =
    ["train", "dev"].flatMap { list in
      ["source", "target", "tsv"].map { ["data", list, $0] }
    } + [["start"]]
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
  /// A translator to begin with, as a model's folder, which must be of the same architecture; its subwords are taken
  /// over too, and of `vocabulary` only `joint` is read. Where it is empty, all begins anew.
  public var start = ""
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
    for (key, code) in [("source", source), ("target", target)] {
      try checkLanguage(code, key, "the language's code, such as de")
    }
    try checkData(
      train: data.train, dev: data.dev,
      none: "lists no corpus; give 'source' and 'target' files, or a 'tsv'"
    ) { try $0.validate() }
    try check(
      data.train.contains { $0.weight > 0 }, "data.train", "has no corpus with a weight above 0")
    try vocabulary.validate()
    try check(
      model.tying != .all || vocabulary.joint, "model.tying",
      "all needs one joint vocabulary; use target, or vocabulary.joint: true")
    try checkFollows(model.sourceVocabularySize, "model.sourceVocabularySize")
    try checkFollows(model.targetVocabularySize, "model.targetVocabularySize")
    try check(
      training.criterion != .cider, "training.criterion",
      "is cider, which is for captions; use bleu or loss")
    try model.validate()
    try model.connections.checkIsHeeded(layers: max(model.encoderLayers, model.decoderLayers))
    try training.validate()
    try training.checkHasNothingOfLanguageModels()
    try training.checkPassesDiffer(model)
    try search.validate()
  }

  public func putBack(_ settings: inout Recipe, as begun: Recipe) {
    if data.train.map(\.weight) == begun.data.train.map(\.weight) { settings.data = begun.data }
  }
}
