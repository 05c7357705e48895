public import Tensors

/// Where the trainer takes its examples from; read by all workers at once.
public protocol TrainingData<Example>: Sendable {
  associatedtype Example: Sendable

  /// How many examples there are.
  var count: Int { get }

  /// Tokens of example `index` as it is cut without chance, end marks counted: what batches are planned by.
  func lengths(_ index: Int) -> (source: Int, target: Int)

  /// Expected copies of each example in an epoch; nil when each comes once.
  var weights: ExampleWeights? { get }

  /// Example `index`, cut anew with `generator` where the recipe asks for chance (BPE-dropout).
  func example(_ index: Int, using generator: inout RandomGenerator) -> Example

  /// Example `index` cut as development data is, without chance, as far as that can be.
  func plainExample(_ index: Int) -> Example

  /// How examples are dealt into batches.
  ///
  /// - Parameter maximumCells: bound on rows × longest source + rows × longest target of a batch.
  /// - Throws: `ConfigurationError` for settings that the data cannot be dealt by.
  func plan(_ config: TrainingConfig, maximumCells: Int) throws -> any TrainingPlan

  /// What examples leave behind for those of the next batch, saved with the weights; nil where each stands alone.
  var carried: Tensor? { get }
}

extension TrainingData {
  public func plainExample(_ index: Int) -> Example {
    var generator = RandomGenerator(seed: 0, stream: UInt64(index))
    return example(index, using: &generator)
  }

  /// Examples of like length make a batch, in random order.
  public func plan(_ config: TrainingConfig, maximumCells: Int) throws -> any TrainingPlan {
    BatchPlanner(
      lengths: (0..<count).lazy.map { lengths($0) }, weights: weights,
      batchTokens: config.batchTokens, maximumCells: maximumCells, seed: config.seed)
  }

  public var carried: Tensor? { nil }
}

/// What a validation found.
public struct ValidationResult: Codable, Sendable, Equatable {
  /// Negative log-likelihood a target token, in nats.
  public var loss: Double
  /// The same, measured alike, over some of what is learned from: without dropout and label smoothing, so that its
  /// distance from `loss` tells what was learned by heart. Nil where it was not measured.
  public var trainingLoss: Double?
  /// BLEU of what was decoded (of captions: BLEU-4); nil where nothing was.
  public var bleu: Double?
  /// CIDEr of captions (Vedantam et al. 2015, as coco-caption computes it); nil elsewhere.
  public var cider: Double?
  /// Of language models: perplexity a word, ends of lines counted as words; nil elsewhere, and where it is beyond all
  /// numbers, as it may be of text without white space.
  public var perplexity: Double?
  /// Of language models: bits a character, ends of lines counted; nil elsewhere, and where there are words that the
  /// model does not know.
  public var bitsPerCharacter: Double?

  public init(
    loss: Double, bleu: Double?, cider: Double? = nil, perplexity: Double? = nil,
    bitsPerCharacter: Double? = nil
  ) {
    self.loss = loss
    self.bleu = bleu
    self.cider = cider
    self.perplexity = perplexity
    self.bitsPerCharacter = bitsPerCharacter
  }
}

/// Judges weights on data that training does not see.
public protocol Validator {
  /// - Parameter weights: laid out for inference; not to be kept.
  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult
}
