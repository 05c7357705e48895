/// Why a metric could not be computed from what it was given.
public enum MetricError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A reference has another number of lines than the hypotheses; `reference` counts from 1.
  case differingLineCounts(hypotheses: Int, references: Int, reference: Int)
  /// No reference was given.
  case noReferences
  /// A line has none of the references; `line` counts from 1.
  case noReference(line: Int)
  /// There is not one line to score.
  case noLines
  /// The references have no word (or character) at all that errors could be related to.
  case emptyReferences

  public var description: String {
    switch self {
    case .differingLineCounts(let hypotheses, let references, let reference):
      """
      there are \(hypotheses) hypothesis lines but \(references) lines in reference \(reference); \
      line n of the hypotheses must belong to line n of every reference
      """
    case .noReferences:
      "no reference was given; a score needs at least one"
    case .noReference(let line):
      "line \(line) has no reference; every line needs at least one"
    case .noLines:
      "there are 0 hypothesis lines; a score needs at least one"
    case .emptyReferences:
      """
      all references are empty, so there is nothing to relate errors to; give references that have \
      words, also when punctuation is removed
      """
    }
  }
}
