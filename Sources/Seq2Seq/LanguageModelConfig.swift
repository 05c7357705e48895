public import Neural

/// What it takes to rebuild a language model's network; stored beside its weights.
public struct LanguageModelConfig: CellConfig, Codable, Sendable, Equatable {
  /// How the width of tied vectors is come to where the layers have another.
  public enum Narrowing: String, Codable, Sendable, CaseIterable {
    /// The last layer has as many units as vectors have numbers (AWD-LSTM; Merity et al. 2018).
    case lastLayer
    /// All layers are alike, and a matrix projects what the last one gives.
    case projection
  }

  /// The recurrent cell.
  public var cell: CellKind = .lstm
  /// Width of the units' vectors (E).
  public var embeddingSize = 256
  public var layers = 1
  /// Units of a layer (H).
  public var hiddenSize = 512
  /// Whether the units' vectors serve as output layer (Press & Wolf 2017; Inan et al. 2017).
  public var tiesEmbeddings = true
  /// What becomes of layers that are wider or narrower than tied vectors.
  public var narrowing: Narrowing = .projection
  /// Whether the cells normalise their gates and cell value (Ba et al. 2016).
  public var layerNormalization = false
  /// What the bias of a forget gate starts at, where the cell has one (Gers et al. 2000).
  public var forgetBias: Float = 1
  /// How recurrent matrices start.
  public var initialization: RecurrentInitialization = .glorot
  /// What the spread of the other random matrices at the start is multiplied by.
  public var initializationScale: Float = 1
  /// Probability that a number of h stays as it was at a step (zoneout, Krueger et al. 2017).
  public var zoneoutHidden: Float = 0
  /// The same of the cell value, where the cell has one.
  public var zoneoutCell: Float = 0
  /// What carries a layer's input past the layer, where both have one width.
  public var connections: Connections = .none
  /// Entries of the vocabulary (V); taken from the units when a model is made.
  public var vocabularySize = 0

  public init() {}

  /// Units of each layer.
  public var layerSizes: [Int] {
    var sizes = Array(repeating: hiddenSize, count: layers)
    if tiesEmbeddings, narrowing == .lastLayer { sizes[layers - 1] = embeddingSize }
    return sizes
  }

  /// Throws the first setting that makes no network.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: String) throws {
      if !holds { throw ConfigurationError(key: "model.\(key)", message: message) }
    }
    for (key, value) in [
      ("embeddingSize", embeddingSize), ("layers", layers), ("hiddenSize", hiddenSize),
    ] {
      try check((1...65_536).contains(value), key, "is \(value); it must be 1 to 65536")
    }
    try validateCell(section: "model")
    try check(layers <= 64, "layers", "is \(layers); at most 64")
  }

  /// Throws the first setting that does nothing beside the others: whoever wrote it into a recipe expects something of
  /// it. Models that were made with such settings are none the worse.
  package func checkNothingIsIdle() throws {
    func check(_ holds: Bool, _ key: String, _ message: String) throws {
      if !holds { throw ConfigurationError(key: "model.\(key)", message: message) }
    }
    try check(
      tiesEmbeddings || narrowing == LanguageModelConfig().narrowing, "narrowing",
      "is for vectors that are the output layer too and does nothing here; leave it out, or set "
        + "model.tiesEmbeddings: true")
    try check(
      !tiesEmbeddings || narrowing != .lastLayer || layers > 1 || hiddenSize == embeddingSize,
      "hiddenSize",
      "is \(hiddenSize), but with 'model.narrowing' lastLayer the only layer is as wide as the vectors "
        + "(\(embeddingSize)); set narrowing: projection, or more layers")
    let sizes = layerSizes
    let first = connections == .residual ? 2 : 1
    try check(
      connections == .none
        || sizes.indices.dropFirst(first).contains { sizes[$0] == sizes[$0 - 1] }, "connections",
      "is \(connections.rawValue), but no layer that it is for (the second and further ones, with residual the "
        + "third) has an input of its own width; set more layers, or leave it out")
  }
}
