public import Neural
public import Recipes
public import Seq2Seq
public import Tensors
public import Tokenization

/// What the `model.json` of a translator says.
public struct ModelDescription: ModelDocument {
  public static let modelKind = ModelKind.translation

  public var format = ModelHeader.currentFormat
  public var kind = modelKind
  public var name: String
  /// Language codes, as `de` and `en`.
  public var source: String
  public var target: String
  public var architecture: ModelConfig
  /// Whether one file of subwords serves both languages.
  public var jointSubwords: Bool
  public var sourceFingerprint: String
  public var targetFingerprint: String
  /// Longest source in subwords that the model was trained on; longer lines are translated in parts.
  public var maxLength: Int
  public var search: SearchOptions
  public var origin: ModelOrigin

  public init(
    name: String, source: String, target: String, architecture: ModelConfig, jointSubwords: Bool,
    sourceFingerprint: String, targetFingerprint: String, maxLength: Int, search: SearchOptions,
    origin: ModelOrigin
  ) {
    self.name = name
    self.source = source
    self.target = target
    self.architecture = architecture
    self.jointSubwords = jointSubwords
    self.sourceFingerprint = sourceFingerprint
    self.targetFingerprint = targetFingerprint
    self.maxLength = maxLength
    self.search = search
    self.origin = origin
  }

  public func validate() throws {
    try architecture.validate()
    try checkVocabulary(
      architecture.sourceVocabularySize, key: "architecture.sourceVocabularySize")
    try checkVocabulary(
      architecture.targetVocabularySize, key: "architecture.targetVocabularySize")
    guard
      !jointSubwords || architecture.sourceVocabularySize == architecture.targetVocabularySize
    else {
      throw ConfigurationError(
        key: "jointSubwords",
        message: "is set, but there are vocabularies of \(architecture.sourceVocabularySize) and "
          + "\(architecture.targetVocabularySize) entries")
    }
  }
}

/// A model folder in memory: raw text in, finished text out.
public struct TranslationModel: StoredModel {
  enum File {
    static let joint = "subwords.txt"
    static let source = "source.subwords.txt"
    static let target = "target.subwords.txt"
  }

  public var description: ModelDescription
  public let network: EncoderDecoder
  public let weights: Tensor
  /// Matrices of 8 bits by the names of their parameters, which `weights` has zeros for; empty unless they were asked
  /// for.
  let int8: [String: Int8Matrix]
  public let sourceSubwords: Subwords
  public let targetSubwords: Subwords
  /// Likely translations of each subword, where the folder has them.
  public var shortlist: Shortlist?

  public init(
    description: ModelDescription, network: EncoderDecoder, weights: Tensor,
    sourceSubwords: Subwords, targetSubwords: Subwords
  ) {
    self.init(
      description: description, network: network, weights: weights, int8: [:],
      sourceSubwords: sourceSubwords, targetSubwords: targetSubwords)
  }

  private init(
    description: ModelDescription, network: EncoderDecoder, weights: Tensor,
    int8: [String: Int8Matrix], sourceSubwords: Subwords, targetSubwords: Subwords
  ) {
    self.int8 = int8
    self.description = description
    self.network = network
    self.weights = weights
    self.sourceSubwords = sourceSubwords
    self.targetSubwords = targetSubwords
  }

  public init(path: String) throws { try self.init(path: path, keepsInt8: false) }

  /// - Parameter keepsInt8: whether what is stored in 8 bits is not widened, as is enough for translating.
  init(path: String, keepsInt8: Bool) throws {
    let description = try Self.readDescription(path)
    let source = try Self.readSubwords(path, .source, of: description)
    let target =
      description.jointSubwords ? source : try Self.readSubwords(path, .target, of: description)
    let network = try EncoderDecoder(description.architecture)
    let (weights, int8) = try Self.readWeights(
      path, network.table, keepingInt8: keepsInt8 ? network.table : ParameterTable())
    self.init(
      description: description, network: network, weights: weights, int8: int8,
      sourceSubwords: source, targetSubwords: target)
    shortlist = try ShortlistFile(in: path).read(for: description)
  }

  public func writeExtras(to path: String) throws {
    if let shortlist { try ShortlistFile(in: path).write(shortlist, for: description) }
  }

  public var table: ParameterTable { network.table }

  public var subwordFiles: [(name: String, subwords: any StoredVocabulary)] {
    description.jointSubwords
      ? [(File.joint, sourceSubwords)]
      : [(File.source, sourceSubwords), (File.target, targetSubwords)]
  }

  /// The two languages of a model.
  public enum Side: Sendable { case source, target }

  /// Reads the subwords of one language alone.
  public static func readSubwords(_ path: String, _ side: Side) throws -> Subwords {
    try readSubwords(path, side, of: readDescription(path))
  }

  private static func readSubwords(
    _ path: String, _ side: Side, of description: ModelDescription
  ) throws -> Subwords {
    let config = description.architecture
    let (name, size, fingerprint) =
      switch side {
      case .source: (File.source, config.sourceVocabularySize, description.sourceFingerprint)
      case .target: (File.target, config.targetVocabularySize, description.targetFingerprint)
      }
    return try readVocabulary(
      path, file: description.jointSubwords ? File.joint : name, size: size,
      fingerprint: fingerprint, Subwords.init(contentsOf:))
  }
}
