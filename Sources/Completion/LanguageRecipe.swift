public import Recipes
public import Seq2Seq

/// Everything a language model is made from: its data, units, network, training and search.
///
/// In a file it is YAML, with these names as keys; what is left out has the default. See
/// `init(contentsOf:overrides:environment:)` for reading and `yaml` for writing.
public struct LanguageRecipe: RecipeDocument {
  /// The files that a model learns from and is measured on.
  public struct Texts: Codable, Sendable, Equatable {
    public var train: [TextSource] = []
    public var dev: [TextSource] = []
    /// Whether the text goes on from line to line, so that the state is carried along, rather than consisting of lines
    /// that stand alone.
    public var continuous = true

    public init() {}
  }

  public static let pathKeys =
    ["train", "dev"].flatMap { [["data", $0, "text"], ["data", $0, "tsv"]] }
    + [["vocabulary", "from"]]
  public static let corpusKeys = TextSource.CodingKeys.allCases.map(\.rawValue)

  public var kind = RecipeKind.languageModel
  /// What messages and folders call the model; the file's name where the file gives none.
  public var name = ""
  /// Code of the text's language, such as en.
  public var language = ""
  public var data = Texts()
  public var vocabulary = LanguageVocabulary()
  public var model = LanguageModelConfig()
  public var training: TrainingConfig
  public var search: SearchOptions
  /// For people: how to get the data, its licence, the expected score with protocol, time, machine.
  public var notes: [String: String] = [:]

  public init() {
    training = TrainingConfig()
    training.criterion = .loss
    training.labelSmoothing = 0
    search = SearchOptions()
    // A beginning has no length that a continuation's could follow from.
    search.maxLengthFactor = 0
    search.maxLengthOffset = 100
  }

  /// Throws the first setting that cannot be, as a `ConfigurationError`.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: key, message: message()) }
    }
    try check(
      kind == .languageModel, "kind", "is \(kind.rawValue); this recipe makes a language model")
    try check(!language.isEmpty, "language", "is not set; give the text's language, such as en")
    for (key, sources) in [("train", data.train), ("dev", data.dev)] {
      try check(!sources.isEmpty, "data.\(key)", "lists no text; give a 'text' file, or a 'tsv'")
      for (index, source) in sources.enumerated() {
        do {
          try source.validate()
        } catch {
          throw ConfigurationError(key: "data.\(key).\(index).\(error.key)", message: error.message)
        }
      }
    }
    try check(
      data.train.contains { $0.weight > 0 }, "data.train", "has no text with a weight above 0")
    try check(
      !data.continuous || data.train.allSatisfy { $0.weight == 1 }, "data.continuous",
      "is true, but a text has a weight; weights are for lines that stand alone, so leave them out or set "
        + "data.continuous: false")
    try check(
      model.vocabularySize == 0, "model.vocabularySize",
      "is \(model.vocabularySize), but it follows from the units learned; leave it out, and set "
        + "vocabulary.size")
    try check(
      training.subwordDropout == 0, "training.subwordDropout",
      "is for source text, which a language model has not; set training.targetSubwordDropout")
    try check(
      training.targetSubwordDropout == 0 || vocabulary.units == .subword && !data.continuous,
      "training.targetSubwordDropout",
      "cuts subwords of lines that stand alone anew; set data.continuous: false and vocabulary.units: subword, "
        + "or leave it out")
    for (key, isUsual) in [
      ("rDrop", training.rDrop == 0), ("wordDropout", training.wordDropout == 0),
    ] {
      try check(
        isUsual, "training.\(key)",
        "is for translators and captioners and does nothing here; leave it out")
    }
    try check(
      training.criterion == .loss, "training.criterion",
      "is \(training.criterion.rawValue), but language models are judged by their loss; leave it out"
    )
    try check(
      data.continuous || !training.randomSteps, "training.randomSteps",
      "is for text that goes on from line to line; set data.continuous: true, or leave it out")
    try vocabulary.validate()
    try model.validate()
    try model.checkNothingIsIdle()
    try training.validate()
    try search.validate()
  }

  /// The first setting that differs from a run's and would make it another run; when to stop, what is
  /// kept and how it is judged may change.
  func whatForbidsGoingOn(from begun: LanguageRecipe) -> String? {
    var new = withFreeSettings(of: begun)
    // Where the files lie does not matter: fingerprints tell whether they hold the same.
    if data.train.map(\.weight) == begun.data.train.map(\.weight) {
      (new.data.train, new.data.dev) = (begun.data.train, begun.data.dev)
    }
    if vocabulary.from.isEmpty == begun.vocabulary.from.isEmpty {
      new.vocabulary.from = begun.vocabulary.from
    }
    return new.firstDifference(from: begun)
  }
}
