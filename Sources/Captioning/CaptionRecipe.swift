public import ImageFeatures
public import Recipes
public import Seq2Seq

/// Everything a captioner is made from: its data, convolutional network, vocabulary, decoder, training and
/// search.
///
/// In a file it is YAML, with these names as keys; what is left out has the default. See
/// `init(contentsOf:overrides:environment:)` for reading and `yaml` for writing.
public struct CaptionRecipe: RecipeDocument {
  /// The pictures that a model learns from and is measured on.
  public struct Pictures: Codable, Sendable, Equatable {
    public var train: [CaptionSource] = []
    public var dev: [CaptionSource] = []
    /// Folder for features of pictures, computed once for all runs with the same network and pictures; the
    /// run's own where it is empty.
    public var featureCache = ""

    public init() {}
  }

  /// The convolutional network, and what pictures become before it.
  public struct Image: Codable, Sendable, Equatable {
    /// The layouts there are.
    public enum Layout: String, Codable, Sendable, CaseIterable {
      case efficientNetLite0, small, tiny

      var config: ConvolutionalConfig {
        switch self {
        case .efficientNetLite0: .efficientNetLite0
        case .small: .small
        case .tiny: .tiny
        }
      }
    }

    public var network = Layout.efficientNetLite0
    /// Width and height, in pixels, of the square that the network looks at; 0 for what the layout was made for.
    public var inputSize = 0
    /// Weights to begin with, as safetensors with the names of EfficientNet-Lite in PyTorch; random ones where
    /// it is empty.
    public var weights = ""
    public var features = CaptionConfig.Features.head
    public var fit = ImagePreparation.Fit.squash
    /// For `crop`: to what the short side is resized before the middle is cut out.
    public var shortSide = 256
    /// Whether the convolutional network learns too; if not, its features are computed once.
    public var trains = false
    /// How it learns, where it does.
    public var training = ImageTraining()
    /// What is done to pictures by chance; where the network does not learn, they are mirrored or not and
    /// nothing else.
    public var augmentation = ImageAugmentation()

    public init() {}

    /// The convolutional network, without a classifier.
    var config: ConvolutionalConfig {
      var config = network.config
      config.classes = 0
      if inputSize != 0 { config.inputSize = inputSize }
      return config
    }

    /// Throws the first setting that cannot be.
    func validate() throws {
      do {
        try config.validate()
      } catch {
        throw ConfigurationError(key: "image.\(error.key)", message: error.message)
      }
      try augmentation.validate(section: "image.augmentation")
      try training.validate(section: "image.training")
    }
  }

  public static let pathKeys =
    ["train", "dev"].flatMap { list in
      ["captions", "images", "list"].map { ["data", list, $0] }
    } + [["data", "featureCache"], ["image", "weights"], ["start"]]

  public static let corpusKeys = CaptionSource.CodingKeys.allCases.map(\.rawValue)

  public var kind = RecipeKind.caption
  /// What messages and folders call the model; the file's name where the file gives none.
  public var name = ""
  /// Code of the captions' language, such as en.
  public var target = ""
  public var data = Pictures()
  /// A captioner to begin with, as a model's folder, which must be of the same architecture; its subwords
  /// are taken over too. Where it is empty, all begins anew.
  public var start = ""
  public var image = Image()
  public var vocabulary = VocabularySettings()
  public var model: DecoderConfig
  public var objective = CaptionObjective()
  public var training: TrainingConfig
  public var search: SearchOptions
  /// For people: how to get the data, its licence, the expected score with protocol, time, machine.
  public var notes: [String: String] = [:]

  public init() {
    model = DecoderConfig()
    model.attention = .additive
    model.attentionGate = true
    model.tiesEmbeddings = true
    training = TrainingConfig()
    training.criterion = .cider
    training.maxLength = 60
    search = SearchOptions()
    // A picture has no length that a caption's could follow from.
    search.maxLengthFactor = 0
    search.maxLengthOffset = 50
  }

  /// Throws the first setting that cannot be, as a `ConfigurationError`.
  public func validate() throws {
    try check(kind == .caption, "kind", "is \(kind.rawValue); this recipe captions")
    try checkLanguage(target, "target", "the captions' language, such as en")
    try checkData(
      train: data.train, dev: data.dev, none: "lists no captions; give a 'captions' file"
    ) { try $0.validate() }
    try checkFollows(model.vocabularySize, "model.vocabularySize")
    try vocabulary.validate()
    try model.validate(section: "model")
    try model.connections.checkIsHeeded(layers: model.layers)
    try objective.validate()
    try check(
      !objective.selfCritical || !start.isEmpty, "objective.selfCritical",
      "needs a captioner to begin with; train one first, and give its folder as 'start'")
    try check(
      !objective.selfCritical || !image.trains, "objective.selfCritical",
      "goes with a convolutional network that stays as it is; set image.trains: false")
    try image.validate()
    let isRandom = start.isEmpty && image.weights.isEmpty
    try check(
      image.trains || !isRandom, "image.trains",
      "is false, but there are no weights: features of a random network would be kept; give "
        + "'image.weights' or 'start', or set image.trains: true")
    try check(
      !image.trains || !isRandom || image.training.normalization == .batch,
      "image.training.normalization",
      "is frozen, which is for weights that were trained before; set it to batch")
    try check(
      start.isEmpty || image.weights.isEmpty, "image.weights",
      "goes without 'start', which brings weights of its own; leave one of them out")
    try check(
      image.fit == .squash || image.shortSide >= image.config.inputSize, "image.shortSide",
      "is \(image.shortSide), but the network looks at \(image.config.inputSize) pixels")
    try check(
      vocabulary.joint, "vocabulary.joint",
      "is false, but captions have one vocabulary; leave it out")
    try check(
      training.subwordDropout == 0, "training.subwordDropout",
      "is for source text, which a captioner has not; set training.targetSubwordDropout")
    try check(
      !objective.selfCritical || objective.coverage == 0 && objective.scheduledSampling == 0,
      "objective.selfCritical",
      "takes the place of what 'coverage' and 'scheduledSampling' add to; leave those out")
    try check(
      training.wordDropout == 0, "training.wordDropout",
      "is for source text, which a captioner has not; set training.inputDropout")
    try check(
      !objective.selfCritical || training.rDrop == 0, "training.rDrop",
      "compares what is said of captions that people wrote, of which self-critical training has none; leave it out"
    )
    try training.validate()
    try training.checkHasNothingOfLanguageModels()
    try training.checkPassesDiffer(model)
    try search.validate()
  }

  public func putBack(_ settings: inout CaptionRecipe, as begun: CaptionRecipe) {
    // The captions that it learns from are searched for as it says.
    if objective.selfCritical { settings.search = search }
    settings.data = begun.data
    if image.weights.isEmpty == begun.image.weights.isEmpty {
      settings.image.weights = begun.image.weights
    }
  }

  /// The network that the recipe describes, for so many subwords.
  func architecture(vocabularySize: Int) -> CaptionConfig {
    let convolutional = image.config
    var preparation = ImagePreparation()
    preparation.size = convolutional.inputSize
    preparation.fit = image.fit
    preparation.shortSide = max(image.shortSide, convolutional.inputSize)
    var decoder = model
    decoder.vocabularySize = vocabularySize
    return CaptionConfig(
      image: convolutional, preparation: preparation, features: image.features, decoder: decoder)
  }
}
