import Foundation
import Metrics
import Testing

struct BLEUTests {
  struct Row: Decodable, Sendable {
    let signature: String
    let line: String
    let signedLine: String?
    let sentences: [String]?
    let counts: [Double]
    let totals: [Double]
    let score: Double
  }

  static let golden = try! SacreBLEUGolden.read("bleu.json", as: Row.self)
  static let goldenSentences = golden.filter { $0.scores.contains { $0.sentences != nil } }

  /// The metric that a signature names.
  private func metric(_ signature: String) throws -> BLEU {
    let fields = SacreBLEUGolden.fields(signature)
    let smoothing = try #require(fields["smooth"]).split(separator: "[")
    let method = try #require(BLEU.Smoothing.Method(rawValue: String(smoothing[0])))
    return BLEU(
      tokenization: try #require(BLEU.Tokenization(rawValue: fields["tok"]!)),
      lowercase: fields["case"] == "lc",
      smoothing: BLEU.Smoothing(
        method, value: smoothing.count == 2 ? Double(smoothing[1].dropLast()) : nil),
      effectiveOrder: fields["eff"] == "yes")
  }

  @Test("equals sacreBLEU to every printed digit", arguments: golden)
  func equalsSacreBLEU(_ golden: GoldenCorpus<Row>) throws {
    #expect(golden.scores.count == 17)
    for row in golden.scores {
      let metric = try metric(row.signature)
      let score = try metric.score(
        hypotheses: golden.hypotheses, references: golden.references)
      let signature = metric.signature(references: BLEU.referencesPerLine(golden.references))
      #expect(signature == row.signature)
      #expect(score.description == row.line, "\(signature)")
      if let line = row.signedLine {
        #expect(score.line(signature: signature, decimals: 1) == line)
      }
      #expect((0..<4).map { score.counts.matches[$0] } == row.counts, "\(signature)")
      #expect((0..<4).map { score.counts.totals[$0] } == row.totals, "\(signature)")
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
      let metric = try metric(row.signature)
      #expect(metric.effectiveOrder)
      let segments = try metric.statistics(
        hypotheses: golden.hypotheses, references: golden.references)
      #expect(segments.map { metric.score($0).description } == sentences)
    }
  }

  @Test("golden files have sentences for a corpus with several references")
  func sentencesAreThere() {
    #expect(Self.goldenSentences.count == 3)
    #expect(Self.goldenSentences.contains { $0.references.count == 4 })
  }

  @Test("statistics of segments add up to the corpus score, in any order")
  func statisticsAddUp() throws {
    let golden = try #require(Self.golden.first { $0.name == "four references" })
    let references = try #require(golden.fullReferences)
    let metric = BLEU()
    let whole = try metric.score(hypotheses: golden.hypotheses, references: references)
    let segments = try metric.statistics(hypotheses: golden.hypotheses, references: references)
    #expect(segments.count == golden.hypotheses.count)
    let sum = segments.reversed().reduce(BLEU.Statistics(), +)
    #expect(sum == whole.statistics)
    #expect(metric.score(sum) == whole)
    // A segment among others counts as it does alone.
    for index in [0, 17, 44] {
      let alone = try metric.statistics(
        hypotheses: [golden.hypotheses[index]],
        references: references.map { [$0[index]] })
      #expect(alone == [segments[index]])
    }
  }

  @Test("a short segment after a very long one counts as it does alone")
  func longSegment() throws {
    let long = (0..<20_000).map { "w\($0 % 977)" }.joined(separator: " ")
    let short = "the cat sat on the mat"
    let segments = try BLEU().statistics(
      hypotheses: [short, long, short], references: [[short, long, short]])
    #expect(segments[0] == segments[2])
    #expect(segments[1].matches == segments[1].totals)
    #expect(segments[1].totals == SIMD4(20_000, 19_999, 19_998, 19_997))
  }

  @Test("smoothing by name")
  func smoothing() {
    #expect(BLEU.Smoothing(.floor) == .floor(0.1))
    #expect(BLEU.Smoothing(.addK) == .addK(1))
    #expect(BLEU.Smoothing(.addK, value: 2) == .addK(2))
    #expect(BLEU.Smoothing(.exponential, value: 2) == .exponential)
    let metric = BLEU(lowercase: true, smoothing: .floor(0.125), effectiveOrder: true)
    #expect(
      metric.signature(references: nil)
        == "nrefs:var|case:lc|eff:yes|tok:13a|smooth:floor[0.12]|version:2.6.0")
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
    #expect(throws: MetricError.noReference(line: 2)) {
      try metric.score(hypotheses: ["a", "b"], references: [["a", nil], ["c", nil]])
    }
    #expect(
      MetricError.noReference(line: 2).description
        == "line 2 has no reference; every line needs at least one")
  }
}
