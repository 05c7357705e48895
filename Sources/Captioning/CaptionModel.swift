public import Neural
public import Recipes
public import Seq2Seq
public import Tensors
public import Tokenization

/// What the `model.json` of a captioner says.
public struct CaptionDescription: ModelDocument {
  public static let modelKind = ModelKind.caption

  /// What a program must understand to read the folder.
  public var format = ModelHeader.currentFormat
  public var kind = modelKind
  /// What messages call the model.
  public var name: String
  /// Code of the captions' language, as `en`.
  public var target: String
  public var architecture: CaptionConfig
  /// Of the subwords.
  public var targetFingerprint: String
  /// How captions are searched for unless told.
  public var search: SearchOptions
  public var origin: ModelOrigin

  public init(
    name: String, target: String, architecture: CaptionConfig, targetFingerprint: String,
    search: SearchOptions, origin: ModelOrigin
  ) {
    self.name = name
    self.target = target
    self.architecture = architecture
    self.targetFingerprint = targetFingerprint
    self.search = search
    self.origin = origin
  }

  public func validate() throws {
    try architecture.validate()
    try checkVocabulary(
      architecture.decoder.vocabularySize, key: "architecture.decoder.vocabularySize")
  }
}

/// A captioner's folder in memory: raw pictures in, finished text out.
public struct CaptionModel: StoredModel {
  enum File {
    static let subwords = "subwords.txt"
  }

  public var description: CaptionDescription
  public let network: CaptionNetwork
  public let weights: Tensor
  /// Matrices of 8 bits by the names of their parameters, which `weights` has zeros for; empty unless they were asked
  /// for.
  let int8: [String: Int8Matrix]
  public let subwords: Subwords

  public init(
    description: CaptionDescription, network: CaptionNetwork, weights: Tensor, subwords: Subwords
  ) {
    self.init(
      description: description, network: network, weights: weights, int8: [:], subwords: subwords)
  }

  private init(
    description: CaptionDescription, network: CaptionNetwork, weights: Tensor,
    int8: [String: Int8Matrix], subwords: Subwords
  ) {
    self.int8 = int8
    self.description = description
    self.network = network
    self.weights = weights
    self.subwords = subwords
  }

  public init(path: String) throws { try self.init(path: path, keepsInt8: false) }

  /// - Parameter keepsInt8: whether what is stored in 8 bits of the decoder is not widened, as is enough for
  ///   captioning.
  init(path: String, keepsInt8: Bool) throws {
    let description = try Self.readDescription(path)
    let subwords = try readVocabulary(
      path, file: File.subwords, size: description.architecture.decoder.vocabularySize,
      fingerprint: description.targetFingerprint, Subwords.init(contentsOf:))
    let network = try CaptionNetwork(description.architecture)
    let (weights, int8) = try Self.readWeights(
      path, network.table, keepingInt8: keepsInt8 ? network.speakerTable : ParameterTable())
    self.init(
      description: description, network: network, weights: weights, int8: int8,
      subwords: subwords)
  }

  public var table: ParameterTable { network.table }

  public var subwordFiles: [(name: String, subwords: any StoredVocabulary)] {
    [(File.subwords, subwords)]
  }
}
