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

  /// Row i goes on from old row `rows[i]`; rows that nobody names are dropped.
  func reorder(_ rows: [Int])

  /// How much each row looked at each source position in the last step: row r's weights over its
  /// sentence's positions, or nil where there is no such thing.
  func attention(row: Int) -> [Float]?
}
