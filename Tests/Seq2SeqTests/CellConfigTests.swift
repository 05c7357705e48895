import Foundation
import Neural
import Seq2Seq
import Tensors
import Testing

/// What architectures say of their cells.
@Suite struct CellConfigTests {
  /// Settings that came after the first models.
  private static let later = [
    "forgetBias", "initialization", "initializationScale", "zoneoutHidden", "zoneoutCell",
  ]

  private func without(_ keys: [String], of config: some Encodable) throws -> Data {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(config))
    var members = try #require(object as? [String: Any])
    for key in keys { #expect(members.removeValue(forKey: key) != nil, "\(key)") }
    return try JSONSerialization.data(withJSONObject: members)
  }

  /// A `model.json` from before says nothing of them, and means what it always did.
  @Test func olderModelsAreRead() throws {
    var model = ModelConfig()
    (model.attention, model.tying, model.layerNormalization) = (.additive, .target, true)
    (model.sourceVocabularySize, model.bidirectional) = (7, false)
    let json = try without(Self.later, of: model)
    #expect(try JSONDecoder().decode(ModelConfig.self, from: json) == model)
    var decoder = DecoderConfig()
    (decoder.attentionGate, decoder.tiesEmbeddings, decoder.memorySize) = (true, true, 9)
    let decoderJSON = try without(Self.later, of: decoder)
    #expect(try JSONDecoder().decode(DecoderConfig.self, from: decoderJSON) == decoder)
  }

  /// Every key that is written is read: another value of it comes back.
  @Test func everySettingIsWrittenAndRead() throws {
    try checkEveryKey(of: ModelConfig())
    try checkEveryKey(of: DecoderConfig())
  }

  /// Values of which each setting can have one that is not its default.
  private static let values: [any Sendable] = [
    "gru", "orthogonal", "additive", "dot", "target", "none", "highway", true, false, 1, 2,
  ]

  private func checkEveryKey<Config: Codable>(of config: Config) throws {
    func text(_ members: [String: Any]) throws -> Data {
      try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
    }
    func members(_ config: Config) throws -> [String: Any] {
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(config))
      return try #require(json as? [String: Any])
    }
    let defaults = try members(config)
    for key in defaults.keys {
      let isRead = try Self.values.contains { value in
        var changed = defaults
        changed[key] = value
        let json = try text(changed)
        guard try json != text(defaults),
          let found = try? JSONDecoder().decode(Config.self, from: json)
        else { return false }
        return try text(members(found)) == json
      }
      #expect(isRead, "\(Config.self).\(key)")
    }
  }

  /// What every model has said from the first must be there.
  @Test(arguments: ["cell", "embeddingSize", "attention", "layerNormalization"])
  func whatMustBeThereIsMissed(_ key: String) throws {
    let model = try without([key], of: ModelConfig())
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(ModelConfig.self, from: model) }
    let decoder = try without([key], of: DecoderConfig())
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DecoderConfig.self, from: decoder)
    }
  }

  /// Each setting reaches the weights of encoder and decoder.
  @Test func settingsReachBothSides() throws {
    func weights(_ change: (inout ModelConfig) -> Void) throws -> (EncoderDecoder, Tensor) {
      var config = NetworkGradientTests.configs[0].1
      change(&config)
      let network = try EncoderDecoder(config)
      return (network, network.table.initialWeights(seed: 1))
    }
    func values(_ name: String, _ made: (EncoderDecoder, Tensor)) throws -> [Float] {
      try #require(made.0.table.parameter(named: name)).cut(from: made.1).values
    }
    let plain = try weights { _ in }
    for cell in ["encoder.0.forward", "encoder.0.backward", "decoder.0"] {
      let biased = try weights { $0.forgetBias = 3 }
      #expect(try values("\(cell).bias", biased).contains(3))
      let orthogonal = try weights { $0.initialization = .orthogonal }
      #expect(try values("\(cell).hidden", orthogonal) != values("\(cell).hidden", plain))
      #expect(try values("\(cell).input", orthogonal) == values("\(cell).input", plain))
      // All that is random is scaled; orthogonal matrices are not.
      let scaled = try weights { ($0.initialization, $0.initializationScale) = (.orthogonal, 2) }
      #expect(try values("\(cell).hidden", scaled) == values("\(cell).hidden", orthogonal))
      #expect(try values("\(cell).input", scaled) == values("\(cell).input", plain).map { 2 * $0 })
    }
    let scaled = try weights { $0.initializationScale = 2 }
    for name in ["encoder.embedding", "decoder.output", "decoder.0.hidden", "decoder.feed"] {
      #expect(try values(name, scaled) == values(name, plain).map { 2 * $0 })
    }
  }

  /// About half of each recurrent matrix is masked on both sides, and so is its gradient.
  @Test func dropConnectReachesBothSides() throws {
    var config = NetworkGradientTests.configs[0].1
    (config.encoderHiddenSize, config.decoderHiddenSize) = (9, 14)
    let network = try EncoderDecoder(config)
    let weights = network.table.initialWeights(seed: 1)
    func zeros(_ rate: Float) throws -> [Double] {
      var training = TrainingConfig()
      (training.inputDropout, training.outputDropout) = (0, 0)
      training.recurrentWeightDropout = rate
      let gradients = Tensor(rows: 1, columns: weights.count)
      let graph = Graph(
        weights: weights, gradients: gradients, generator: RandomGenerator(seed: 5))
      _ = network.loss(
        NetworkGradientTests.examples, training: training, update: 1, scale: 1, on: graph)
      return try ["encoder.0.forward", "encoder.0.backward", "decoder.0"].map { cell in
        let matrix = try #require(network.table.parameter(named: "\(cell).hidden"))
        let values = matrix.cut(from: gradients).values
        return Double(values.count { $0 == 0 }) / Double(values.count)
      }
    }
    #expect(try zeros(0) == [0, 0, 0])
    let masked = try zeros(0.5)
    #expect(masked.allSatisfy { (0.3...0.7).contains($0) }, "\(masked)")
  }

  /// Each rate of zoneout changes what the encoder comes to, and what the decoder makes of the same memory.
  @Test func zoneoutReachesBothSides() throws {
    let config = NetworkGradientTests.configs[0].1
    let plain = try EncoderDecoder(config)
    let weights = plain.table.initialWeights(seed: 1)
    func memory(_ network: EncoderDecoder, on graph: Graph) -> EncoderOutput {
      network.encoder.encode(PackedSequences([[2, 3, 4, Mark.end]]), on: graph).constant
    }
    let encoded = memory(plain, on: Graph(weights: weights))
    // Two steps: h is made from c before zoneout, which the second sees.
    func cost(_ network: EncoderDecoder) -> Double {
      network.decoder.loss(
        encoded, inputs: PackedSequences([[Mark.begin, 5]]),
        targets: PackedSequences([[5, Mark.end]]),
        dropout: DropoutRates(), smoothing: 0, scale: 1, on: Graph(weights: weights)
      ).negativeLogLikelihood
    }
    let keys: [WritableKeyPath<ModelConfig, Float>] = [\.zoneoutHidden, \.zoneoutCell]
    for key in keys {
      var changed = config
      changed[keyPath: key] = 0.3
      let network = try EncoderDecoder(changed)
      let other = memory(network, on: Graph(weights: weights))
      #expect(other.memory.value.values != encoded.memory.value.values, "\(key)")
      #expect(cost(network) != cost(plain), "\(key)")
    }
  }

  /// Two passes at the same update are of the same masked network; the rate changes what is drawn.
  @Test func trainingSettingsReachTheCells() throws {
    let network = try EncoderDecoder(NetworkGradientTests.configs[0].1)
    let weights = network.table.initialWeights(seed: 1)
    func loss(_ change: (inout TrainingConfig) -> Void) -> Double {
      var training = TrainingConfig()
      (training.inputDropout, training.outputDropout) = (0, 0)
      change(&training)
      let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
      graph.generator = RandomGenerator(seed: 5)
      return network.loss(
        NetworkGradientTests.examples, training: training, update: 1, scale: 1, on: graph
      ).negativeLogLikelihood
    }
    let plain = loss { _ in }
    #expect(loss { _ in } == plain)
    #expect(loss { $0.recurrentWeightDropout = 0.3 } != plain)
    #expect(
      loss { $0.recurrentWeightDropout = 0.3 } == loss { $0.recurrentWeightDropout = 0.3 })
  }
}
