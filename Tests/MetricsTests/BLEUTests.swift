import Foundation
import Metrics
import Testing

struct BLEUTests {
  struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Row: Decodable, Sendable {
      let tokenize: String
      let lowercase: Bool
      let smooth: String
      let signature: String
      let line: String
      let signedLine: String
      let counts: [Int]
      let totals: [Int]
      let score: Double
    }
    let name: String
    let hypotheses: [String]
    let references: [[String]]
    let scores: [Row]
    var testDescription: String { name }
  }

  static let golden = try! Golden.read("bleu.json", as: [GoldenCase].self)

  @Test("equals sacreBLEU to every printed digit", arguments: golden)
  func equalsSacreBLEU(_ golden: GoldenCase) throws {
    #expect(golden.scores.count == 8)
    for row in golden.scores {
      let metric = BLEU(
        tokenization: try #require(BLEU.Tokenization(rawValue: row.tokenize)),
        lowercase: row.lowercase,
        smoothing: try #require(BLEU.Smoothing(rawValue: row.smooth)))
      let score = try metric.score(
        hypotheses: golden.hypotheses, references: golden.references)
      let signature = metric.signature(references: golden.references.count)
      #expect(signature == row.signature)
      #expect(score.description == row.line, "\(signature)")
      #expect(score.line(signature: signature, decimals: 1) == row.signedLine)
      #expect((0..<4).map { score.statistics.matches[$0] } == row.counts, "\(signature)")
      #expect((0..<4).map { score.statistics.totals[$0] } == row.totals, "\(signature)")
      #expect(abs(score.value - row.score) <= 1e-12 * max(1, row.score), "\(signature)")
    }
  }

  @Test("statistics of segments add up to the corpus score, in any order")
  func statisticsAddUp() throws {
    let golden = try #require(Self.golden.first { $0.name == "four references" })
    let metric = BLEU()
    let whole = try metric.score(hypotheses: golden.hypotheses, references: golden.references)
    let segments = try metric.statistics(
      hypotheses: golden.hypotheses, references: golden.references)
    #expect(segments.count == golden.hypotheses.count)
    let sum = segments.reversed().reduce(BLEU.Statistics(), +)
    #expect(sum == whole.statistics)
    #expect(metric.score(sum) == whole)
    // A segment among others counts as it does alone.
    for index in [0, 17, 59] {
      let alone = try metric.statistics(
        hypotheses: [golden.hypotheses[index]],
        references: golden.references.map { [$0[index]] })
      #expect(alone == [segments[index]])
    }
  }

  @Test("errors say what was counted")
  func errors() {
    let metric = BLEU()
    #expect(throws: MetricError.noReferences) {
      try metric.score(hypotheses: ["a"], references: [])
    }
    #expect(throws: MetricError.noLines) {
      try metric.score(hypotheses: [], references: [[]])
    }
    let differing = MetricError.differingLineCounts(hypotheses: 3, references: 2, reference: 2)
    #expect(throws: differing) {
      try metric.statistics(
        hypotheses: ["a", "b", "c"], references: [["a", "b", "c"], ["a", "b"]])
    }
    #expect(
      differing.description.hasPrefix(
        "there are 3 hypothesis lines but 2 lines in reference 2"))
  }
}
