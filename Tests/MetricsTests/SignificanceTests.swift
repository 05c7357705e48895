import Metrics
import Testing

struct SignificanceTests {
  struct GoldenFile: Decodable {
    let cases: [GoldenCase]
  }

  struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Single: Decodable, Sendable {
      struct System: Decodable, Sendable {
        let score: Double
        let mean: Double
        let ci: Double
        let line: String
      }
      let metric: String
      let samples: Int
      let seed: UInt64
      let systems: [System]
    }

    struct Paired: Decodable, Sendable {
      struct Result: Decodable, Sendable {
        let score: Double
        let mean: Double?
        let ci: Double?
        let p: Double?
      }
      struct Table: Decodable, Sendable {
        let decimals: Int
        let text: String
      }
      let metrics: [String]
      let method: String
      let samples: Int
      let seed: UInt64
      let intervalSamples: Int?
      let names: [String]
      let signatures: [String]
      let rows: [[Result]]
      let tables: [Table]
    }

    let name: String
    let lines: Int
    let referenceCount: Int
    let numbers: [String: [[[Double]]]]
    let signatures: [String: String]
    let single: [Single]
    let paired: [Paired]
    var testDescription: String { name }

    func metric(_ kind: String, name: String) throws -> StandInMetric {
      let family = try #require(kind == "chrf eps" ? "chrf" : kind.split(separator: " ").first)
      return StandInMetric(
        kind: kind, name: name, signature: try #require(signatures[kind]),
        numbers: try #require(numbers[String(family)]))
    }

    var systems: [PairedTest.System] {
      (0..<(numbers.values.first?.count ?? 0)).map { system in
        .init(
          name: system == 0 ? "base.txt" : "system \(system).txt",
          hypotheses: (0..<lines).map { "\(system) \($0)" })
      }
    }

    var references: [[String?]] {
      [[String?]](repeating: [String?](repeating: "", count: lines), count: referenceCount)
    }
  }

  static let golden = try! Golden.read("significance.json", as: GoldenFile.self).cases

  private static func isEqual(_ left: Double?, _ right: Double?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return abs(left - right) <= 1e-12 * max(1, abs(right))
  }

  @Test("intervals equal sacreBLEU's", arguments: golden)
  func intervals(_ golden: GoldenCase) throws {
    for single in golden.single {
      let names = ["bleu": "BLEU", "ter": "TER", "chrf++": "chrF2++", "chrf eps": "chrF3"]
      let metric = try golden.metric(single.metric, name: names[single.metric] ?? "chrF2")
      for (system, expected) in zip(golden.systems, single.systems) {
        let statistics = try metric.statistics(
          hypotheses: system.hypotheses, references: golden.references)
        let interval = Significance.bootstrap(
          statistics, metric: metric, samples: single.samples, seed: single.seed)
        #expect(Self.isEqual(interval.mean, expected.mean), "\(single.metric)")
        #expect(Self.isEqual(interval.halfWidth, expected.ci), "\(single.metric)")
        let score = try metric.score(
          hypotheses: system.hypotheses, references: golden.references)
        let signature = Significance.signature(
          metric.signature, resamples: single.samples, seed: single.seed)
        #expect(
          score.line(signature: signature, decimals: 2, interval: interval) == expected.line)
      }
    }
  }

  @Test("paired tests equal sacreBLEU's, number for number and as a table", arguments: golden)
  func paired(_ golden: GoldenCase) throws {
    for paired in golden.paired {
      let metrics = try zip(paired.metrics, paired.names).map { try golden.metric($0, name: $1) }
      let comparison = try Self.compare(golden, paired, metrics)
      #expect(comparison.metrics.map(\.name) == paired.names)
      #expect(comparison.metrics.map(\.signature) == paired.signatures)
      for (system, expected) in zip(comparison.systems, paired.rows) {
        for (result, expected) in zip(system.results, expected) {
          let label = Comment(rawValue: "\(paired.method) \(paired.metrics) \(system.name)")
          #expect(Self.isEqual(result.score, expected.score), label)
          #expect(Self.isEqual(result.interval?.mean, expected.mean), label)
          #expect(Self.isEqual(result.interval?.halfWidth, expected.ci), label)
          #expect(Self.isEqual(result.pValue, expected.p), label)
        }
      }
      for table in paired.tables {
        #expect(comparison.table(decimals: table.decimals) == table.text)
      }
    }
  }

  private static func compare(
    _ golden: GoldenCase, _ paired: GoldenCase.Paired, _ metrics: [any CorpusMetric]
  ) throws -> PairedTest.Comparison {
    let test = PairedTest(
      paired.method == "bs" ? .bootstrap : .approximateRandomization, samples: paired.samples,
      intervalSamples: paired.intervalSamples, seed: paired.seed)
    return try test.compare(
      baseline: golden.systems[0], with: Array(golden.systems.dropFirst()),
      references: golden.references, metrics: metrics)
  }

  @Test("a metric that knows nothing of resampling differs in the last digits alone")
  func plainMetric() throws {
    let golden = try #require(Self.golden.first)
    var differing = 0
    for paired in golden.paired {
      let metrics = try zip(paired.metrics, paired.names).map { try golden.metric($0, name: $1) }
      let plain = metrics.map { PlainStandIn(standIn: $0) }
      // Both kinds in one list: each metric draws the same.
      let comparison = try Self.compare(golden, paired, metrics + plain)
      for system in comparison.systems {
        for (left, right) in zip(system.results, system.results.dropFirst(metrics.count)) {
          #expect(left.score == right.score)
          #expect(abs((left.interval?.mean ?? 0) - (right.interval?.mean ?? 0)) < 1e-4)
          #expect(abs((left.interval?.halfWidth ?? 0) - (right.interval?.halfWidth ?? 0)) < 1e-4)
          if paired.method == "ar" { #expect(left.pValue == right.pValue) }
          if left.interval != right.interval { differing += 1 }
        }
      }
      let drawn = comparison.metrics[metrics.count].signature
      #expect(
        drawn
          == Significance.signature(
            "nrefs:1", resamples: paired.method == "bs" ? paired.samples : paired.intervalSamples,
            trials: paired.method == "ar" ? paired.samples : nil, seed: paired.seed))
    }
    #expect(differing > 0, "single precision makes a difference")
  }

  @Test(
    "draws are named after the number of references",
    arguments: [
      ("nrefs:1|case:lc", "nrefs:1|bs:1000|seed:7|case:lc"),
      ("nrefs:var", "nrefs:var|bs:1000|seed:7"),
      ("unit:word|nrefs:1", "bs:1000|seed:7|unit:word|nrefs:1"),
    ])
  func signatures(metric: String, drawn: String) {
    #expect(Significance.signature(metric, resamples: 1000, seed: 7) == drawn)
  }

  @Test("lines with differing numbers of references are named so")
  func varyingReferences() throws {
    let golden = try #require(Self.golden.first { $0.referenceCount == 2 })
    let metric = PlainStandIn(standIn: try golden.metric("bleu", name: "BLEU"))
    var references = golden.references
    references[1][3] = nil
    let comparison = try PairedTest(.bootstrap, samples: 2).compare(
      baseline: golden.systems[0], with: [golden.systems[1]], references: references,
      metrics: [metric])
    #expect(comparison.metrics[0].signature == "nrefs:var|bs:2|seed:12345")
  }

  @Test("the text names the test, its draws and the signatures")
  func text() throws {
    let golden = try #require(Self.golden.first)
    let metric = try golden.metric("bleu", name: "BLEU")
    func text(_ test: PairedTest) throws -> String {
      try test.compare(
        baseline: golden.systems[0], with: [golden.systems[1]], references: golden.references,
        metrics: [metric]
      ).text()
    }
    let bootstrap = try text(PairedTest(.bootstrap, samples: 20, seed: 3))
    #expect(bootstrap.contains("Paired bootstrap resampling, 20 resamples, seed 3:"))
    #expect(bootstrap.contains("95% interval over 20 resamples"))
    #expect(
      bootstrap.hasSuffix(
        "Signatures\nBLEU  nrefs:1|bs:20|seed:3|\(metric.signature.dropFirst("nrefs:1|".count))"))
    let randomization = try text(PairedTest(.approximateRandomization, samples: 20))
    #expect(randomization.contains("Paired approximate randomization, 20 trials, seed 12345:"))
    #expect(!randomization.contains("95%"))
  }
}
