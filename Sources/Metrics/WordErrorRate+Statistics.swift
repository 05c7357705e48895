extension WordErrorRate {
  /// What the rate needs to know of a segment, or of many.
  public struct Statistics: SegmentStatistics {
    /// Units of the reference that the hypothesis has.
    public var correct = 0
    /// Units of the reference in whose place the hypothesis has others.
    public var substitutions = 0
    /// Units of the reference that are missing from the hypothesis.
    public var deletions = 0
    /// Units of the hypothesis that the reference has not.
    public var insertions = 0
    /// Units in the references, their mean where a segment has several. With one it is the sum of
    /// `correct`, `substitutions` and `deletions`.
    public var referenceLength = 0.0

    /// Substitutions, deletions and insertions.
    public var errors: Int { substitutions + deletions + insertions }

    public init() {}

    init(_ operations: [EditOperation]) {
      for operation in operations {
        switch operation {
        case .correct: correct += 1
        case .substitution: substitutions += 1
        case .deletion: deletions += 1
        case .insertion: insertions += 1
        }
      }
      referenceLength = Double(correct + substitutions + deletions)
    }

    public static func += (left: inout Self, right: Self) {
      left.correct += right.correct
      left.substitutions += right.substitutions
      left.deletions += right.deletions
      left.insertions += right.insertions
      left.referenceLength += right.referenceLength
    }
  }

  /// Counts segment after segment, reusing its tables.
  struct SegmentCounter {
    private let metric: WordErrorRate
    private var aligner = EditAligner()
    private var words = WordTable()
    private var line: [UInt8] = []

    init(_ metric: WordErrorRate) {
      self.metric = metric
    }

    mutating func statistics(_ hypothesis: String, _ references: [String]) -> Statistics {
      let hypothesis = units(of: hypothesis)
      var best: Statistics?
      var length = 0
      for reference in references {
        let reference = units(of: reference)
        length += reference.count
        aligner.align(reference: reference, hypothesis: hypothesis)
        let found = Statistics(aligner.operations)
        if best.map({ found.errors < $0.errors }) ?? true { best = found }
      }
      var statistics = best ?? Statistics()
      statistics.referenceLength = Double(length) / Double(references.count)
      return statistics
    }

    /// The units of two lines as text, and how they are aligned.
    mutating func alignment(_ hypothesis: String, _ reference: String) -> Alignment {
      let hypothesisUnits = units(of: hypothesis)
      let hypothesisTexts = texts()
      let referenceUnits = units(of: reference)
      aligner.align(reference: referenceUnits, hypothesis: hypothesisUnits)
      return Alignment(
        aligner.operations, reference: texts(), hypothesis: hypothesisTexts, unit: metric.unit)
    }

    private mutating func units(of text: String) -> [UInt32] {
      read(text)
      var units: [UInt32] = []
      switch metric.unit {
      case .word:
        units.reserveCapacity(line.count / 4)
        SegmentText.forEachWord(in: line) { units.append(words.id(of: $0, in: line)) }
      case .character:
        units.reserveCapacity(line.count)
        units.append(
          contentsOf: String(decoding: line, as: UTF8.self).unicodeScalars.lazy.map(\.value))
      }
      return units
    }

    /// The units of the line read last.
    private func texts() -> [String] {
      let text = String(decoding: line, as: UTF8.self)
      switch metric.unit {
      case .character: return text.unicodeScalars.map { String($0) }
      case .word:
        var texts: [String] = []
        SegmentText.forEachWord(in: line) {
          texts.append(String(decoding: line[$0], as: UTF8.self))
        }
        return texts
      }
    }

    private mutating func read(_ text: String) {
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: text.utf8)
      if metric.lowercase { SegmentText.lowercase(&line) }
      if metric.removesPunctuation { Punctuation.remove(from: &line) }
      guard metric.unit == .character else { return }
      SegmentText.stripStart(&line)
      SegmentText.stripEnd(&line)
    }
  }
}

/// What Unicode calls punctuation. Currency and mathematical signs, the ASCII `$+<=>^|~` and the
/// backtick among them, are symbols and no punctuation.
private enum Punctuation {
  static func remove(from line: inout [UInt8]) {
    if line.allSatisfy({ $0 < 0x80 }) {
      line.removeAll { isPunctuation(Unicode.Scalar($0)) }
      return
    }
    let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
    line.removeAll(keepingCapacity: true)
    for scalar in scalars where !isPunctuation(scalar) {
      line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 {
      // Letters, digits and spaces are most of a text.
      switch scalar {
      case "!"..."#", "%"..."*", ","..."/", ":", ";", "?", "@", "["..."]", "_", "{", "}":
        return true
      default: return false
      }
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }
}
