import Foundation
import Metrics
import Testing

struct CHRFTests {
  struct Row: Decodable, Sendable {
    let signature: String
    let line: String
    let signedLine: String?
    let sentences: [String]?
    let score: Double
  }

  static let golden = try! SacreBLEUGolden.read("chrf.json", as: Row.self)
  static let goldenSentences = golden.filter { $0.scores.contains { $0.sentences != nil } }

  /// The metric that a signature and a name such as chrF2++ tell of.
  private func metric(_ row: Row) throws -> CHRF {
    let fields = SacreBLEUGolden.fields(row.signature)
    return CHRF(
      characterOrder: try #require(Int(fields["nc"]!)),
      wordOrder: try #require(Int(fields["nw"]!)),
      beta: try #require(row.line.dropFirst("chrF".count).first?.wholeNumberValue),
      lowercase: fields["case"] == "lc",
      whitespace: fields["space"] == "yes",
      epsilonSmoothing: fields["eff"] == "no")
  }

  @Test("equals sacreBLEU to every printed digit", arguments: golden)
  func equalsSacreBLEU(_ golden: GoldenCorpus<Row>) throws {
    #expect(golden.scores.count == 13)
    for row in golden.scores {
      let metric = try metric(row)
      let score = try metric.score(
        hypotheses: golden.hypotheses, references: golden.references)
      let signature = metric.signature(references: CHRF.referencesPerLine(golden.references))
      #expect(signature == row.signature)
      #expect(score.description == row.line, "\(signature)")
      if let line = row.signedLine {
        #expect(score.line(signature: signature, decimals: 1) == line)
      }
      #expect(abs(score.value - row.score) <= 1e-12 * max(1, row.score), "\(signature)")
      if let references = golden.fullReferences {
        #expect(try metric.score(hypotheses: golden.hypotheses, references: references) == score)
      }
    }
  }

  @Test("equals sacreBLEU sentence by sentence", arguments: goldenSentences)
  func equalsSacreBLEUBySentence(_ golden: GoldenCorpus<Row>) throws {
    for row in golden.scores {
      guard let sentences = row.sentences else { continue }
      let metric = try metric(row)
      let segments = try metric.statistics(
        hypotheses: golden.hypotheses, references: golden.references)
      #expect(segments.map { metric.score($0).description } == sentences)
    }
  }

  @Test("counts of a pair, by hand")
  func counts() throws {
    let segments = try CHRF(characterOrder: 3, wordOrder: 2).statistics(
      hypotheses: ["ab ab!"], references: [["(ab ab"]])
    // Characters abab! and (abab, words ab ab ! and ( ab ab.
    let expected = [(5, 5, 4), (4, 4, 3), (3, 3, 2), (3, 3, 2), (2, 2, 1)]
    let orders = try #require(segments.first).orders
    #expect(orders.map(\.hypothesis) == expected.map(\.0))
    #expect(orders.map(\.reference) == expected.map(\.1))
    #expect(orders.map(\.matches) == expected.map(\.2))
  }

  @Test("of several references the best is counted, the first of two as good")
  func bestReference() throws {
    let metric = CHRF(characterOrder: 2)
    let segments = try metric.statistics(
      hypotheses: ["abcd"], references: [["xy"], ["abc"], ["bcd"], [""]])
    let alone = try metric.statistics(hypotheses: ["abcd"], references: [["abc"]])
    #expect(segments == alone)
  }

  @Test("statistics of segments add up to the corpus score, in any order")
  func statisticsAddUp() throws {
    let golden = try #require(Self.golden.first { $0.name == "four references" })
    let references = try #require(golden.fullReferences)
    let metric = CHRF(wordOrder: 2)
    let whole = try metric.score(hypotheses: golden.hypotheses, references: references)
    var sum = CHRF.Statistics()
    let segments = try metric.statistics(hypotheses: golden.hypotheses, references: references)
    for segment in segments.reversed() { sum += segment }
    #expect(sum == whole.statistics)
    #expect(metric.score(sum) == whole)
  }

  @Test("names and signatures")
  func names() {
    #expect(CHRF().name == "chrF2")
    #expect(CHRF(wordOrder: 2, beta: 3).name == "chrF3++")
    #expect(
      CHRF(wordOrder: 2).signature(references: 1)
        == "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0")
  }

  @Test("errors are those of every metric of lines")
  func errors() {
    #expect(throws: MetricError.noReferences) {
      try CHRF().score(hypotheses: ["a"], references: [])
    }
    #expect(throws: MetricError.noReference(line: 1)) {
      try CHRF().score(hypotheses: ["a"], references: [[nil]])
    }
  }
}
