public import Neural

/// A number that stands for a subword.
public typealias TokenID = Int32

/// What it takes to rebuild a trained network; stored beside its weights.
public struct ModelConfig: Codable, Sendable, Equatable {
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
