internal import Tensors

/// Tokens of the target vocabulary that search treats in their own way.
public struct SearchMarks: Sendable, Equatable {
  /// Fed first, never produced.
  public var bos: TokenID
  /// Ends an output.
  public var eos: TokenID
  /// Never produced either (padding, unused entries).
  public var forbidden: Set<TokenID>

  public init(bos: TokenID = 0, eos: TokenID = 1, forbidden: Set<TokenID> = []) {
    self.bos = bos
    self.eos = eos
    self.forbidden = forbidden
  }
}

/// Rules out tokens by setting their log-probability to -∞ before anything is chosen.
struct TokenMask {
  private let never: [Int]
  private let eos: Int
  private let minLength: Int
  private let repetition: RepetitionGuard

  init(_ options: SearchOptions, _ marks: SearchMarks, vocabularySize: Int) {
    precondition(
      marks.eos >= 0 && Int(marks.eos) < vocabularySize && marks.bos >= 0
        && Int(marks.bos) < vocabularySize,
      "marks \(marks.bos) and \(marks.eos) of a vocabulary of \(vocabularySize)")
    never = marks.forbidden.union([marks.bos]).map(Int.init).sorted()
      .filter { (0..<vocabularySize).contains($0) }
    eos = Int(marks.eos)
    minLength = options.minLength
    repetition = RepetitionGuard(maxRepeats: options.maxRepeats)
  }

  /// - Parameters:
  ///   - row: the scorer's.
  ///   - length: tokens the row's beginning has.
  ///   - maxLength: most tokens its output may have; a shorter one is not asked for more.
  func apply(
    to scores: StepScores, row: Int, length: Int, maxLength: Int, trail: RepetitionGuard.Trail
  ) {
    for token in never { scores.forbid(token, row: row) }
    if length < min(minLength, maxLength) { scores.forbid(eos, row: row) }
    repetition.forEachForbidden(after: trail) { scores.forbid(Int($0), row: row) }
  }
}
