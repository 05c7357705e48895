public import Neural

/// What it takes to build a decoder, whatever encoded what it looks at.
public struct DecoderConfig: Codable, Sendable, Equatable {
  /// The recurrent cell.
  public var cell: CellKind = .lstm
  /// Width of subword vectors (E).
  public var embeddingSize = 256
  public var layers = 1
  /// Units (H).
  public var hiddenSize = 512
  /// Width of a row of the memory that attention looks at (M).
  public var memorySize = 512
  public var attention: ModelConfig.Attention = .general
  /// Whether each step weighs every number of what it looked at by a gate of its state (Xu et al.
  /// 2015, sec. 4.2.1, there one gate for all numbers).
  public var attentionGate = false
  /// Whether the attentional vector of a step enters the next one (Luong et al. 2015, sec. 3.3).
  public var inputFeeding = true
  /// Whether the subword vectors serve as output layer (Press & Wolf 2017).
  public var tiesEmbeddings = false
  /// Whether the cells normalise their gates and cell value (Ba et al. 2016).
  public var layerNormalization = false
  /// What carries a layer's input past the layer.
  public var connections: Connections = .residual
  /// Entries of the target vocabulary (V); taken from the subwords when a model is made.
  public var vocabularySize = 0

  public init() {}

  /// Throws the first setting that makes no decoder.
  ///
  /// - Parameter section: what keys are put behind, such as `model.decoder`.
  public func validate(section: String) throws {
    func check(_ holds: Bool, _ key: String, _ message: String) throws {
      if !holds { throw ConfigurationError(key: "\(section).\(key)", message: message) }
    }
    for (key, value) in [
      ("embeddingSize", embeddingSize), ("layers", layers), ("hiddenSize", hiddenSize),
      ("memorySize", memorySize),
    ] {
      try check((1...65_536).contains(value), key, "is \(value); it must be 1 to 65536")
    }
    try check(layers <= 64, "layers", "is \(layers); at most 64")
    try check(
      attention != .dot || memorySize == hiddenSize, "attention",
      "dot compares vectors of one width, but the memory has \(memorySize) and the decoder "
        + "\(hiddenSize); use general, or equal widths")
  }
}

extension ModelConfig {
  /// The decoder of a text-to-text network.
  var decoder: DecoderConfig {
    var decoder = DecoderConfig()
    decoder.cell = cell
    decoder.embeddingSize = embeddingSize
    decoder.layers = decoderLayers
    decoder.hiddenSize = decoderHiddenSize
    decoder.memorySize = memorySize
    decoder.attention = attention
    decoder.inputFeeding = inputFeeding
    decoder.tiesEmbeddings = tying != .none
    decoder.layerNormalization = layerNormalization
    decoder.connections = connections
    decoder.vocabularySize = targetVocabularySize
    return decoder
  }
}
