/// What a trainer tells while it works.
public enum TrainingEvent: Sendable {
  /// The norm of an update's gradient, before clipping.
  public struct LongGradient: Sendable, Equatable, Comparable {
    public var norm: Double
    public var update: Int

    public init(norm: Double, update: Int) {
      self.norm = norm
      self.update = update
    }

    public static func < (one: Self, other: Self) -> Bool { one.norm < other.norm }
  }

  /// Progress over the last few updates.
  public struct Progress: Sendable {
    public var update: Int
    public var epoch: Int
    /// Share of the epoch done.
    public var epochFraction: Double
    /// Smoothed cross-entropy a target token, in nats.
    public var loss: Double
    /// Target tokens a second, end marks counted.
    public var tokensPerSecond: Double
    public var learningRate: Float
    /// Norm of the last update's gradient before clipping.
    public var gradientNorm: Double
    /// The longest gradient of these updates, so that one among many is not missed.
    public var longestGradient: LongGradient?
    /// Seconds since this session began.
    public var elapsed: Double
    /// Share done of whichever bound comes first (updates, epochs, budget), if there is one.
    public var fraction: Double?
  }

  /// A run begins, or goes on from an update.
  case started(update: Int, parameters: Int, batches: Int)
  case progress(Progress)
  case validated(TrainingState.Milestone, isBest: Bool, seconds: Double)
  case learningRateReduced(update: Int, scale: Double)
  /// From this update on weights are averaged, as validations have stopped getting better.
  case averagingBegan(update: Int)
  case checkpointSaved(path: String, update: Int)
  /// A step made the loss explode; training went back and goes on more slowly.
  case stepUndone(update: Int, loss: Double, backTo: Int, scale: Double)
  case stopped(StopReason, TrainingState)

  /// The update after which it happened.
  public var update: Int {
    switch self {
    case .started(let update, _, _), .learningRateReduced(let update, _),
      .averagingBegan(let update), .checkpointSaved(_, let update):
      update
    case .progress(let progress): progress.update
    case .validated(let milestone, _, _): milestone.update
    case .stepUndone(_, _, let backTo, _): backTo
    case .stopped(_, let state): state.update
    }
  }
}

/// Training that cannot go on: what happened and what to do.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
  public var description: String

  public init(_ description: String) { self.description = description }
}
