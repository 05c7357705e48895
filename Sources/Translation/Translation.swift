/// One line translated.
public struct Translation: Sendable, Equatable {
  /// A way to translate the line.
  public struct Candidate: Sendable, Equatable {
    public var text: String
    /// Length-normalised log-probability, by which candidates are ordered; 0 for an empty line.
    public var score: Double
    /// Natural logarithm of the probability that the model gives to this output.
    public var logProbability: Double
    /// Subwords of the output, end mark not counted.
    public var tokenCount: Int
    /// Which words belong together, if asked for.
    public var alignment: [WordLink]
    /// Whether the output ended by itself; false where it was cut off at the greatest length.
    public var ended: Bool
  }

  /// The best candidate's text.
  public var text: String { candidates[0].text }
  /// At least one, best first.
  public var candidates: [Candidate]
}

/// The source word that an output word looked at most; words are what spaces separate, counted from 0.
public struct WordLink: Sendable, Hashable, Codable, CustomStringConvertible {
  public var source: Int
  public var target: Int

  public init(source: Int, target: Int) {
    self.source = source
    self.target = target
  }

  /// In the notation of word aligners: source-target.
  public var description: String { "\(source)-\(target)" }
}
