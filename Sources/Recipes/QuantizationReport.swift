public import Neural

/// How far quantizing is.
public enum QuantizationStep: Sendable {
  /// The model as it is has been judged.
  case judged(score: Double, seconds: Double)
  case tried(QuantizationReport.Trial, seconds: Double)
}

/// What came of quantizing a model: what was measured, and whether it was within the bound.
public struct QuantizationReport: Sendable {
  /// A model's size, score and speed.
  public struct Side: Sendable {
    /// Bytes of its file of weights.
    public var bytes: Int
    public var score: Double
    /// Lines or pictures a second, all threads together; the better of two runs.
    public var speed: Double
  }

  /// A part of the network.
  public struct Part: Sendable {
    public var name: String
    public var precision: WeightPrecision
    /// Of its matrices in the model as it was, and as it was written or was last tried.
    public var bytesBefore: Int
    public var bytes: Int
  }

  /// A choice of precisions, and what it came to.
  public struct Trial: Sendable {
    public var precisions: WeightPrecisions
    public var score: Double
    /// See `QualityMetric.drop(from:to:)`.
    public var drop: Double
  }

  public var metric: QualityMetric
  public var data: JudgedData
  public var maxDrop: Double
  public var before: Side
  /// Of what was written; where nothing was, of what lost least.
  public var after: Side
  public var parts: [Part]
  /// All that was tried, in order.
  public var trials: [Trial]
  public var chosen: Trial

  /// Whether the loss was within the bound, and the model was written.
  public var isWithinBound: Bool { chosen.drop <= maxDrop }
}
