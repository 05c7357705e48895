import Metrics
import Testing

struct WordErrorRateTests {
  struct Corpus: Decodable, Sendable, CustomTestStringConvertible {
    struct Row: Decodable, Sendable {
      let unit: String
      let lowercase: Bool
      let removesPunctuation: Bool
      let correct: Int
      let substitutions: Int
      let deletions: Int
      let insertions: Int
      let rate: Double
      let alignments: [String]
    }
    let name: String
    let hypotheses: [String]
    let references: [String]
    let scores: [Row]
    var testDescription: String { name }
  }

  static let golden = try! Golden.read("wer.json", as: [Corpus].self)

  @Test("equals jiwer in counts, rates and alignments", arguments: golden)
  func equalsJiwer(_ golden: Corpus) throws {
    #expect(golden.scores.count == 8)
    for row in golden.scores {
      let metric = WordErrorRate(
        unit: try #require(WordErrorRate.Unit(rawValue: row.unit)), lowercase: row.lowercase,
        removesPunctuation: row.removesPunctuation)
      let score = try metric.score(
        hypotheses: golden.hypotheses, references: [golden.references])
      let sum = score.statistics
      let signature = metric.signature(references: 1)
      #expect(sum.correct == row.correct, "\(signature)")
      #expect(sum.substitutions == row.substitutions, "\(signature)")
      #expect(sum.deletions == row.deletions, "\(signature)")
      #expect(sum.insertions == row.insertions, "\(signature)")
      #expect(score.value == 100 * row.rate, "\(signature)")
      for (index, alignment) in row.alignments.enumerated() {
        let ours = metric.alignment(
          hypothesis: golden.hypotheses[index], reference: golden.references[index])
        #expect(Self.runs(ours.steps.map(\.operation)) == alignment, "line \(index + 1)")
      }
    }
  }

  /// The operations as the golden file has them: `=3S1I2`.
  private static func runs(_ operations: [EditOperation]) -> String {
    var runs: [(letter: String, count: Int)] = []
    for operation in operations {
      let letter =
        switch operation {
        case .correct: "="
        case .substitution: "S"
        case .deletion: "D"
        case .insertion: "I"
        }
      if runs.last?.letter == letter {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((letter, 1))
      }
    }
    return runs.map { "\($0.letter)\($0.count)" }.joined()
  }

  @Test("lines, signatures and names")
  func texts() throws {
    let words = WordErrorRate(lowercase: true)
    let score = try words.score(
      hypotheses: ["The big cat sits", "no"], references: [["the cat sat", "no"]])
    #expect(score.description == "WER = 50.00 (sub = 1 del = 0 ins = 1 correct = 3 ref_len = 4)")
    #expect(words.signature(references: 1) == "nrefs:1|case:lc|punct:yes|unit:word|version:s2s.1")
    let characters = WordErrorRate(unit: .character, removesPunctuation: true)
    let signature = characters.signature(references: nil)
    #expect(signature == "nrefs:var|case:mixed|punct:no|unit:character|version:s2s.1")
    let line = try characters.score(hypotheses: ["ab."], references: [["b!"]])
      .line(signature: signature, decimals: 1)
    #expect(
      line == "CER|\(signature) = 100.0 (sub = 0 del = 0 ins = 1 correct = 1 ref_len = 1)")
  }

  @Test("of several references the one with the fewest errors counts, their mean length divides")
  func severalReferences() throws {
    let statistics = try WordErrorRate().statistics(
      hypotheses: ["a b c", "a"], references: [["a x c d", nil], ["a b d", "b"], ["c", nil]])
    #expect(statistics[0].substitutions == 1)
    #expect(statistics[0].errors == 1)
    #expect(statistics[0].referenceLength == Double(4 + 3 + 1) / 3)
    #expect(statistics[1].errors == 1)
    #expect(statistics[1].referenceLength == 1)
    var sum = statistics[0]
    sum += statistics[1]
    #expect(
      WordErrorRate().score(sum).description
        == "WER = 54.55 (sub = 2 del = 0 ins = 0 correct = 2 ref_len = 3.67)")
  }

  @Test("composed and decomposed letters are different characters")
  func decomposed() throws {
    let metric = WordErrorRate(unit: .character)
    let score = try metric.score(hypotheses: ["cafe\u{301}"], references: [["caf\u{e9}"]])
    #expect(score.statistics.errors == 2)
  }

  @Test("empty lines, and references that are all empty")
  func empty() throws {
    let segments = try WordErrorRate().statistics(
      hypotheses: ["a b", "", "c"], references: [["", "", "c"]])
    #expect(segments.map(\.insertions) == [2, 0, 0])
    #expect(segments.map(\.correct) == [0, 0, 1])
    #expect(throws: MetricError.emptyReferences) {
      try WordErrorRate().score(hypotheses: ["a", ""], references: [[" ", "\u{3000}"]])
    }
    #expect(throws: MetricError.emptyReferences) {
      try WordErrorRate(removesPunctuation: true).score(
        hypotheses: ["a"], references: [["..."]])
    }
    #expect(MetricError.emptyReferences.description.hasPrefix("all references are empty"))
  }

  @Test("other errors")
  func errors() {
    #expect(throws: MetricError.noReferences) {
      try WordErrorRate().score(hypotheses: ["a"], references: [])
    }
    #expect(throws: MetricError.noReference(line: 1)) {
      try WordErrorRate().score(hypotheses: ["a"], references: [[nil]])
    }
    #expect(throws: MetricError.differingLineCounts(hypotheses: 1, references: 2, reference: 1)) {
      try WordErrorRate().score(hypotheses: ["a"], references: [["a", "b"]])
    }
  }

  @Test(
    "alignments as a terminal shows them",
    arguments: [
      (
        "the old mouse", "the small house",
        ["REF:  the small house", "HYP:  the old   mouse", "EVAL:     S     S"]
      ),
      (
        "a bb c", "a c ddd",
        ["REF:  a ** c ddd", "HYP:  a bb c ***", "EVAL:   I    D"]
      ),
      // Two places a character, whichever side has it.
      (
        "x cat 猫 y", "x 大猫 猫 z",
        ["REF:  x 大猫 猫 z", "HYP:  x cat  猫 y", "EVAL:   S       S"]
      ),
      ("猫 b", "b", ["REF:  ** b", "HYP:  猫 b", "EVAL: I"]),
      // An accent of its own, the parts of an emoji and a selector take no place.
      (
        "e\u{301}a 👩‍👩‍👧‍👦 x", "ea ❤️ x",
        ["REF:  ea ❤️ x", "HYP:  e\u{301}a 👩‍👩‍👧‍👦 x", "EVAL: S  S"]
      ),
      ("\u{0}\u{1B}[m", "", ["REF:  ****", "HYP:  \u{FFFD}\u{FFFD}[m", "EVAL: I"]),
      ("", "", ["REF:", "HYP:", "EVAL:"]),
    ])
  func lines(hypothesis: String, reference: String, lines: [String]) {
    #expect(
      WordErrorRate().alignment(hypothesis: hypothesis, reference: reference).lines == lines)
  }

  @Test("alignments of characters")
  func characterLines() {
    let alignment = WordErrorRate(unit: .character, lowercase: true)
      .alignment(hypothesis: "A\tmouse, 大", reference: "the houses 小犬")
    #expect(
      alignment.lines == [
        "REF:  the houses 小犬", "HYP:  a m**ouse, 大**", "EVAL: SSSDD    S S D",
      ])
    #expect(alignment.statistics.errors == 8)
  }
}
