public import Neural

/// What it takes to build a decoder, whatever encoded what it looks at.
public struct DecoderConfig: CellConfig, Codable, Sendable, Equatable {
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
    try validateCell(section: section)
    try check(layers <= 64, "layers", "is \(layers); at most 64")
    try check(
      attention != .dot || memorySize == hiddenSize, "attention",
      "dot compares vectors of one width, but the memory has \(memorySize) and the decoder "
        + "\(hiddenSize); use general, or equal widths")
  }
}

extension DecoderConfig {
  /// What models from before a setting do not say of it has the default, which changes nothing.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    cell = try values.decode(CellKind.self, forKey: .cell)
    embeddingSize = try values.decode(Int.self, forKey: .embeddingSize)
    layers = try values.decode(Int.self, forKey: .layers)
    hiddenSize = try values.decode(Int.self, forKey: .hiddenSize)
    memorySize = try values.decode(Int.self, forKey: .memorySize)
    attention = try values.decode(ModelConfig.Attention.self, forKey: .attention)
    attentionGate = try values.decode(Bool.self, forKey: .attentionGate)
    inputFeeding = try values.decode(Bool.self, forKey: .inputFeeding)
    tiesEmbeddings = try values.decode(Bool.self, forKey: .tiesEmbeddings)
    layerNormalization = try values.decode(Bool.self, forKey: .layerNormalization)
    connections = try values.decode(Connections.self, forKey: .connections)
    vocabularySize = try values.decode(Int.self, forKey: .vocabularySize)
    try values.decodeCell(
      into: &self, .forgetBias, .initialization, .initializationScale, .zoneoutHidden, .zoneoutCell)
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
    decoder.forgetBias = forgetBias
    decoder.initialization = initialization
    decoder.initializationScale = initializationScale
    decoder.zoneoutHidden = zoneoutHidden
    decoder.zoneoutCell = zoneoutCell
    decoder.connections = connections
    decoder.vocabularySize = targetVocabularySize
    return decoder
  }
}
