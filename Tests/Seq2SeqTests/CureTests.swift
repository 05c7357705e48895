import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct CureTests {
  private let config = NetworkGradientTests.configs[0].1
  private let examples = NetworkGradientTests.examples

  private func dropout(word: Float = 0) -> DropoutRates {
    var dropout = DropoutRates()
    (dropout.input, dropout.output, dropout.recurrent) = (0.2, 0.3, 0.25)
    dropout.word = word
    return dropout
  }

  /// Through a whole network, with masks that stay.
  @Test(arguments: [(0, 0.3), (3, 0), (3, 0.3)] as [(Float, Float)], [true, false])
  func gradientsAgreeWithDifferences(_ cure: (rDrop: Float, word: Float), variational: Bool) throws
  {
    let network = try EncoderDecoder(config)
    let weights = network.table.initialWeights(seed: 3)
    let gradients = Tensor(rows: 1, columns: weights.count)
    let graph = Graph(weights: weights, gradients: gradients)
    var dropout = dropout(word: cure.word)
    dropout.variational = variational
    func loss() -> Double {
      graph.reset()
      graph.generator = RandomGenerator(seed: 5)
      return network.loss(
        examples, dropout: dropout, smoothing: 0.1, rDrop: cure.rDrop, scale: 0.5, on: graph
      ).smoothed * 0.5
    }
    _ = loss()
    let gradient = gradients.copied
    let error = gradientError(at: weights, gradient: gradient, loss: loss)
    #expect(error < 0.01, "\(error)")
  }

  private func result(
    rDrop: Float, dropout: DropoutRates = .init(), trains: Bool = true
  ) throws -> (CrossEntropySums, [Float]) {
    let network = try EncoderDecoder(config)
    let weights = network.table.initialWeights(seed: 3)
    let gradients = Tensor(rows: 1, columns: weights.count)
    let graph = Graph(
      weights: weights, gradients: trains ? gradients : nil, generator: RandomGenerator(seed: 8))
    let sums = network.loss(examples, dropout: dropout, smoothing: 0.1, rDrop: rDrop, on: graph)
    return (sums, gradients.values)
  }

  /// Without dropout both passes agree, and two halves make a whole.
  @Test func rDropWithoutDropoutChangesNothing() throws {
    let (plain, paired) = (try result(rDrop: 0), try result(rDrop: 5))
    #expect(paired.0.tokens == plain.0.tokens)
    #expect(abs(paired.0.smoothed - plain.0.smoothed) < 1e-4)
    #expect(abs(paired.0.negativeLogLikelihood - plain.0.negativeLogLikelihood) < 1e-4)
    #expect(largestError(paired.1, plain.1.map(Double.init)) < 1e-5)
    // Nor is anything gone through twice outside training.
    let inference = try (result(rDrop: 0, trains: false), result(rDrop: 5, trains: false))
    #expect(inference.0.0 == inference.1.0)
  }

  @Test func rDropCostsMoreTheMoreItIsAskedFor() throws {
    let found = try [0.001, 1, 2].map { try result(rDrop: $0, dropout: dropout()).0 }
    let cost = found.map { $0.smoothed - found[0].smoothed }
    #expect(cost[1] > 0.01 && abs(cost[2] - 2 * cost[1]) < 0.01 * cost[2])
    #expect(found[1].negativeLogLikelihood == found[0].negativeLogLikelihood)
  }

  @Test func theResultDoesNotDependOnWorkers() throws {
    let found = try [1, 3].map { workers in
      let run = try TrainingRun()
      run.config.rDrop = 2
      run.config.wordDropout = 0.1
      run.model.connections = .highway
      run.model.encoderLayers = 2
      run.model.decoderLayers = 2
      run.validator = try LossValidator(run)
      #expect(try run.session(workers: workers) == .updates)
      return try run.buffers()
    }
    let same = found[0] == found[1]
    #expect(same)
  }

  @Test func settingsThatCannotBeAreNamed() {
    for (change, key) in [
      ({ $0.rDrop = -1 }, "training.rDrop"), ({ $0.rDrop = .infinity }, "training.rDrop"),
      ({ $0.wordDropout = 1 }, "training.wordDropout"),
      (
        {
          $0.optimizer = .adamw
          $0.weightDecay = .infinity
        }, "training.weightDecay"
      ),
      ({ $0.weightDecay = 0.1 }, "training.weightDecay"),
      ({ $0.momentum = 0.5 }, "training.momentum"),
    ] as [((inout TrainingConfig) -> Void, String)] {
      var config = TrainingConfig()
      change(&config)
      #expect(throws: ConfigurationError.self) { try config.validate() }
      #expect((#expect(throws: ConfigurationError.self) { try config.validate() })?.key == key)
    }
  }

  @Test func connectionsAreWhatTheirNamesSay() throws {
    func parameters(_ connections: Connections, layers: Int) throws -> [String] {
      var config = config
      (config.encoderLayers, config.decoderLayers) = (layers, layers)
      config.connections = connections
      return try EncoderDecoder(config).table.parameters.map(\.name).filter {
        $0.contains("highway")
      }
    }
    #expect(try parameters(.residual, layers: 3).isEmpty && parameters(.none, layers: 3).isEmpty)
    #expect(try parameters(.highway, layers: 1).isEmpty)
    #expect(
      try parameters(.highway, layers: 3) == [
        "encoder.1.highway", "encoder.1.highway.bias", "encoder.2.highway",
        "encoder.2.highway.bias", "decoder.1.highway", "decoder.1.highway.bias",
        "decoder.2.highway", "decoder.2.highway.bias",
      ])
    func loss(_ connections: Connections, layers: Int) throws -> Double {
      var config = config
      (config.encoderLayers, config.decoderLayers) = (layers, layers)
      config.connections = connections
      let network = try EncoderDecoder(config)
      let graph = Graph(weights: network.table.initialWeights(seed: 2))
      return network.loss(examples, on: graph).negativeLogLikelihood
    }
    // Residual connections begin with the third layer.
    #expect(try loss(.residual, layers: 2) == loss(.none, layers: 2))
    #expect(try loss(.residual, layers: 3) != loss(.none, layers: 3))
    #expect(try loss(.highway, layers: 2) != loss(.none, layers: 2))
  }

  /// What was stored before there was a choice.
  @Test func olderModelsHaveResidualConnections() throws {
    func without(_ value: some Encodable) throws -> Data {
      var object = try #require(
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any])
      #expect(object.removeValue(forKey: "connections") as? String == "highway")
      return try JSONSerialization.data(withJSONObject: object)
    }
    var model = ModelConfig()
    model.connections = .highway
    #expect(try JSONDecoder().decode(ModelConfig.self, from: JSONEncoder().encode(model)) == model)
    model = try JSONDecoder().decode(ModelConfig.self, from: without(model))
    #expect(model == ModelConfig())
    var decoder = DecoderConfig()
    decoder.connections = .highway
    decoder = try JSONDecoder().decode(DecoderConfig.self, from: without(decoder))
    #expect(decoder == DecoderConfig())
  }

  /// What goes past a layer comes there whole, whatever dropout makes of what enters the layer.
  @Test func dropoutIsOfWhatEntersALayer() throws {
    /// Weights of which those of the third layer are zero, so that this one's output is.
    func weights(_ table: ParameterTable, but layer: String) -> Tensor {
      let weights = table.initialWeights(seed: 2)
      for parameter in table.parameters where parameter.name.hasPrefix(layer) {
        fill(parameter.cut(from: weights), with: 0)
      }
      return weights
    }
    func graph(_ weights: Tensor) -> Graph {
      Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        generator: RandomGenerator(seed: 3))
    }
    var config = config
    (config.encoderLayers, config.connections) = (3, .residual)
    let translator = try EncoderDecoder(config)
    var dropout = DropoutRates()
    dropout.input = 0.5
    let memory = translator.encoder.encode(
      PackedSequences([[2, 3, 4, Mark.end]]), dropout: dropout,
      on: graph(weights(translator.table, but: "encoder.2."))
    ).memory.value
    #expect(memory.values.allSatisfy { $0 != 0 })

    let language = try LanguageNetwork(
      LanguageTask.config {
        ($0.layers, $0.connections, $0.embeddingSize, $0.hiddenSize) = (3, .residual, 7, 7)
      })
    var regularization = LanguageRegularization()
    regularization.layer = 0.5
    let output = language.outputs(
      [LanguageExample(line: [4, 5, 6])], regularization,
      on: graph(weights(language.table, but: "layer.2."))
    ).output.value
    #expect(output.values.allSatisfy { $0 != 0 })
  }

  /// The same of a decoder: where dropout of inputs meets zeros alone, it changes nothing of what goes past a layer.
  @Test func dropoutIsOfWhatEntersADecodersLayer() throws {
    var config = config
    (config.decoderLayers, config.connections) = (3, .residual)
    let network = try EncoderDecoder(config)
    func loss(bias: Float, dropout rate: Float) throws -> Double {
      let weights = network.table.initialWeights(seed: 2)
      let zeroed = ["encoder.", "decoder.0.", "decoder.1.", "decoder.2."]
      for parameter in network.table.parameters
      where zeroed.contains(where: parameter.name.hasPrefix) {
        fill(parameter.cut(from: weights), with: 0)
      }
      // The only thing that the second layer makes its output of, and the third adds to its own.
      let second = try #require(network.table.parameter(named: "decoder.1.bias"))
      fill(second.cut(from: weights), with: bias)
      let graph = Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        generator: RandomGenerator(seed: 3))
      var dropout = DropoutRates()
      dropout.input = rate
      return network.loss(examples, dropout: dropout, on: graph).negativeLogLikelihood
    }
    #expect(try loss(bias: 0.5, dropout: 0.5) == loss(bias: 0.5, dropout: 0))
    #expect(try loss(bias: 0.5, dropout: 0) != loss(bias: 0.2, dropout: 0))
  }

  /// Deep stacks with highways let a gradient through from layer to layer at once.
  @Test func highwaysBeginWithTheInput() throws {
    var config = config
    config.encoderLayers = 6
    func firstEmbeddingGradient(_ connections: Connections) throws -> Double {
      config.connections = connections
      let network = try EncoderDecoder(config)
      let weights = network.table.initialWeights(seed: 2)
      let gradients = Tensor(rows: 1, columns: weights.count)
      _ = network.loss(examples, on: Graph(weights: weights, gradients: gradients))
      let table = try #require(network.table.parameter(named: "encoder.embedding"))
      return table.cut(from: gradients).doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    #expect(try firstEmbeddingGradient(.highway) > 2 * firstEmbeddingGradient(.none))
  }
}
