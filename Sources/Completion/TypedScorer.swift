internal import Seq2Seq
internal import Tensors

/// A language model that goes on from words which are half typed, and that ends after so many words.
///
/// The first unit of each text is one that covers what is typed, whatever units come before it. Once all words allowed
/// are there, what would begin another one counts for the end.
final class TypedScorer: Scorer {
  private struct Row {
    var prompt: Int
    /// Words begun since.
    var words: Int
  }

  private let network: LanguageNetwork
  private let graphs: ScorerGraphs
  private let prompts: [PromptBeginning]
  private let index: UnitIndex
  private let maxWords: Int?
  private var rows: [Row] = []
  /// Whether the next units are the first.
  private var isBeginning = true
  /// What gives scores after the first units.
  private var base: LanguageScorer?

  init(
    _ network: LanguageNetwork, _ prompts: [PromptBeginning], index: UnitIndex, maxWords: Int?,
    on graphs: ScorerGraphs
  ) {
    self.network = network
    self.prompts = prompts
    self.index = index
    self.maxWords = maxWords
    self.graphs = graphs
  }

  var vocabularySize: Int { network.config.vocabularySize }

  func start() -> Int {
    // A space that is typed begins a word, which is one of those wanted.
    rows = prompts.enumerated().map { Row(prompt: $0, words: $1.typed == [0x20] ? 1 : 0) }
    isBeginning = true
    base = nil
    return prompts.count
  }

  func step(_ tokens: [TokenID]) -> Tensor {
    let scores: Tensor
    if isBeginning {
      scores = firstScores()
    } else {
      let (base, fed) = advance(tokens)
      scores = base.step(fed)
    }
    endLinesWithAllWords(StepScores(rows: rows.indices, logProbabilities: scores))
    return scores
  }

  func step(_ tokens: [TokenID], _ body: (StepScores) -> Void) {
    if isBeginning {
      return body(StepScores(rows: rows.indices, logProbabilities: step(tokens)))
    }
    let (base, fed) = advance(tokens)
    base.step(fed) { scores in
      endLinesWithAllWords(scores)
      body(scores)
    }
  }

  /// Scores of the units that cover what is typed, [rows, V].
  private func firstScores() -> Tensor {
    isBeginning = false
    let scores = Tensor(rows: rows.count, columns: vocabularySize)
    for (place, row) in rows.enumerated() {
      copy(prompts[row.prompt].first, to: scores.slice(place..<place + 1))
    }
    return scores
  }

  /// Counts words, and says what gives scores after tokens and what it is to be fed.
  private func advance(_ tokens: [TokenID]) -> (base: LanguageScorer, fed: [TokenID]) {
    for (row, token) in tokens.enumerated()
    where begins(token) && (base != nil || prompts[rows[row].prompt].typed.isEmpty) {
      rows[row].words += 1
    }
    if let base { return (base, tokens) }
    let beginnings = zip(rows, tokens).map { prompts[$0.prompt].beginning($1) }
    let made = LanguageScorer(network, beginnings: beginnings, on: graphs)
    _ = made.start()
    base = made
    return (made, Array(repeating: Mark.begin, count: tokens.count))
  }

  /// Lets nothing begin another word where all words allowed are there.
  private func endLinesWithAllWords(_ scores: StepScores) {
    guard let maxWords else { return }
    for (place, row) in rows[scores.rows].enumerated()
    where row.words >= maxWords && (base != nil || prompts[row.prompt].typed.isEmpty) {
      endInsteadOfWords(scores.logProbabilities.slice(place..<place + 1))
    }
  }

  /// Whether a unit begins a word.
  private func begins(_ token: TokenID) -> Bool { index.bytes[Int(token)].first == 0x20 }

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
    base?.reorder(rows)
  }

  func attention(row: Int) -> [Float]? { nil }
}
