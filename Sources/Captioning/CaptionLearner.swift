internal import ImageFeatures
package import Neural
package import Seq2Seq
package import Tensors

/// Learns to caption: to speak of features that stay as they are, or together with the convolutional network
/// that makes them.
package struct CaptionLearner: TrainableNetwork {
  package let network: CaptionNetwork
  package let objective: CaptionObjective
  /// How the convolutional network learns; nil if it stays as it is, and examples are features.
  package let imageTraining: ImageTraining?

  /// Fewest and most tokens that the captions of one picture have together, where the data is known.
  package var captionTokens: ClosedRange<Int>?
  /// Judges captions of its own, where it is to learn from those.
  let critic: SelfCritic?

  package init(
    _ network: CaptionNetwork, _ objective: CaptionObjective, imageTraining: ImageTraining? = nil,
    critic: SelfCritic? = nil
  ) {
    self.network = network
    self.objective = objective
    self.imageTraining = imageTraining
    self.critic = critic
  }

  package var table: ParameterTable {
    imageTraining == nil ? network.speakerTable : network.table
  }

  package var targetVocabularySize: Int { network.config.decoder.vocabularySize }

  package func loss(
    _ examples: [CaptionExample], training: TrainingConfig, update: Int, scale: Float,
    on graph: Graph
  ) -> CrossEntropySums {
    let examples = examples.filter { !$0.captions.isEmpty }
    guard !examples.isEmpty else { return CrossEntropySums() }
    guard let critic, graph.mode == .training else {
      return network.loss(
        examples, dropout: DropoutRates(training), smoothing: training.labelSmoothing,
        coverage: objective.coverage, sampling: objective.sampling(update: update),
        rDrop: training.rDrop, scale: scale, on: graph
      ) { features($0, on: graph) }
    }
    let own = critic.captions(examples, network, on: graph)
    var sums = network.loss(
      own.examples, dropout: DropoutRates(training), rewards: own.rewards, scale: scale, on: graph
    ) { features($0, on: graph) }
    // What is minimised is the reward's negative, in the mean over tokens like a loss.
    sums.smoothed = -own.meanScore * Double(sums.tokens)
    return sums
  }

  /// Features of what examples bring, [B · places, C].
  private func features(_ images: [Tensor], on graph: Graph) -> Variable {
    let stacked = network.stacked(images, on: graph)
    guard let imageTraining else { return stacked }
    let buffers = graph.buffers
    let statistics: ConvolutionalEncoder.Statistics
    if let gradients = buffers.gradient, imageTraining.normalization == .batch {
      statistics = .batch(observed: network.statistics(in: gradients))
    } else {
      statistics = .running(network.statistics(in: buffers.value))
    }
    let features = network.image.encode(
      stacked, grid: network.config.image.inputGrid(batch: images.count), statistics: statistics,
      dropRate: imageTraining.depthDropRate, on: graph)
    return network.config.features == .body ? features.body : features.head
  }

  package func rule(for parameter: Parameter, _ training: TrainingConfig) -> UpdateRule {
    guard let imageTraining, parameter.offset >= network.speakerTable.count else {
      return .step(rate: 1)
    }
    guard parameter.offset >= network.statistics.lowerBound else {
      return .step(rate: imageTraining.learningRate)
    }
    return switch imageTraining.normalization {
    case .batch: .follow(share: 1 - network.config.image.normalizationMomentum)
    case .frozen: .step(rate: 0)
    }
  }

  package func maximumCells(_ training: TrainingConfig) throws -> Int {
    let config = network.config
    let places = network.grid(batch: 1).places
    let perPicture =
      imageTraining == nil ? places * config.featureChannels : config.image.activationNumbers
    let written = max(Self.captionsInOne * training.maxLength, captionTokens?.upperBound ?? 0)
    let captions = max(written, critic?.mostTokens ?? 0)
    let decoder = config.decoder
    // The memory with and without dropout, its keys, each with a gradient; the mask.
    let place = perPicture / places + 5 * decoder.memorySize + 2 * decoder.hiddenSize
    var numbers = max(place, decoder.activationNumbers(longest: places))
    // The gradient of what a step looked at; a second pass without gradients, and the scores it draws by.
    if objective.coverage > 0 { numbers += places }
    let draws = objective.scheduledSampling > 0
    if draws { numbers += numbers / 2 }
    let isPaired = training.rDrop > 0
    if isPaired { numbers *= 2 }
    let cells = try cells(
      within: training, bytesPerCell: 4 * (numbers + numbers / 16),
      scoredBlocks: 1 + (draws ? 1 : 0) + (isPaired ? 1 : 0),
      atLeast: places + captions, example: "picture with captions of \(captions) tokens")
    guard let critic, let fewest = captionTokens?.lowerBound else { return cells }
    // Batches are planned by the captions that people wrote; those that are drawn may be longer.
    let longer = max(1, Double(places + critic.mostTokens) / Double(places + fewest))
    return Int(Double(cells) / longer)
  }

  /// Captions that a picture may have for what is asked before training.
  private static let captionsInOne = 5
}

/// How a convolutional network learns together with what speaks of it.
public struct ImageTraining: Codable, Sendable, Equatable {
  /// What batch normalisation goes by.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// The running means and variances that the network came with: for weights that were trained before.
    case frozen
    /// Each piece's own: for weights that begin at random.
    case batch
  }

  /// Its learning rate as a share of the decoder's.
  public var learningRate: Float = 0.1
  public var normalization = Normalization.frozen
  /// What the probability that a block's branch is left out rises to over the blocks (stochastic depth, Huang et
  /// al. 2016); see `ConvolutionalEncoder.encode`.
  public var depthDropRate: Float = 0

  public init() {}

  /// Throws the first setting that cannot be.
  ///
  /// - Parameter section: what keys are put behind.
  func validate(section: String) throws {
    guard learningRate >= 0, learningRate <= 100 else {
      throw ConfigurationError(
        key: "\(section).learningRate", message: "is \(learningRate); it must be 0 to 100")
    }
    guard depthDropRate >= 0, depthDropRate < 1 else {
      throw ConfigurationError(
        key: "\(section).depthDropRate",
        message: "is \(depthDropRate); it must be at least 0 and below 1")
    }
  }
}
