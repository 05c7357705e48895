import Metrics
import Testing

struct CaptionMetricsTests {
  struct GoldenFile: Decodable {
    let functionWords: [String]
    let cases: [GoldenCase]
  }

  struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let references: [[String]]
    let results: [String]
    let scores: [Double?]
    let scoresByImage: [[Double?]]
    var testDescription: String { name }

    var captions: (results: CaptionsByImage, references: CaptionsByImage) {
      var results = CaptionsByImage()
      var references = CaptionsByImage()
      for (image, captions) in self.references.enumerated() {
        for caption in captions { references.add(caption, image: String(image)) }
      }
      // Results come in any order; the report keeps that of the references.
      for (image, caption) in self.results.enumerated().reversed() {
        results.add(caption, image: String(image))
      }
      return (results, references)
    }
  }

  static let golden = try! Golden.read("captions.json", as: GoldenFile.self)

  private func expectEqual(
    _ scores: CaptionScores, _ expected: [Double?], _ comment: Comment
  ) {
    #expect(scores.named.count == expected.count)
    for (score, expected) in zip(scores.named, expected) {
      guard let expected else { continue }
      #expect(
        abs(score.value - expected) <= 1e-12 * max(1, abs(expected)), "\(comment): \(score.name)")
    }
  }

  @Test("equals pycocoevalcap, METEOR and the plain CIDEr", arguments: golden.cases)
  func equalsPycocoevalcap(_ golden: GoldenCase) throws {
    let captions = golden.captions
    let report = try CaptionMetrics().report(
      results: captions.results, references: captions.references)
    #expect(report.images == golden.references.indices.map(String.init))
    expectEqual(report.scores, golden.scores, "corpus")
    for (image, scores) in report.scoresByImage.enumerated() {
      expectEqual(scores, golden.scoresByImage[image], "image \(image)")
    }
  }

  @Test("the golden METEOR was run with this module's function words")
  func functionWords() {
    #expect(Set(Self.golden.functionWords) == METEORExactStem.englishFunctionWords)
  }

  @Test("names under which scores are printed")
  func names() throws {
    let captions = try #require(Self.golden.cases.first).captions
    let report = try CaptionMetrics().report(
      results: captions.results, references: captions.references)
    #expect(
      report.scores.named.map(\.name) == [
        "Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "METEOR (exact+stem)", "ROUGE_L", "CIDEr",
        "CIDEr (plain)",
      ])
  }

  @Test("a metric of lines gives the scores of the report", arguments: CaptionMetric.Kind.allCases)
  func metricOfLines(_ kind: CaptionMetric.Kind) throws {
    let golden = try #require(Self.golden.cases.first)
    let captions = golden.captions
    let report = try CaptionMetrics().report(
      results: captions.results, references: captions.references)
    let mostReferences = golden.references.map(\.count).max() ?? 0
    let references = (0..<mostReferences).map { number in
      golden.references.map { number < $0.count ? $0[number] : nil }
    }
    let metric = CaptionMetric(kind)
    let statistics = try metric.statistics(hypotheses: golden.results, references: references)
    #expect(statistics == report.statistics)
    let score = try metric.score(hypotheses: golden.results, references: references)
    #expect(score.value == report.scores.named.first { $0.name == metric.name }?.value)
    #expect(score.line(signature: nil, decimals: 3).hasPrefix("\(metric.name) = "))
  }

  @Test("errors of a metric of lines")
  func metricErrors() {
    let metric = CaptionMetric(.cider)
    #expect(throws: MetricError.noReferences) {
      try metric.statistics(hypotheses: ["a"], references: [])
    }
    #expect(throws: MetricError.noReferences) {
      try metric.statistics(hypotheses: ["a", "b"], references: [["a", nil]])
    }
    #expect(throws: MetricError.noLines) {
      try metric.statistics(hypotheses: [], references: [[]])
    }
    #expect(throws: MetricError.differingLineCounts(hypotheses: 1, references: 2, reference: 1)) {
      try metric.statistics(hypotheses: ["a"], references: [["a", "b"]])
    }
  }

  @Test("one caption against words, as the metrics give it on their own")
  func onWords() {
    let caption = ["the", "dogs", "are", "running"]
    let references = [["a", "dog", "runs"], ["the", "dogs", "run"]]
    #expect(abs(ROUGEL().score(caption, references: references) - 0.586538) < 1e-6)
    let statistics = METEORExactStem().statistics(caption, references: references)
    #expect(statistics.lengths == [4, 3])
    #expect(statistics.contentMatches == [1, 1])
    #expect(statistics.functionMatches == [1, 0])
    #expect(statistics.chunks == 2)
  }
}
