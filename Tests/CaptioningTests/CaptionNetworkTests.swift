import Captioning
import ImageFeatures
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct CaptionNetworkTests {
  static let captions: [[[TokenID]]] = [
    [[2, 3, 4, 5], [6, 7]], [[9]], [[10, 2, 2], [4, 8, 7, 6, 5], [12]],
  ]

  static func features(_ network: CaptionNetwork) -> [CaptionExample] {
    captions.enumerated().map { number, captions in
      CaptionExample(
        image: randomTensor(
          rows: network.grid(batch: 1).places, columns: network.config.featureChannels,
          seed: UInt64(number)),
        captions: captions)
    }
  }

  static func pixels(_ network: CaptionNetwork) -> [CaptionExample] {
    captions.enumerated().map { number, captions in
      CaptionExample(
        image: randomTensor(
          rows: network.config.image.inputGrid(batch: 1).rows, columns: 3, seed: UInt64(number)),
        captions: captions)
    }
  }

  static let variants: [(String, @Sendable (inout CaptionConfig) -> Void)] = [
    ("plain", { _ in }),
    (
      "no gate, untied",
      {
        $0.decoder.attentionGate = false
        $0.decoder.tiesEmbeddings = false
      }
    ),
    (
      "general, two layers",
      {
        $0.decoder.attention = .general
        $0.decoder.layers = 2
      }
    ),
    ("features of the body", { $0.features = .body }),
    (
      "two normalised layers",
      {
        $0.decoder.layerNormalization = true
        $0.decoder.layers = 2
      }
    ),
    ("three layers, residual", { $0.decoder.layers = 3 }),
    (
      "three layers of a GRU, highway",
      {
        $0.decoder.cell = .gru
        $0.decoder.connections = .highway
        $0.decoder.layers = 3
      }
    ),
  ]

  /// All of what speaks, with shared memory, gate and the cost of places not looked at.
  @Test(arguments: variants.indices, [true, false])
  func gradientWithFrozenFeatures(_ variant: Int, variationalDropout: Bool) throws {
    let network = try CaptionNetwork(TinyCaptioner.config(Self.variants[variant].1))
    let learner = CaptionLearner(network, CaptionObjective())
    var training = TrainingConfig()
    training.variationalDropout = variationalDropout
    // Normalised layers bend more.
    try check(
      learner, Self.features(network), training,
      step: network.config.decoder.layerNormalization ? 1e-5 : 2e-4)
  }

  @Test(arguments: [ImageTraining.Normalization.frozen, .batch])
  func gradientThroughTheConvolutionalNetwork(_ normalization: ImageTraining.Normalization) throws {
    let network = try CaptionNetwork(TinyCaptioner.config())
    var training = ImageTraining()
    training.normalization = normalization
    let learner = CaptionLearner(network, CaptionObjective(), imageTraining: training)
    try check(learner, Self.pixels(network), step: 3e-5)
  }

  /// A mean of the picture is all that a state begins with, whether it has a cell value or not.
  @Test(arguments: CellKind.allCases) func gradientWithEveryCell(_ kind: CellKind) throws {
    let network = try CaptionNetwork(
      TinyCaptioner.config {
        $0.decoder.cell = kind
        $0.decoder.zoneoutHidden = 0.1
      })
    try check(CaptionLearner(network, CaptionObjective()), Self.features(network))
  }

  /// About half of the recurrent matrix is masked, and so is its gradient.
  @Test func dropConnectReachesTheDecoder() throws {
    let network = try CaptionNetwork(TinyCaptioner.config())
    let learner = CaptionLearner(network, CaptionObjective())
    let weights = learner.table.initialWeights(seed: 3)
    func zeros(_ rate: Float) throws -> Double {
      var training = TrainingConfig()
      (training.inputDropout, training.outputDropout) = (0, 0)
      training.recurrentWeightDropout = rate
      let gradients = Tensor(rows: 1, columns: weights.count)
      let graph = Graph(
        weights: weights, gradients: gradients, generator: RandomGenerator(seed: 5))
      _ = learner.loss(
        Self.features(network), training: training, update: 1, scale: 1, on: graph)
      let matrix = try #require(learner.table.parameter(named: "decoder.0.hidden"))
      let values = matrix.cut(from: gradients).values
      return Double(values.count { $0 == 0 }) / Double(values.count)
    }
    #expect(try zeros(0) == 0)
    #expect(try (0.3...0.7).contains(zeros(0.5)))
  }

  /// Each rate of zoneout changes what the decoder makes of the same features.
  @Test func zoneoutReachesTheDecoder() throws {
    let plain = try CaptionNetwork(TinyCaptioner.config())
    let weights = plain.table.initialWeights(seed: 3)
    let features = Variable(constant: Self.features(plain)[0].image)
    let encoded = plain.encode(
      features, grid: plain.grid(batch: 1), on: Graph(weights: weights)
    ).constant
    // Two steps: h is made from c before zoneout, which the second sees.
    func cost(_ network: CaptionNetwork) -> Double {
      network.decoder.loss(
        encoded, inputs: PackedSequences([[Mark.begin, 5]]),
        targets: PackedSequences([[5, Mark.end]]),
        dropout: DropoutRates(), smoothing: 0, scale: 1, on: Graph(weights: weights)
      ).negativeLogLikelihood
    }
    let keys: [WritableKeyPath<CaptionConfig, Float>] = [
      \.decoder.zoneoutHidden, \.decoder.zoneoutCell,
    ]
    for key in keys {
      let network = try CaptionNetwork(TinyCaptioner.config { $0[keyPath: key] = 0.3 })
      #expect(cost(network) != cost(plain), "\(key)")
    }
  }

  /// Each caption twice, with masks of its own for the memory too; where some is sampled, both are fed the same.
  @Test(arguments: [0, 0.5] as [Float]) func gradientWithRDrop(sampling: Float) throws {
    let network = try CaptionNetwork(TinyCaptioner.config())
    var objective = CaptionObjective()
    objective.scheduledSampling = sampling
    objective.samplingUpdates = 1
    let learner = CaptionLearner(network, objective)
    var training = TrainingConfig()
    training.rDrop = 2
    // What is drawn would change with the weights.
    if sampling == 0 { try check(learner, Self.features(network), training) }
    (training.inputDropout, training.outputDropout) = (0, 0)
    func result(_ rDrop: Float) -> (CrossEntropySums, [Float]) {
      training.rDrop = rDrop
      let weights = learner.table.initialWeights(seed: 2)
      let gradients = Tensor(rows: 1, columns: weights.count)
      let graph = Graph(
        weights: weights, gradients: gradients, generator: RandomGenerator(seed: 4))
      let sums = learner.loss(
        Self.features(network), training: training, update: 1, scale: 1, on: graph)
      return (sums, gradients.values)
    }
    // Without dropout both passes agree, and two halves make a whole.
    let (plain, paired) = (result(0), result(3))
    #expect(paired.0.tokens == plain.0.tokens)
    #expect(abs(paired.0.smoothed - plain.0.smoothed) < 1e-4)
    #expect(largestError(paired.1, plain.1.map(Double.init)) < 1e-5)
  }

  private func check(
    _ learner: CaptionLearner, _ examples: [CaptionExample],
    _ training: TrainingConfig = TrainingConfig(), step: Double = 2e-4
  ) throws {
    var training = training
    training.inputDropout = 0.2
    training.outputDropout = 0.3
    training.recurrentDropout = 0.25
    training.recurrentWeightDropout = 0.1
    let weights = learner.table.initialWeights(seed: 3)
    let gradients = Tensor(rows: 1, columns: weights.count)
    let graph = Graph(weights: weights, gradients: gradients)
    func loss() -> Double {
      graph.reset()
      graph.generator = RandomGenerator(seed: 5)
      return 0.5
        * learner.loss(examples, training: training, update: 1, scale: 0.5, on: graph).smoothed
    }
    _ = loss()
    // What is observed in place of gradients is none of the loss's slope.
    let slope = gradients.values.enumerated().map { place, value in
      place < learner.parameterCount ? value : 0
    }
    let gradient = Tensor(rows: 1, columns: weights.count, slope)
    let error = gradientError(at: weights, gradient: gradient, step: step, loss: loss)
    #expect(error < 0.015)
  }

  @Test func captionsOfOnePictureCostWhatTheyCostAlone() throws {
    let network = try CaptionNetwork(TinyCaptioner.config())
    let learner = CaptionLearner(network, CaptionObjective())
    let graph = Graph(weights: learner.table.initialWeights(seed: 2))
    func cost(_ examples: [CaptionExample]) -> Double {
      graph.reset()
      return learner.loss(examples, training: TrainingConfig(), update: 1, scale: 1, on: graph)
        .negativeLogLikelihood
    }
    let examples = Self.features(network)
    let alone = examples.flatMap { example in
      example.captions.map { cost([CaptionExample(image: example.image, captions: [$0])]) }
    }
    #expect(abs(cost(examples) - alone.reduce(0, +)) < 1e-4)
  }

  @Test func coverageChangesTheGradientAndNotTheLoss() throws {
    let network = try CaptionNetwork(TinyCaptioner.config())
    var objective = CaptionObjective()
    func result() -> (Double, [Float]) {
      let learner = CaptionLearner(network, objective)
      let weights = learner.table.initialWeights(seed: 2)
      let gradients = Tensor(rows: 1, columns: weights.count)
      let graph = Graph(weights: weights, gradients: gradients)
      let sums = learner.loss(
        Self.features(network), training: TrainingConfig(), update: 1, scale: 1, on: graph)
      return (sums.smoothed, gradients.values)
    }
    let plain = result()
    objective.coverage = 1
    let covered = result()
    #expect(plain.0 == covered.0)
    #expect(plain.1 != covered.1)
  }

  @Test func whatSpeaksComesFirstInTheTable() throws {
    let network = try CaptionNetwork(TinyCaptioner.config())
    #expect(
      Array(network.table.parameters.prefix(network.speakerTable.parameters.count))
        == network.speakerTable.parameters)
    #expect(network.table.parameter(named: "image.stem.mean") != nil)
    #expect(network.speakerTable.parameter(named: "image.stem.weight") == nil)
  }
}

extension CaptionLearner {
  /// Numbers that gradients are of.
  fileprivate var parameterCount: Int {
    imageTraining == nil
      ? table.count : table.count - network.image.statistics.count
  }
}
