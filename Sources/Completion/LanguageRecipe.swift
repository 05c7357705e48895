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
    + [["vocabulary", "from"], ["start"]]
  public static let corpusKeys = TextSource.CodingKeys.allCases.map(\.rawValue)

  public var kind = RecipeKind.languageModel
  /// What messages and folders call the model; the file's name where the file gives none.
  public var name = ""
  /// Code of the text's language, such as en.
  public var language = ""
  public var data = Texts()
  /// A language model to begin with, as a model's folder, which must be of the same architecture; its units are taken
  /// over too, and of `vocabulary` only `units` is read. Where it is empty, all begins anew.
  public var start = ""
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
    try check(
      kind == .languageModel, "kind", "is \(kind.rawValue); this recipe makes a language model")
    try checkLanguage(language, "language", "the text's language, such as en")
    try checkData(
      train: data.train, dev: data.dev, none: "lists no text; give a 'text' file, or a 'tsv'"
    ) { try $0.validate() }
    try check(
      data.train.contains { $0.weight > 0 }, "data.train", "has no text with a weight above 0")
    try check(
      !data.continuous || data.train.allSatisfy { $0.weight == 1 }, "data.continuous",
      "is true, but a text has a weight; weights are for lines that stand alone, so leave them out or set "
        + "data.continuous: false")
    try checkFollows(model.vocabularySize, "model.vocabularySize", from: "units")
    try vocabulary.validate()
    try check(
      start.isEmpty || vocabulary.from.isEmpty, "vocabulary.from",
      "goes without 'start', which brings units of its own; leave one of them out")
    try model.validate()
    try model.checkNothingIsIdle()
    try checkTraining()
    try training.validate()
    try search.validate()
  }

  /// Throws the first setting of training that does nothing to such text, or to any.
  private func checkTraining() throws {
    try check(
      training.layerDropout == 0 || model.layers > 1, "training.layerDropout",
      "is \(training.layerDropout), but there is one layer, and nothing goes to another; set "
        + "training.outputDropout, or model.layers: 2")
    try check(
      training.subwordDropout == 0, "training.subwordDropout",
      "is for source text, which a language model has not; set training.targetSubwordDropout")
    try check(
      training.targetSubwordDropout == 0 || vocabulary.units == .subword && !data.continuous,
      "training.targetSubwordDropout",
      "cuts subwords of lines that stand alone anew; set data.continuous: false and vocabulary.units: subword, "
        + "or leave it out")
    try check(
      training.criterion == .loss, "training.criterion",
      "is \(training.criterion.rawValue), but language models are judged by their loss; leave it out"
    )
    let usual = TrainingConfig()
    try checkUsual(
      [
        ("training.rDrop", training.rDrop == 0),
        ("training.wordDropout", training.wordDropout == 0),
        ("training.validationLines", training.validationLines == usual.validationLines),
        ("training.validationBeam", training.validationBeam == usual.validationBeam),
      ], "is for translators and captioners and does nothing here; leave it out")
    if data.continuous {
      try checkUsual(
        [
          ("training.batchTokens", training.batchTokens == usual.batchTokens),
          ("training.maxLength", training.maxLength == usual.maxLength),
        ],
        "is for lines that stand alone and does nothing here; set data.continuous: false, or leave it out"
      )
    } else {
      try checkUsual(
        [
          ("training.streams", training.streams == usual.streams),
          ("training.steps", training.steps == usual.steps),
          ("training.randomSteps", !training.randomSteps),
        ],
        "is for text that goes on from line to line and does nothing here; set data.continuous: true, or leave it out"
      )
    }
  }

  public func putBack(_ settings: inout LanguageRecipe, as begun: LanguageRecipe) {
    if data.train.map(\.weight) == begun.data.train.map(\.weight) {
      (settings.data.train, settings.data.dev) = (begun.data.train, begun.data.dev)
    }
    if vocabulary.from.isEmpty == begun.vocabulary.from.isEmpty {
      settings.vocabulary.from = begun.vocabulary.from
    }
  }
}
