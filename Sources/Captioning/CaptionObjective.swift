internal import Seq2Seq

/// What is minimised besides, or in place of, the cross-entropy of captions.
public struct CaptionObjective: Codable, Sendable, Equatable {
  /// λ of the doubly stochastic attention (Xu et al. 2015, eq. 14): what a caption costs for every place of
  /// the grid, times the square of 1 less what it has been looked at in all.
  public var coverage: Float = 0
  /// Probability, at its highest, that a step is fed what the decoder would have said in place of a caption's
  /// token (scheduled sampling, Bengio et al. 2015).
  public var scheduledSampling: Float = 0
  /// Updates over which that probability rises from zero, in a straight line.
  public var samplingUpdates = 5000
  /// Whether to learn from captions of its own by their CIDEr, less that of its greedy one, in place of those
  /// that people wrote (self-critical sequence training, Rennie et al. 2017). A second stage: `start` names the
  /// captioner to begin with.
  public var selfCritical = false
  /// Captions of its own that are drawn for each picture.
  public var samples = 5

  public init() {}

  /// Throws the first setting that cannot be.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: "objective.\(key)", message: message()) }
    }
    try check(
      coverage >= 0 && coverage.isFinite, "coverage", "is \(coverage); it must not be negative")
    try check(
      scheduledSampling >= 0 && scheduledSampling <= 1, "scheduledSampling",
      "is \(scheduledSampling); it must be 0 to 1")
    try check(
      samplingUpdates >= 1, "samplingUpdates", "is \(samplingUpdates); it must be at least 1")
    try check((1...100).contains(samples), "samples", "is \(samples); it must be 1 to 100")
  }

  /// The probability at an update, counted from 1.
  func sampling(update: Int) -> Float {
    scheduledSampling * min(1, Float(update) / Float(samplingUpdates))
  }
}
