public import Tensors

/// A translator or captioner that searches together with a language model of its target (shallow fusion, Gülçehre et
/// al. 2015, sec. 4.1): the score of a token is log p(token | source) + weight · log p_LM(token).
///
/// What search finds has such sums in the place of log-probabilities.
public final class FusionScorer: Scorer {
  private let base: any Scorer
  private let language: LanguageScorer
  private let weight: Float

  /// - Parameters:
  ///   - base: of what is searched for.
  ///   - language: with a row for each sentence of `base`, and the same vocabulary.
  ///   - weight: not negative.
  /// - Throws: `EnsembleError` if their vocabularies differ in size.
  public init(_ base: any Scorer, with language: LanguageScorer, weight: Float) throws {
    guard base.vocabularySize == language.vocabularySize else {
      throw EnsembleError.languageModel(
        first: base.vocabularySize, other: language.vocabularySize)
    }
    precondition(weight >= 0 && weight.isFinite)
    self.base = base
    self.language = language
    self.weight = weight
  }

  public var vocabularySize: Int { base.vocabularySize }

  public func start() -> Int {
    let count = base.start()
    precondition(language.start() == count, "a language model for other sentences")
    return count
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    let scores = base.step(tokens)
    add(language.step(tokens), times: weight, to: scores)
    return scores
  }

  public func step(_ tokens: [TokenID], _ body: (StepScores) -> Void) {
    language.advance(tokens)
    base.step(tokens) { scores in
      let own = language.logProbabilities(scores.rows)
      if let considered = scores.tokens {
        let columns = considered.map(Int.init)
        let some = Tensor(rows: 1, columns: columns.count)
        for row in 0..<own.rows {
          gatherColumns(own.slice(row..<row + 1), columns, into: some)
          add(some, times: weight, to: scores.logProbabilities.slice(row..<row + 1))
        }
      } else {
        add(own, times: weight, to: scores.logProbabilities)
      }
      body(scores)
    }
  }

  public func reorder(_ rows: [Int]) {
    base.reorder(rows)
    language.reorder(rows)
  }

  public func attention(row: Int) -> [Float]? { base.attention(row: row) }
}
