internal import Seq2Seq
internal import Tensors

/// A language model that goes on from a word which is half typed, and that ends after so many words.
///
/// Units that do not go with what is typed are ruled out until it is covered. Once all words allowed are there, what
/// would begin another one counts for the end.
final class TypedScorer: Scorer {
  private struct Row {
    /// What is typed and not covered yet.
    var typed: ArraySlice<UInt8>
    /// Words begun since.
    var words = 0
  }

  private let base: LanguageScorer
  private let index: UnitIndex
  private let typed: [UInt8]
  private let maxWords: Int?
  private var rows: [Row] = []

  init(_ base: LanguageScorer, index: UnitIndex, typed: [UInt8], maxWords: Int?) {
    self.base = base
    self.index = index
    self.typed = typed
    self.maxWords = maxWords
  }

  var vocabularySize: Int { base.vocabularySize }

  func start() -> Int {
    let count = base.start()
    // A space that is typed begins a word, which is one of those wanted.
    rows = Array(repeating: Row(typed: typed[...], words: typed == [0x20] ? 1 : 0), count: count)
    return count
  }

  func step(_ tokens: [TokenID]) -> Tensor {
    for (row, token) in tokens.enumerated() where token != Mark.begin { take(token, row) }
    let scores = base.step(tokens)
    for row in rows.indices { rule(scores.slice(row..<row + 1), rows[row]) }
    return scores
  }

  /// Notes what a row was given.
  private func take(_ token: TokenID, _ number: Int) {
    let bytes = index.bytes[Int(token)]
    if rows[number].typed.isEmpty, bytes.first == 0x20 { rows[number].words += 1 }
    rows[number].typed = rows[number].typed.dropFirst(bytes.count)
  }

  private func rule(_ scores: Tensor, _ row: Row) {
    if !row.typed.isEmpty {
      let fitting = index.extending(row.typed) + index.beginning(row.typed)
      let kept = fitting.map { ($0, scores[0, Int($0)]) }
      fill(scores, with: -.infinity)
      for (token, score) in kept { scores[0, Int(token)] = score }
    } else if let maxWords, row.words >= maxWords {
      endInsteadOfWords(scores)
    }
  }

  /// Gives the end of the line what all units have that would begin another word, one that nobody knows among them.
  private func endInsteadOfWords(_ scores: Tensor) {
    scores.withMutableValues { values in
      var mass = 0.0
      for token in values.indices
      where index.bytes[token].first.map({ $0 == 0x20 }) ?? true {
        mass += exponential(Double(values[token]))
        values[token] = -.infinity
      }
      values[Int(Mark.end)] = Float(naturalLogarithm(mass))
    }
  }

  func reorder(_ rows: [Int]) {
    self.rows = rows.map { self.rows[$0] }
    base.reorder(rows)
  }

  func attention(row: Int) -> [Float]? { nil }
}
