import Foundation
import Translation

/// How translations are printed.
struct TranslationFormat {
  /// A line a candidate, with number and score.
  var nbest: Bool
  var alignments: Bool
  /// An object a line.
  var json: Bool

  /// - Parameter translation: nil for a line that could not be read.
  func write(_ line: InputLine, _ translation: Translation?, to output: TextOutput) throws {
    if json { return try output.write(object(line, translation).text) }
    guard let translation else {
      return try output.write(
        nbest
          ? "\(line.number) |||  ||| 0.0000" + (alignments ? " ||| " : "")
          : alignments ? " ||| " : "")
    }
    guard nbest else { return try output.write(text(translation.candidates[0])) }
    for candidate in translation.candidates {
      var text = "\(line.number) ||| \(candidate.text) ||| \(fixed(candidate.score, 4))"
      if alignments { text += " ||| " + links(candidate) }
      try output.write(text)
    }
  }

  private func text(_ candidate: Translation.Candidate) -> String {
    alignments ? candidate.text + " ||| " + links(candidate) : candidate.text
  }

  private func links(_ candidate: Translation.Candidate) -> String {
    candidate.alignment.map(\.description).joined(separator: " ")
  }

  private func object(_ line: InputLine, _ translation: Translation?) -> JSON {
    guard let translation else {
      return .object([
        ("line", .integer(line.number)), ("source", .null), ("text", .string("")),
        ("error", .string(line.problem ?? "")),
      ])
    }
    return .object([
      ("line", .integer(line.number)), ("source", .string(line.text ?? "")),
      ("text", .string(translation.text)), ("score", .number(translation.candidates[0].score)),
      ("candidates", .array(translation.candidates.map(object))),
    ])
  }

  private func object(_ candidate: Translation.Candidate) -> JSON {
    var members: [(String, JSON)] = [
      ("text", .string(candidate.text)), ("score", .number(candidate.score)),
      ("logProbability", .number(candidate.logProbability)),
      ("tokens", .integer(candidate.tokenCount)), ("ended", .bool(candidate.ended)),
    ]
    if alignments {
      members.append(
        (
          "alignment",
          .array(
            candidate.alignment.map { .array([.integer($0.source), .integer($0.target)]) })
        ))
    }
    return .object(members)
  }
}

/// A number with so many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

/// A figure that may be beyond all numbers, and is nil then.
func figure(_ value: Double?, _ decimals: Int) -> String {
  value.map { fixed($0, decimals) } ?? "no finite"
}
