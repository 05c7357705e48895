/// How a model is trained; saved whole with the run, so that it can be repeated.
public struct TrainingConfig: Codable, Sendable, Equatable {
  /// Which rule turns gradients into steps.
  public enum Optimizer: String, Codable, Sendable, CaseIterable { case adam, adamw, sgd }

  /// How the learning rate goes on after the warm-up.
  public enum Schedule: String, Codable, Sendable, CaseIterable {
    case constant
    /// In proportion to 1/√update (Vaswani et al. 2017, sec. 5.3).
    case inverseSquareRoot
    /// Times `decayFactor` whenever `decayPatience` validations bring nothing better.
    case plateau
    /// Falls in a straight line to zero at `updates`.
    case linear
  }

  /// What decides which checkpoint is best.
  public enum Criterion: String, Codable, Sendable, CaseIterable { case bleu, cider, loss }

  /// Start of all random numbers: first weights, order of data, dropout.
  public var seed: UInt64 = 1

  /// Target tokens in a batch (end marks counted).
  public var batchTokens = 1000
  /// Into how many pieces a batch is cut, whatever the number of workers: part of what a seed means.
  public var pieces = 2
  /// Of text that goes on and on: how many parts of it are learned from side by side.
  public var streams = 20
  /// Of such text: tokens of each stream in a batch, behind which gradients do not reach.
  public var steps = 35
  /// Of such text: whether that number is random, about `steps`, and the learning rate in proportion to it.
  public var randomSteps = false
  /// Batches whose gradients are added before a step.
  public var accumulation = 1
  /// Bound in MiB on what training holds beside its corpus: weights, moments, gradients and batches, which
  /// are planned to stay within.
  public var memoryLimit = 2000
  /// Longest source or target side in subwords; longer pairs are left out and counted.
  public var maxLength = 150

  /// Updates after which to stop; 0 for no bound.
  public var updates = 0
  /// Passes over the data after which to stop; 0 for no bound.
  public var epochs = 0

  public var optimizer: Optimizer = .adam
  public var learningRate: Float = 0.001
  public var beta1: Float = 0.9
  public var beta2: Float = 0.999
  public var epsilon: Float = 1e-8
  /// AdamW's and SGD's decoupled weight decay, a share per unit of learning rate.
  public var weightDecay: Float = 0
  /// SGD's momentum.
  public var momentum: Float = 0
  public var schedule: Schedule = .plateau
  /// Updates over which the learning rate rises from zero.
  public var warmup = 200
  public var decayFactor: Float = 0.7
  public var decayPatience = 2
  /// Longest gradient, as the norm over all weights; 0 for no clipping.
  public var clipNorm: Float = 5
  /// Largest number of a gradient, to which larger ones are cut before the norm is; 0 for no clipping.
  public var clipValue: Float = 0

  /// Share of the target's probability spread over the vocabulary (Szegedy et al. 2016).
  public var labelSmoothing: Float = 0.1
  /// Probability that an input is zeroed: subword vectors and what enters a further layer.
  public var inputDropout: Float = 0.2
  /// Probability that an output is zeroed: encoder memory and attentional vector.
  public var outputDropout: Float = 0.2
  /// Of language models: probability that what goes from a layer to the next is zeroed.
  public var layerDropout: Float = 0
  /// Of language models: probability that a unit of the vocabulary is zeroed wherever it is fed (Gal & Ghahramani 2016).
  public var embeddingDropout: Float = 0
  /// Of language models: what the mean square of the last layer's output costs (α of Merity et al. 2018).
  public var activationPenalty: Float = 0
  /// Of language models: what the mean square of its change from step to step costs (β of Merity et al. 2018).
  public var temporalActivationPenalty: Float = 0
  /// Probability that a recurrent unit is zeroed for a whole sequence (Gal & Ghahramani 2016).
  public var recurrentDropout: Float = 0
  /// Probability that a recurrent weight is zero for a whole piece of a batch (DropConnect, Merity et al. 2018).
  public var recurrentWeightDropout: Float = 0
  /// Probability that a source subword's vector is zeroed whole, each by itself (Sennrich, Haddow & Birch 2016,
  /// "Edinburgh Neural Machine Translation Systems for WMT 16", sec. 2.4).
  public var wordDropout: Float = 0
  /// α of R-Drop (Liang et al. 2021): each example is learned from twice with different dropout, and it costs besides,
  /// as α times the mean of both Kullback-Leibler divergences, that the two predict unlike things; 0 for once.
  public var rDrop: Float = 0
  /// Whether input and output dropout too keep one mask a sequence.
  public var variationalDropout = true
  /// Probability that a merge is skipped when a training line's source is cut (BPE-dropout, Provilkov et
  /// al. 2020).
  public var subwordDropout: Float = 0
  /// The same for the target.
  public var targetSubwordDropout: Float = 0

  /// Decay of the moving average of weights that validation and the saved model use; 0 for none.
  public var averageDecay: Float = 0
  /// Validations that the best loss must lie back for averaging of weights to begin, with the mean of all weights from
  /// there on (NT-ASGD; Merity et al. 2018, algorithm 1); 0 for none.
  public var averageAfter = 0

  /// Updates between validations; 0 for once an epoch.
  public var validationInterval = 500
  /// Lines of the development set that are translated for BLEU; all count for the loss.
  public var validationLines = 1000
  /// Hypotheses kept when validating.
  public var validationBeam = 1
  public var criterion: Criterion = .bleu
  /// Validations without improvement after which to stop; 0 for never.
  public var patience = 10
  /// Last checkpoints kept.
  public var keepCheckpoints = 3

  public init() {}

  /// Throws the first setting that cannot be.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: "training.\(key)", message: message()) }
    }
    for (key, value) in [
      ("batchTokens", batchTokens), ("pieces", pieces), ("accumulation", accumulation),
      ("memoryLimit", memoryLimit), ("maxLength", maxLength), ("validationBeam", validationBeam),
      ("keepCheckpoints", keepCheckpoints), ("decayPatience", decayPatience),
      ("validationLines", validationLines), ("streams", streams), ("steps", steps),
    ] {
      try check(value >= 1, key, "is \(value); it must be at least 1")
    }
    for (key, value, largest) in [
      ("pieces", pieces, 1024), ("maxLength", maxLength, 65_535),
      ("validationBeam", validationBeam, 1000), ("memoryLimit", memoryLimit, 1 << 30),
      ("batchTokens", batchTokens, 1 << 30), ("accumulation", accumulation, 1 << 16),
      ("streams", streams, 32_767), ("steps", steps, 65_000),
    ] {
      try check(value <= largest, key, "is \(value); it must be at most \(largest)")
    }
    for (key, value) in [
      ("updates", updates), ("epochs", epochs), ("warmup", warmup), ("patience", patience),
      ("validationInterval", validationInterval), ("averageAfter", averageAfter),
    ] {
      try check(value >= 0, key, "is \(value); it must not be negative")
    }
    for (key, value) in [
      ("labelSmoothing", labelSmoothing), ("inputDropout", inputDropout),
      ("outputDropout", outputDropout), ("recurrentDropout", recurrentDropout),
      ("recurrentWeightDropout", recurrentWeightDropout), ("wordDropout", wordDropout),
      ("subwordDropout", subwordDropout),
      ("targetSubwordDropout", targetSubwordDropout), ("averageDecay", averageDecay),
      ("beta1", beta1), ("beta2", beta2), ("momentum", momentum), ("layerDropout", layerDropout),
      ("embeddingDropout", embeddingDropout),
    ] {
      try check(value >= 0 && value < 1, key, "is \(value); it must be at least 0 and below 1")
    }
    try check(
      learningRate > 0 && learningRate.isFinite, "learningRate",
      "is \(learningRate); it must be positive")
    // What is much smaller is 0 in the arithmetic that divides by it.
    try check(
      epsilon >= 1e-30 && epsilon.isFinite, "epsilon",
      "is \(epsilon); it must be at least 1e-30 and finite")
    try check(
      weightDecay >= 0 && weightDecay.isFinite, "weightDecay",
      "is \(weightDecay); it must be finite and not negative")
    try check(
      weightDecay == 0 || optimizer != .adam, "weightDecay",
      "is \(weightDecay), but does nothing with optimizer adam; set training.optimizer: adamw, or leave it out"
    )
    try check(
      momentum == 0 || optimizer == .sgd, "momentum",
      "is \(momentum), but does nothing with optimizer \(optimizer.rawValue), which has beta1; set "
        + "training.optimizer: sgd, or leave it out")
    for (key, value) in [
      ("clipNorm", clipNorm), ("clipValue", clipValue), ("activationPenalty", activationPenalty),
      ("temporalActivationPenalty", temporalActivationPenalty), ("rDrop", rDrop),
    ] {
      try check(
        value >= 0 && value.isFinite, key, "is \(value); it must be finite and not negative")
    }
    try check(
      averageAfter == 0 || averageDecay == 0, "averageAfter",
      "makes a mean of weights, and so does 'training.averageDecay'; set one of them to 0")
    try check(
      decayFactor > 0 && decayFactor <= 1, "decayFactor",
      "is \(decayFactor); it must be above 0 and at most 1")
    try check(
      schedule != .linear || updates > 0, "schedule",
      "linear falls to zero at 'training.updates', which is not set")
  }
}
