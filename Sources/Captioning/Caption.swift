/// What a picture shows, in words.
public struct Caption: Sendable, Equatable {
  /// A word and where the decoder looked when it chose it.
  public struct Word: Sendable, Equatable {
    public var text: String
    /// A weight a place of the grid, row by row from the top; they sum to 1.
    public var attention: [Float]

    public init(text: String, attention: [Float]) {
      self.text = text
      self.attention = attention
    }
  }

  /// One of the captions found.
  public struct Candidate: Sendable, Equatable {
    public var text: String
    /// Log-probability after length normalisation: what candidates are ranked by.
    public var score: Double
    /// Natural logarithm of the caption's probability.
    public var logProbability: Double
    /// Subwords, without the end mark.
    public var tokenCount: Int
    /// Whether the model ended the caption itself; if not it was cut off at the greatest length.
    public var ended: Bool
    /// The words of the text; empty if attention was not asked for.
    public var words: [Word]
  }

  /// At least one, best first; where captions are drawn at random, in the order in which they were drawn.
  public var candidates: [Candidate]

  /// The first of them.
  public var text: String { candidates[0].text }
}
