import Metrics

/// Scores lines and prints what they come to.
struct LineEvaluation {
  private let metrics: [any CorpusMetric]
  private let errorRate: WordErrorRate
  private let format: EvaluationFormat
  /// Decimals of scores.
  private let places: Int
  private let significance: SignificanceArguments
  /// How case is left out of account, where a metric takes notice of it.
  private let withoutCase: String?

  init(
    choices: [MetricChoice], options: MetricArguments, format: EvaluationFormat,
    significance: SignificanceArguments
  ) {
    metrics = choices.flatMap { options.metrics($0, forSentences: format.sentence) }
    places = format.decimals ?? (choices[0].judgesCaptions ? 3 : format.sentence ? 2 : 1)
    errorRate = options.errorRate(choices.first == .cer ? .character : .word)
    self.format = format
    self.significance = significance
    withoutCase = options.withoutCase(choices)
  }

  func run(_ lines: EvaluatedLines, to output: TextOutput) throws {
    try lines.check()
    lines.remarkOnDoubts(withoutCase: withoutCase)
    if format.align {
      try align(lines, to: output)
    } else if format.sentence {
      try scoreSentences(lines, to: output)
    } else if significance.isPaired {
      try compare(lines, to: output)
    } else {
      let results = try lines.systems.indices.map { system in
        try metrics.map { try evaluated(system, of: lines, $0) }
      }
      try print(results, of: lines, to: output)
    }
  }

  /// A metric's score of a system, its types out of sight.
  private func evaluated<Metric: CorpusMetric>(
    _ system: Int, of lines: EvaluatedLines, _ metric: Metric
  ) throws -> LineResult {
    let statistics = try lines.statistics(system, metric)
    var sum = Metric.Statistics()
    for segment in statistics { sum += segment }
    let score = metric.score(sum)
    var signature = metric.signature(references: Metric.referencesPerLine(lines.references))
    guard significance.confidence else {
      return LineResult(metric.name, score, signature: signature, interval: nil)
    }
    let interval = Significance.bootstrap(
      statistics, metric: metric, samples: significance.resamples, seed: significance.seed)
    signature = Significance.signature(
      signature, resamples: significance.resamples, seed: significance.seed)
    return LineResult(metric.name, score, signature: signature, interval: interval)
  }

  private func print(
    _ results: [[LineResult]], of lines: EvaluatedLines, to output: TextOutput
  ) throws {
    let isAlone = lines.systems.count == 1
    for (system, results) in zip(lines.systems, results) where isAlone || format.json {
      for result in results {
        if format.json {
          try output.write(
            result.object(system: isAlone ? nil : system.name, lines: system.lines.count).text)
        } else {
          try output.write(
            format.scoreOnly
              ? fixed(result.score.value, places) : result.line(decimals: places))
        }
      }
    }
    guard !isAlone, !format.json else { return }
    if format.scoreOnly {
      for results in results {
        try output.write(
          results.map { fixed($0.score.value, places) }.joined(separator: "\t"))
      }
      return
    }
    let header = ["System"] + results[0].map(\.name)
    let rows = zip(lines.systems, results).map { system, results in
      [system.name] + results.map { fixed($0.score.value, places) }
    }
    try output.write(TextTable(header: header, rows: rows).text)
    try output.write("")
    for result in results[0] { try output.write("\(result.name)|\(result.signature)") }
  }

  private func compare(_ lines: EvaluatedLines, to output: TextOutput) throws {
    let systems = lines.systems.map { PairedTest.System(name: $0.name, hypotheses: $0.lines) }
    let comparison = try significance.test.compare(
      baseline: systems[0], with: Array(systems.dropFirst()), references: lines.references,
      metrics: metrics)
    guard format.json || format.scoreOnly else {
      return try output.write(comparison.text(decimals: places))
    }
    for (place, system) in comparison.systems.enumerated() {
      for (metric, result) in zip(comparison.metrics, system.results) {
        if format.scoreOnly {
          try output.write(fixed(result.score, places))
        } else {
          try output.write(
            JSON.object([
              ("system", .string(system.name)), ("baseline", .bool(place == 0)),
              ("name", .string(metric.name)), ("score", .number(result.score)),
              ("signature", .string(metric.signature)),
              ("mean", result.interval.map { .number($0.mean) } ?? .null),
              ("halfWidth", result.interval.map { .number($0.halfWidth) } ?? .null),
              ("p", result.pValue.map { .number($0) } ?? .null),
            ]).text)
        }
      }
    }
  }

  /// Scores of single lines, or of images, which are named: a column a metric.
  private func scoreSentences(_ lines: EvaluatedLines, to output: TextOutput) throws {
    func scores<Metric: CorpusMetric>(_ metric: Metric) throws -> [Double] {
      try lines.statistics(0, metric).map { metric.score($0).value }
    }
    let columns = try metrics.map { try scores($0) }
    for line in lines.systems[0].lines.indices {
      let image = lines.images?[line]
      if format.json {
        let name = image.map { ("image", JSON.string($0)) } ?? ("line", .integer(line + 1))
        let scores = zip(metrics, columns).map { ($0.name, JSON.number($1[line])) }
        try output.write(JSON.object([name] + scores).text)
      } else {
        let numbers = columns.map { fixed($0[line], places) }
        try output.write(([image].compactMap(\.self) + numbers).joined(separator: "\t"))
      }
    }
  }

  /// Each line beside the reference it has the fewest errors against.
  private func align(_ lines: EvaluatedLines, to output: TextOutput) throws {
    for (number, hypothesis) in lines.systems[0].lines.enumerated() {
      let alignments = lines.references.compactMap { $0[number] }
        .map { errorRate.alignment(hypothesis: hypothesis, reference: $0) }
      guard let best = alignments.min(by: { $0.statistics.errors < $1.statistics.errors }) else {
        continue
      }
      let score = errorRate.score(best.statistics)
      try output.write("\(number + 1): \(score.line(decimals: places))")
      for line in best.lines { try output.write(line) }
      try output.write("")
    }
    let total = try evaluated(0, of: lines, errorRate)
    try output.write(total.line(decimals: places))
  }
}

/// A metric's score of one system.
struct LineResult {
  let name: String
  let score: any CorpusScore
  let signature: String
  let interval: ConfidenceInterval?

  init(
    _ name: String, _ score: any CorpusScore, signature: String, interval: ConfidenceInterval?
  ) {
    self.name = name
    self.score = score
    self.signature = signature
    self.interval = interval
  }

  /// sacreBLEU's line.
  func line(decimals: Int) -> String {
    if let interval {
      return score.line(signature: signature, decimals: decimals, interval: interval)
    }
    return score.line(signature: signature, decimals: decimals)
  }

  /// - Parameter system: its name where there are several.
  func object(system: String?, lines: Int) -> JSON {
    var members: [(String, JSON)] = system.map { [("system", .string($0))] } ?? []
    members += [
      ("name", .string(name)), ("score", .number(score.value)), ("signature", .string(signature)),
    ]
    if let interval {
      members += [("mean", .number(interval.mean)), ("halfWidth", .number(interval.halfWidth))]
    }
    return .object(members + details + [("lines", .integer(lines))])
  }

  /// What the score is made of.
  private var details: [(String, JSON)] {
    switch score {
    case let score as BLEU.Score:
      [
        ("precisions", .array((0..<BLEU.order).map { .number(score.precisions[$0]) })),
        ("brevityPenalty", .number(score.brevityPenalty)), ("ratio", .number(score.ratio)),
        ("hypothesisLength", .integer(score.statistics.hypothesisLength)),
        ("referenceLength", .integer(score.statistics.referenceLength)),
      ]
    case let score as TER.Score:
      [
        ("edits", .integer(score.statistics.edits)),
        ("referenceLength", .number(score.statistics.referenceLength)),
      ]
    case let score as WordErrorRate.Score:
      [
        ("correct", .integer(score.statistics.correct)),
        ("substitutions", .integer(score.statistics.substitutions)),
        ("deletions", .integer(score.statistics.deletions)),
        ("insertions", .integer(score.statistics.insertions)),
        ("referenceLength", .number(score.statistics.referenceLength)),
      ]
    default: []
    }
  }
}
