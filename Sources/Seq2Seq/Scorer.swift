public import Tensors

/// What search sees of a model: rows that are fed tokens and answer with scores of the next one.
///
/// A scorer is made for a batch of sentences and holds their state. Row `i` stands for sentence `i` at
/// first; `reorder` says which old row each new row continues. An ensemble is a scorer; so is a
/// table in a test.
public protocol Scorer: AnyObject {
  /// How many tokens there are (V).
  var vocabularySize: Int { get }

  /// Begins anew, a row a sentence.
  ///
  /// - Returns: the number of sentences.
  func start() -> Int

  /// Feeds `tokens[r]` to row r (the begin mark at first).
  ///
  /// - Returns: log-probabilities of the next token, [rows, V], valid until the next call; the
  ///   caller may overwrite them.
  func step(_ tokens: [TokenID]) -> Tensor

  /// The same a few rows at a time, first to last, so that not all scores are in memory together.
  ///
  /// - Parameter body: takes scores that are valid until it returns; it may overwrite them and ask for `attention`.
  func step(_ tokens: [TokenID], _ body: (StepScores) -> Void)

  /// Row i goes on from old row `rows[i]`; rows that nobody names are dropped.
  func reorder(_ rows: [Int])

  /// How much each row looked at each source position in the last step: row r's weights over its
  /// sentence's positions, or nil where there is no such thing.
  func attention(row: Int) -> [Float]?
}

extension Scorer {
  public func step(_ tokens: [TokenID], _ body: (StepScores) -> Void) {
    body(StepScores(rows: 0..<tokens.count, logProbabilities: step(tokens)))
  }
}

/// Scores of the next token for some rows of a scorer.
public struct StepScores {
  /// The scorer's rows.
  public let rows: Range<Int>
  /// [rows, columns]: a column a token.
  public let logProbabilities: Tensor
  /// The tokens that columns stand for, lowest first; nil where they are those of the whole vocabulary.
  public let tokens: [TokenID]?

  public init(rows: Range<Int>, logProbabilities: Tensor, tokens: [TokenID]? = nil) {
    precondition(rows.count == logProbabilities.rows)
    precondition(tokens == nil || tokens?.count == logProbabilities.columns)
    self.rows = rows
    self.logProbabilities = logProbabilities
    self.tokens = tokens
  }

  /// The token that a column stands for.
  func token(at column: Int) -> TokenID { tokens.map { $0[column] } ?? TokenID(column) }

  /// Rules a token out.
  func forbid(_ token: Int, row: Int) {
    if let column = column(of: token) {
      logProbabilities[row - rows.lowerBound, column] = -.infinity
    }
  }

  private func column(of token: Int) -> Int? {
    guard let tokens else { return token }
    var (low, high) = (0, tokens.count)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < tokens.count && tokens[low] == token ? low : nil
  }
}
