extension CorpusMetric {
  /// The number of references a line, nil where it differs from line to line: what
  /// `signature(references:)` asks for.
  ///
  /// - Parameter references: one list of lines a reference, alike in length; nil where a line has
  ///   no such reference.
  public static func referencesPerLine(_ references: [[String?]]) -> Int? {
    guard let lines = references.first?.count, lines > 0 else { return references.count }
    func count(at line: Int) -> Int { references.count { $0[line] != nil } }
    let first = count(at: 0)
    return (1..<lines).allSatisfy { count(at: $0) == first } ? first : nil
  }

  /// Calls `body` with each hypothesis and the references that its line has.
  ///
  /// - Parameter text: the line of a reference, nil where there is none.
  /// - Throws: `MetricError` before the first line when line counts differ, or there are no
  ///   references or no lines; at a line that has no reference at all.
  @inline(__always)
  static func forEachSegment<Reference>(
    _ hypotheses: [String], _ references: [[Reference]], text: (Reference) -> String?,
    body: (_ hypothesis: String, _ references: [String]) -> Void
  ) throws(MetricError) {
    guard !references.isEmpty else { throw .noReferences }
    for (index, reference) in references.enumerated() where reference.count != hypotheses.count {
      throw .differingLineCounts(
        hypotheses: hypotheses.count, references: reference.count, reference: index + 1)
    }
    guard !hypotheses.isEmpty else { throw .noLines }
    var lines: [String] = []
    for (index, hypothesis) in hypotheses.enumerated() {
      lines.removeAll(keepingCapacity: true)
      for reference in references {
        if let line = text(reference[index]) { lines.append(line) }
      }
      guard !lines.isEmpty else { throw .noReference(line: index + 1) }
      body(hypothesis, lines)
    }
  }
}
