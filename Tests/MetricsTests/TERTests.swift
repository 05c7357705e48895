import Metrics
import Testing

struct TERTests {
  struct GoldenFile: Decodable {
    let lines: [GoldenLine]
    let corpora: [Corpus]
  }

  struct GoldenLine: Decodable {
    let line: String
    /// Joined by spaces, in the order of `options`.
    let tokens: [String]
  }

  struct Corpus: Decodable, Sendable, CustomTestStringConvertible {
    struct Row: Decodable, Sendable {
      let signature: String
      let line: String
      let signedLine: String
      let score: Double
      let referenceLength: Double
      let edits: [Int]
    }
    let name: String
    let hypotheses: [String]
    let references: [[String?]]
    let scores: [Row]
    var testDescription: String { name }
  }

  static let golden = try! Golden.read("ter.json", as: GoldenFile.self)

  /// All combinations of the options, in the order of the golden files.
  static let options: [TER] = (0..<16).map { bits in
    TER(
      normalized: bits & 8 != 0, removesPunctuation: bits & 4 != 0,
      asianSupport: bits & 2 != 0, caseSensitive: bits & 1 != 0)
  }

  @Test("equals sacreBLEU to every printed digit", arguments: golden.corpora)
  func equalsSacreBLEU(_ golden: Corpus) throws {
    #expect([1, Self.options.count].contains(golden.scores.count))
    for (metric, row) in zip(Self.options, golden.scores) {
      let segments = try metric.statistics(
        hypotheses: golden.hypotheses, references: golden.references)
      #expect(segments.map(\.edits) == row.edits, "\(row.signature)")
      let score = try metric.score(
        hypotheses: golden.hypotheses, references: golden.references)
      let signature = metric.signature(references: TER.referencesPerLine(golden.references))
      #expect(signature == row.signature)
      #expect(score.description == row.line, "\(signature)")
      #expect(score.line(signature: signature, decimals: 1) == row.signedLine)
      #expect(score.value == row.score, "\(signature)")
      #expect(score.statistics.referenceLength == row.referenceLength)
    }
  }

  @Test("cuts lines into sacreBLEU's tokens, scalar for scalar")
  func tokens() {
    #expect(Self.golden.lines.count > 90)
    for golden in Self.golden.lines {
      for (metric, tokens) in zip(Self.options, golden.tokens) {
        let tokenizer = TokenizerTercom(
          normalized: metric.normalized, removesPunctuation: metric.removesPunctuation,
          asianSupport: metric.asianSupport, lowercase: !metric.caseSensitive)
        // Strings compare by canonical equivalence; what counts are their bytes.
        #expect(
          Array(tokenizer.tokens(of: golden.line).joined(separator: " ").utf8)
            == Array(tokens.utf8),
          "\(golden.line.debugDescription)")
      }
    }
  }

  @Test(
    "edits of a pair, by hand",
    arguments: [
      ("a b c d", "a b c d", 0),
      ("a x c d", "a b c d", 1),
      ("c d a b", "a b c d", 1),  // one block moved
      ("e c d a b", "a b c d", 2),  // and a word too many
      ("d c b a", "a b c d", 3),
      ("", "a b", 2),
      ("a b", "", 2),
      ("", "", 0),
      ("A B", "a b", 0),
    ])
  func edits(hypothesis: String, reference: String, edits: Int) throws {
    let statistics = try TER().statistics(hypotheses: [hypothesis], references: [[reference]])
    #expect(statistics.map(\.edits) == [edits])
  }

  @Test("a segment among others counts as it does alone")
  func segmentsAlone() throws {
    let golden = try #require(Self.golden.corpora.first { $0.name == "three references" })
    let metric = TER()
    let all = try metric.statistics(
      hypotheses: golden.hypotheses, references: golden.references)
    for index in golden.hypotheses.indices.reversed() {
      let alone = try metric.statistics(
        hypotheses: [golden.hypotheses[index]],
        references: golden.references.map { [$0[index]] })
      #expect(alone == [all[index]])
    }
  }

  @Test("references without words")
  func emptyReferences() {
    var sum = TER.Statistics()
    #expect(TER().score(sum).value == 0)
    sum.edits = 3
    #expect(TER().score(sum).value == 100)
  }

  @Test("errors say what was counted")
  func errors() {
    #expect(throws: MetricError.noReferences) {
      try TER().score(hypotheses: ["a"], references: [])
    }
    #expect(throws: MetricError.noLines) {
      try TER().score(hypotheses: [], references: [[]])
    }
    #expect(throws: MetricError.differingLineCounts(hypotheses: 2, references: 1, reference: 1)) {
      try TER().score(hypotheses: ["a", "b"], references: [["a"]])
    }
    #expect(throws: MetricError.noReference(line: 2)) {
      try TER().score(hypotheses: ["a", "b"], references: [["a", nil], ["b", nil]])
    }
  }
}
