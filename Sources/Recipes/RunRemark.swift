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
    /// Gradients are often too long if more than this share of those noted is longer than `training.clipNorm` …
    public static let clippedShare = 0.5
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
  /// All that is to be said of a run.
  ///
  /// - Parameters:
  ///   - training: how it was trained.
  ///   - traces: how far gradients reach in its model, with `Threshold.vanishingSteps` among the distances; empty where
  ///     that was not measured.
  public static func remarks(
    on log: RunLog, training: TrainingConfig, traces: [GradientFlow.Trace] = []
  ) -> [RunRemark] {
    [
      vanishing(traces), exploding(log, training, traces), overfitting(log, training),
      underfitting(log, training), tooShort(log),
    ].compactMap(\.self)
  }

  private static func vanishing(_ traces: [GradientFlow.Trace]) -> RunRemark? {
    let steps = Threshold.vanishingSteps
    let layers = strongest(traces, after: steps).filter { $0.left < Threshold.vanishingShare }
    guard !layers.isEmpty else { return nil }
    let figures = layers.map { "\($0.layer) \(shortened($0.left))" }.joined(separator: ", ")
    return RunRemark(
      .vanishingGradients,
      "gradients vanish: of one that begins with length 1, after \(steps) steps there is left: \(figures)",
      advice:
        "what lies farther back in a sentence can hardly be learned from in these layers: try another "
        + "'model.cell' (a gated one if this is none), 'model.layerNormalization', or less recurrent dropout; "
        + "`s2s inspect gradients` shows all distances")
  }

  /// What is left in the part of each layer's state that keeps most.
  private static func strongest(
    _ traces: [GradientFlow.Trace], after steps: Int
  ) -> [(layer: String, left: Double)] {
    var result: [(layer: String, left: Double)] = []
    for trace in traces {
      guard let left = trace.mean(after: steps) else { continue }
      if let index = result.firstIndex(where: { $0.layer == trace.layer }) {
        result[index].left = max(result[index].left, left)
      } else {
        result.append((trace.layer, left))
      }
    }
    return result
  }

  private static func exploding(
    _ log: RunLog, _ training: TrainingConfig, _ traces: [GradientFlow.Trace]
  ) -> RunRemark? {
    var findings: [String] = []
    if log.undone.count >= Threshold.undoneUpdates {
      let times = log.undone.count == 1 ? "once" : "\(log.undone.count) times"
      findings.append("the loss exploded and a step was undone \(times)")
    }
    let norms = log.progress.map(\.gradientNorm)
    if training.clipNorm > 0, norms.count >= Threshold.notedGradients {
      let share = Double(norms.count { $0 > Double(training.clipNorm) }) / Double(norms.count)
      if share > Threshold.clippedShare {
        findings.append(
          "\(Int((100 * share).rounded())) % of the gradients noted are longer than training.clipNorm "
            + "\(training.clipNorm)")
      }
    }
    let layers = strongest(traces, after: Threshold.vanishingSteps)
      .filter { $0.left > Threshold.explodingShare }
    if !layers.isEmpty {
      let figures = layers.map { "\($0.layer) \(shortened($0.left))" }.joined(separator: ", ")
      findings.append(
        "a gradient of length 1 grows over \(Threshold.vanishingSteps) steps to: \(figures)")
    }
    guard !findings.isEmpty else { return nil }
    return RunRemark(
      .explodingGradients, "gradients explode: " + findings.joined(separator: "; "),
      advice:
        "try a lower 'training.learningRate', a longer 'training.warmup', a smaller 'training.clipNorm', or "
        + "'model.layerNormalization'")
  }

  private static func overfitting(_ log: RunLog, _ training: TrainingConfig) -> RunRemark? {
    let validations = log.validations
    guard
      let best = validations.indices.min(by: {
        validations[$0].result.loss < validations[$1].result.loss
      }), let last = validations.last, best < validations.count - 1
    else { return nil }
    let least = validations[best].result.loss
    guard last.result.loss >= least * (1 + Threshold.risingShare) else { return nil }
    let gap = last.result.trainingLoss.map { last.result.loss - $0 }
    guard gap ?? .infinity >= Threshold.overfittingGap else { return nil }
    guard hasTrainingLossFallen(log, from: validations[best], to: last) else { return nil }
    let measured = last.result.trainingLoss.map {
      " (training loss, measured alike, \(decimal($0)))"
    }
    return RunRemark(
      .overfitting,
      "the model overfits: the development loss was least, \(decimal(least)), at update "
        + "\(validations[best].update) and rose to \(decimal(last.result.loss)) while the training loss fell"
        + (measured ?? ""),
      advice: "try more data, a smaller model, or more of what keeps it from learning by heart: "
        + "'training.inputDropout' and 'training.outputDropout' (\(training.inputDropout), "
        + "\(training.outputDropout) now), 'training.recurrentDropout', 'training.wordDropout', "
        + "'training.subwordDropout', 'training.rDrop'; the best model saved is of before, and a smaller "
        + "'training.patience' saves the time")
  }

  /// Whether the training loss is lower at a later validation: measured like the development loss where it was, else as
  /// training noted it. With dropout and label smoothing in it that is no measure of the gap, but its fall is one.
  private static func hasTrainingLossFallen(
    _ log: RunLog, from early: RunLog.Validation, to late: RunLog.Validation
  ) -> Bool {
    if let first = early.result.trainingLoss, let last = late.result.trainingLoss {
      return last < first
    }
    /// The mean of what was noted in the neighbourhood.
    func noted(_ update: Int) -> Double? {
      let room = max(1, (late.update - early.update) / 4)
      let near = log.progress.filter { abs($0.update - update) <= room }
      return near.isEmpty ? nil : near.reduce(0) { $0 + $1.loss } / Double(near.count)
    }
    guard let first = noted(early.update), let last = noted(late.update) else { return false }
    return last < first
  }

  private static func underfitting(_ log: RunLog, _ training: TrainingConfig) -> RunRemark? {
    guard log.stop?.reason == .patience, let last = log.validations.last,
      let trainingLoss = last.result.trainingLoss,
      last.result.loss - trainingLoss < Threshold.underfittingGap
    else { return nil }
    return RunRemark(
      .underfitting,
      "the model underfits: it got no better any more, yet its loss on what it learned from, "
        + "\(decimal(trainingLoss)), is hardly below that on development data, \(decimal(last.result.loss))",
      advice:
        "try a larger model ('model.encoderHiddenSize', 'model.decoderHiddenSize', more layers), less dropout, a "
        + "higher 'training.learningRate', or more 'training.patience'")
  }

  private static func tooShort(_ log: RunLog) -> RunRemark? {
    let validations = log.validations
    guard let stop = log.stop, [.updates, .epochs, .budget].contains(stop.reason),
      validations.count >= Threshold.validations
    else { return nil }
    let third = max(1, validations.count / 3)
    let (before, last) = (
      validations[validations.count - 1 - third], validations[validations.count - 1]
    )
    let fall = 1 - last.result.loss / before.result.loss
    guard fall >= Threshold.improvingShare else { return nil }
    let bound =
      switch stop.reason {
      case .budget: "give it more time with --budget: the same command goes on"
      case .updates: "raise 'training.updates': the same command goes on"
      default: "raise 'training.epochs': the same command goes on"
      }
    return RunRemark(
      .tooShort,
      "training was still getting better when it stopped: the development loss fell by "
        + "\(decimal(100 * fall, 1)) % over the last \(last.update - before.update) updates, to "
        + decimal(last.result.loss),
      advice: bound)
  }
}
