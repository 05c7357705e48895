/// Where a run stands, apart from its buffers. Random numbers are functions of the seed and of these
/// counts, so nothing else is needed to go on as if nothing had happened.
public struct TrainingState: Codable, Sendable, Equatable {
  /// Updates made.
  public var update = 0
  /// Passes over the data completed.
  public var epoch = 0
  /// Batches of the current epoch used up.
  public var batch = 0
  /// Target tokens learned from.
  public var tokens = 0
  /// Seconds spent training, over all sessions, validations not counted.
  public var seconds = 0.0
  /// What plateaus and undone steps have left of the learning rate.
  public var learningRateScale = 1.0
  /// The best validation so far by the run's criterion, among those made at their regular time.
  public var best: Milestone?
  /// Regular validations since then.
  public var validationsSinceBest = 0
  /// Regular validations since the learning rate last fell or the best came.
  public var validationsSinceDecay = 0
  /// Steps undone so far, and those since training last got past one.
  public var undone = 0
  public var undoneInARow = 0
  /// The update that was undone last.
  public var lastUndone: Int?
  /// The update after which averaging of weights began, where a run does that when validations stop getting better.
  public var averagingSince: Int?
  /// Losses of regular validations, where such a run is still to begin with it.
  public var validationLosses: [Double]?
  /// Why the run was over when it last stopped, if it was; a recipe that asks for more goes on all the same.
  public var finished: StopReason?

  public init() {}

  /// A validation worth remembering.
  public struct Milestone: Codable, Sendable, Equatable {
    public var update: Int
    public var result: ValidationResult

    public init(update: Int, result: ValidationResult) {
      self.update = update
      self.result = result
    }
  }
}

/// Why training stopped.
public enum StopReason: String, Codable, Sendable {
  /// All updates made.
  case updates
  /// All epochs made.
  case epochs
  /// No better validation for `patience` times.
  case patience
  /// The time given is used up; the run can go on.
  case budget
  /// Asked to stop; the run can go on.
  case interrupted

  /// Whether going on needs another recipe.
  public var isFinal: Bool {
    switch self {
    case .updates, .epochs, .patience: true
    case .budget, .interrupted: false
    }
  }
}

extension TrainingConfig.Criterion {
  /// Whether a result is better than another.
  func prefers(_ a: ValidationResult, to b: ValidationResult) -> Bool {
    let (ours, theirs): (Double?, Double?) =
      switch self {
      case .loss: (nil, nil)
      case .bleu: (a.bleu, b.bleu)
      case .cider: (a.cider, b.cider)
      }
    guard let ours, let theirs, ours != theirs else { return a.loss < b.loss }
    return ours > theirs
  }
}
