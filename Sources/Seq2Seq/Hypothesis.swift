/// One output of a search, and what the model thinks of it.
public struct Hypothesis: Sendable, Equatable {
  /// The output, without begin and end marks.
  public var tokens: [TokenID]
  /// Natural logarithm of the output's probability, that of the end mark included.
  public var logProbability: Double
  /// `logProbability` after length normalisation: what outputs are ranked by.
  public var score: Double
  /// Log-probability of each token given those before it; if `ended`, the end mark's comes last.
  public var tokenLogProbabilities: [Float]
  /// A row a token: how much the decoder looked at each source position when it chose it, [T][S].
  /// Empty if not asked for, or if the model has no such thing.
  public var attention: [[Float]]
  /// Whether the model ended the output itself; if not it was cut off at the greatest length.
  public var ended: Bool

  public init(
    tokens: [TokenID], logProbability: Double, score: Double, tokenLogProbabilities: [Float],
    attention: [[Float]], ended: Bool
  ) {
    self.tokens = tokens
    self.logProbability = logProbability
    self.score = score
    self.tokenLogProbabilities = tokenLogProbabilities
    self.attention = attention
    self.ended = ended
  }
}

/// All beginnings a search has looked at. Each is its last token and a link to the beginning before
/// it, so that going on costs one node however long the output is and however many share its start.
struct HypothesisTree {
  /// Where a beginning ends; the empty one is `root`.
  typealias Index = Int32

  static let root: Index = -1

  private struct Node {
    var token: TokenID
    var logProbability: Float
    var previous: Index
    /// Place in `attentions`, or -1.
    var attention: Int32
  }

  private var nodes: [Node] = []
  private var attentions: [[Float]] = []

  /// Keeps a row of attention weights, which several nodes may then share.
  mutating func keep(attention weights: [Float]) -> Int32 {
    attentions.append(weights)
    return Int32(attentions.count - 1)
  }

  mutating func append(
    _ token: TokenID, logProbability: Float, after previous: Index, attention: Int32
  ) -> Index {
    nodes.append(
      Node(
        token: token, logProbability: logProbability, previous: previous, attention: attention))
    return Index(nodes.count - 1)
  }

  /// Walks the links back.
  ///
  /// - Parameters:
  ///   - end: log-probability of the end mark, or nil if the output was cut off.
  ///   - logProbability: of the whole, `end` included.
  func hypothesis(
    upTo last: Index, end: Float?, logProbability: Double, normalization: LengthNormalization
  ) -> Hypothesis {
    var tokens: [TokenID] = []
    var logProbabilities: [Float] = []
    var rows: [[Float]] = []
    if let end { logProbabilities.append(end) }
    var index = last
    while index != Self.root {
      let node = nodes[Int(index)]
      tokens.append(node.token)
      logProbabilities.append(node.logProbability)
      if node.attention >= 0 { rows.append(attentions[Int(node.attention)]) }
      index = node.previous
    }
    return Hypothesis(
      tokens: tokens.reversed(), logProbability: logProbability,
      score: normalization.score(logProbability, length: logProbabilities.count),
      tokenLogProbabilities: logProbabilities.reversed(), attention: rows.reversed(),
      ended: end != nil)
  }
}
