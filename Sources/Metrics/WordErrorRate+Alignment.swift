extension WordErrorRate {
  /// A hypothesis beside its reference, unit by unit.
  ///
  /// ```
  /// REF:  the *** small house
  /// HYP:  the old **** mouse
  /// EVAL:     I   D     S
  /// ```
  public struct Alignment: Sendable, Equatable {
    /// One column of it.
    public struct Step: Sendable, Equatable {
      public let operation: EditOperation
      /// The unit of the reference, nil for an insertion.
      public let reference: String?
      /// The unit of the hypothesis, nil for a deletion.
      public let hypothesis: String?
    }

    public let steps: [Step]
    private let unit: Unit

    init(
      _ operations: [EditOperation], reference: [String], hypothesis: [String], unit: Unit
    ) {
      var reference = reference.makeIterator()
      var hypothesis = hypothesis.makeIterator()
      steps = operations.map { operation in
        Step(
          operation: operation,
          reference: operation == .insertion ? nil : reference.next(),
          hypothesis: operation == .deletion ? nil : hypothesis.next())
      }
      self.unit = unit
    }

    /// What it counts.
    public var statistics: Statistics { Statistics(steps.map(\.operation)) }

    /// Three lines for a terminal: reference, hypothesis, and S, D or I under each error.
    ///
    /// A column is as wide as the wider of its units, Chinese and Japanese characters two places;
    /// stars fill it where a unit is missing. Words have a space between them, characters have
    /// none. Control characters, which would move the cursor, are shown as U+FFFD, and other white
    /// space as a space.
    public var lines: [String] {
      var lines = ["REF:  ", "HYP:  ", "EVAL: "]
      let gap = unit == .word ? " " : ""
      for step in steps {
        let units = [step.reference, step.hypothesis].map { $0.map(TerminalText.shown) }
        let widths = units.map { $0.map(TerminalText.width) ?? 0 }
        let width = max(widths[0], widths[1], 1)
        for index in 0..<2 {
          let fill = units[index] == nil ? "*" : " "
          lines[index] += units[index] ?? ""
          lines[index] += String(repeating: fill, count: width - widths[index]) + gap
        }
        lines[2] += Self.mark(step.operation) + String(repeating: " ", count: width - 1) + gap
      }
      return lines.map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
      }
    }

    private static func mark(_ operation: EditOperation) -> String {
      switch operation {
      case .correct: " "
      case .substitution: "S"
      case .deletion: "D"
      case .insertion: "I"
      }
    }
  }

  /// The alignment of a hypothesis with a reference that the counts come from, by units as they are
  /// compared: lower-cased and without punctuation if the metric asks for it.
  public func alignment(hypothesis: String, reference: String) -> Alignment {
    var counter = SegmentCounter(self)
    return counter.alignment(hypothesis, reference)
  }
}
