public import Seq2Seq

/// Something about a training run that its owner should know, and what to try.
public struct RunRemark: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case vanishingGradients, explodingGradients, overfitting, underfitting, tooShort
  }

  public var kind: Kind
  /// What was seen, with its figures.
  public var finding: String
  /// What to try.
  public var advice: String

  public init(_ kind: Kind, _ finding: String, advice: String) {
    self.kind = kind
    self.finding = finding
    self.advice = advice
  }

  /// From which figures on something is remarked.
  public enum Threshold {
    /// A layer forgets if after so many steps, which is a sentence of usual length …
    public static let vanishingSteps = 20
    /// … less than this share of a gradient is left in every part of its state.
    public static let vanishingShare = 1e-3
    /// A layer explodes if more than this is left there.
    public static let explodingShare = 10.0
    /// Gradients explode if one is so many times as long as their median …
    public static let explodingNorm = 20.0
    /// … or that median is so many times `training.clipNorm` (to be clipped a little is ordinary), …
    public static let explodingMedian = 5.0
    /// … of at least so many noted, …
    public static let notedGradients = 8
    /// … or if so many updates were undone.
    public static let undoneUpdates = 1
    /// A model overfits if the development loss has risen by this share of its least, while the training loss fell, …
    public static let risingShare = 0.01
    /// … and is, in nats a token, this much above the training loss where both are measured alike.
    public static let overfittingGap = 0.1
    /// A model underfits if no validation was better for long, and the training loss, in nats a token, is not even this
    /// much below the development loss.
    public static let underfittingGap = 0.05
    /// A run was too short if the development loss fell by this share over the last third of its validations, …
    public static let improvingShare = 0.01
    /// … of which there are at least so many.
    public static let validations = 4
  }
}

extension RunRemark {
  /// A training run, as far as remarks go by it.
  public struct Run: Sendable {
    public var kind: RecipeKind
    public var training: TrainingConfig
    /// What its model says of cells; nil where that is not known.
    public var cells: (any CellConfig)?
    /// Layers of its model; nil where that is not known.
    public var layers: Int?
    /// Whether its recipe has a `start`, so that it has the network of another model.
    public var beginsWithModel = false
    /// How far gradients reach in its model, with `Threshold.vanishingSteps` among the distances; empty where that was
    /// not measured.
    public var traces: [GradientFlow.Trace] = []
    /// Whether training makes the loss smaller that validations measure. Where it goes by rewards, that loss rises of
    /// itself, and tells nothing.
    public var followsLikelihood = true
    /// Whether it is a variant of a comparison, which is over if one is trained on by itself.
    public var isCompared = false

    public init(_ kind: RecipeKind, _ training: TrainingConfig) {
      self.kind = kind
      self.training = training
    }
  }

  /// All that is to be said of a run.
  public static func remarks(on log: RunLog, of run: Run) -> [RunRemark] {
    let gradients = [vanishing(run), exploding(log, run)]
    let losses =
      run.followsLikelihood
      ? [overfitting(log, run), underfitting(log, run), tooShort(log, run)] : []
    return (gradients + losses).compactMap(\.self)
  }
}
