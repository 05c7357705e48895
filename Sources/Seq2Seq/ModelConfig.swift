public import Neural

/// A number that stands for a subword.
public typealias TokenID = Int32

/// What it takes to rebuild a trained network; stored beside its weights.
public struct ModelConfig: CellConfig, Codable, Sendable, Equatable {
  /// How a decoder state is compared with a memory position (Luong et al. 2015, sec. 3.1;
  /// additive: Bahdanau et al. 2015).
  public enum Attention: String, Codable, Sendable, CaseIterable { case dot, general, additive }

  /// Which tables of subword vectors are one (Press & Wolf 2017).
  public enum Tying: String, Codable, Sendable, CaseIterable {
    /// Source embeddings, target embeddings and output layer are three tables.
    case none
    /// Target embeddings serve as output layer.
    case target
    /// One table for all three; needs a joint vocabulary.
    case all
  }

  /// The recurrent cell of encoder and decoder.
  public var cell: CellKind = .lstm
  /// Width of subword vectors (E).
  public var embeddingSize = 256
  public var encoderLayers = 1
  /// Encoder units a direction.
  public var encoderHiddenSize = 256
  public var bidirectional = true
  public var decoderLayers = 1
  /// Decoder units (H).
  public var decoderHiddenSize = 512
  public var attention: Attention = .general
  /// Whether the attentional vector of a step enters the next one (Luong et al. 2015, sec. 3.3).
  public var inputFeeding = true
  public var tying: Tying = .none
  /// Whether the cells normalise their gates and cell value (Ba et al. 2016).
  public var layerNormalization = false
  /// What the bias of a forget gate starts at, where the cell has one (Gers et al. 2000).
  public var forgetBias: Float = 1
  /// How recurrent matrices start.
  public var initialization: RecurrentInitialization = .glorot
  /// What the spread of the other random matrices at the start is multiplied by.
  public var initializationScale: Float = 1
  /// Probability that a number of h stays as it was at a step (zoneout, Krueger et al. 2017). It belongs to the model,
  /// not to its training, as inference computes with the expectation.
  public var zoneoutHidden: Float = 0
  /// The same of the cell value, where the cell has one.
  public var zoneoutCell: Float = 0
  /// What carries a layer's input past the layer, in encoder and decoder.
  public var connections: Connections = .residual
  /// Entries of the source vocabulary; taken from the subwords when a model is made.
  public var sourceVocabularySize = 0
  /// Entries of the target vocabulary (V); taken from the subwords when a model is made.
  public var targetVocabularySize = 0

  public init() {}

  /// Width of a memory row: all directions of the last encoder layer.
  public var memorySize: Int { encoderHiddenSize * (bidirectional ? 2 : 1) }

  /// Throws the first setting that makes no network.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: String) throws {
      if !holds { throw ConfigurationError(key: "model.\(key)", message: message) }
    }
    for (key, value) in [
      ("embeddingSize", embeddingSize), ("encoderLayers", encoderLayers),
      ("encoderHiddenSize", encoderHiddenSize), ("decoderLayers", decoderLayers),
      ("decoderHiddenSize", decoderHiddenSize),
    ] {
      try check((1...65_536).contains(value), key, "is \(value); it must be 1 to 65536")
    }
    try validateCell(section: "model")
    try check(encoderLayers <= 64, "encoderLayers", "is \(encoderLayers); at most 64")
    try check(decoderLayers <= 64, "decoderLayers", "is \(decoderLayers); at most 64")
    try check(
      attention != .dot || memorySize == decoderHiddenSize, "attention",
      "dot compares vectors of one width, but the encoder gives \(memorySize) and the decoder "
        + "\(decoderHiddenSize); use general, or equal widths")
    try check(
      tying != .all || sourceVocabularySize == targetVocabularySize, "tying",
      "all needs one joint vocabulary, but there are \(sourceVocabularySize) source and "
        + "\(targetVocabularySize) target entries; use target, or vocabulary.joint: true")
  }
}

extension ModelConfig {
  /// What models from before a setting do not say of it has the default, which changes nothing.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    cell = try values.decode(CellKind.self, forKey: .cell)
    embeddingSize = try values.decode(Int.self, forKey: .embeddingSize)
    encoderLayers = try values.decode(Int.self, forKey: .encoderLayers)
    encoderHiddenSize = try values.decode(Int.self, forKey: .encoderHiddenSize)
    bidirectional = try values.decode(Bool.self, forKey: .bidirectional)
    decoderLayers = try values.decode(Int.self, forKey: .decoderLayers)
    decoderHiddenSize = try values.decode(Int.self, forKey: .decoderHiddenSize)
    attention = try values.decode(Attention.self, forKey: .attention)
    inputFeeding = try values.decode(Bool.self, forKey: .inputFeeding)
    tying = try values.decode(Tying.self, forKey: .tying)
    layerNormalization = try values.decode(Bool.self, forKey: .layerNormalization)
    connections = try values.decode(Connections.self, forKey: .connections)
    sourceVocabularySize = try values.decode(Int.self, forKey: .sourceVocabularySize)
    targetVocabularySize = try values.decode(Int.self, forKey: .targetVocabularySize)
    try values.decodeCell(
      into: &self, .forgetBias, .initialization, .initializationScale, .zoneoutHidden, .zoneoutCell)
  }
}

/// A setting that cannot be: which one, and what to do.
public struct ConfigurationError: Error, CustomStringConvertible, Equatable {
  /// Dotted name of the setting.
  public var key: String
  public var message: String

  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }

  public var description: String { "'\(key)' \(message)" }
}
