import Neural
import Recipes

/// How the report of a quantization is written.
struct QuantizationFormat {
  private let report: QuantizationReport

  init(_ report: QuantizationReport) { self.report = report }

  /// A line on the way there.
  static func line(_ step: QuantizationStep, metric: QualityMetric) -> String {
    switch step {
    case .judged(let score, let seconds):
      return "as it is: \(metric.name) \(fixed(score, metric.decimals)) (\(fixed(seconds, 1)) s)"
    case .tried(let trial, let seconds):
      return "\(trial.precisions): \(metric.name) \(fixed(trial.score, metric.decimals)), "
        + "\(loss(trial.drop, metric)) (\(fixed(seconds, 1)) s)"
    }
  }

  /// `a loss of 0.12 BLEU`
  private static func loss(_ drop: Double, _ metric: QualityMetric) -> String {
    (drop < 0 ? "a gain of " : "a loss of ") + fixed(abs(drop), metric.dropDecimals)
      + metric.dropUnit
  }

  private var metric: QualityMetric { report.metric }

  /// A row a part, then the whole before and after.
  var table: String {
    let parts = TextTable(
      header: ["Part", "before", "after", "precision"],
      rows: report.parts.map {
        [$0.name, kilobytes($0.bytesBefore), kilobytes($0.bytes), $0.precision.rawValue]
      } + [["(vectors)", kilobytes(vectors.before), kilobytes(vectors.after), "float32"]])
    let (before, after) = (report.before, report.after)
    let whole = TextTable(
      header: ["Whole", "before", "after"],
      rows: [
        ["weights", megabytes(before.bytes), megabytes(after.bytes)],
        [metric.name, fixed(before.score, metric.decimals), fixed(after.score, metric.decimals)],
        ["\(unit)/s", fixed(before.speed, 1), fixed(after.speed, 1)],
      ])
    return parts.text + "\n\n" + whole.text + "\n\n"
      + "\(report.chosen.precisions): \(loss), where \(allowed) may be lost, on \(data)"
  }

  /// Why nothing was written.
  var refusal: String {
    "the best that was found with a part in int8 is \(loss), where \(allowed) may be lost "
      + "(\(metric.name) \(fixed(report.before.score, metric.decimals)) before, "
      + "\(fixed(report.after.score, metric.decimals)) after, on \(data)); allow more with --max-drop, or measure "
      + "on more data"
  }

  /// The same for programs.
  func object(model: String, out: String) -> JSON {
    .object([
      ("model", .string(model)), ("out", report.isWithinBound ? .string(out) : .null),
      ("written", .bool(report.isWithinBound)), ("metric", .string(metric.rawValue)),
      ("maxDrop", .number(report.maxDrop)), ("drop", .number(report.chosen.drop)),
      ("precision", .string("\(report.chosen.precisions)")),
      (unit, .integer(report.data.count)), ("data", .string(report.data.name)),
      ("fingerprint", .string(report.data.fingerprint)),
      ("before", object(report.before)), ("after", object(report.after)),
      (
        "parts",
        .array(
          report.parts.map {
            .object([
              ("name", .string($0.name)), ("precision", .string($0.precision.rawValue)),
              ("bytesBefore", .integer($0.bytesBefore)), ("bytes", .integer($0.bytes)),
            ])
          })
      ),
      (
        "tried",
        .array(
          report.trials.map {
            .object([
              ("precision", .string("\($0.precisions)")), ("score", .number($0.score)),
              ("drop", .number($0.drop)),
            ])
          })
      ),
    ])
  }

  private func object(_ side: QuantizationReport.Side) -> JSON {
    .object([
      ("score", .number(side.score)), ("bytes", .integer(side.bytes)),
      ("\(unit)PerSecond", .number(side.speed)),
    ])
  }

  private var unit: String { report.data.unit.rawValue }
  private var data: String { "\(report.data.count) \(unit) of \(report.data.name)" }
  private var loss: String { Self.loss(report.chosen.drop, metric) }
  private var allowed: String { "\(report.maxDrop)\(metric.dropUnit)" }

  /// Bytes of what is no part's.
  private var vectors: (before: Int, after: Int) {
    (
      report.before.bytes - report.parts.reduce(0) { $0 + $1.bytesBefore },
      report.after.bytes - report.parts.reduce(0) { $0 + $1.bytes }
    )
  }

  /// Parts may be small.
  private func kilobytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e3, 1) + " kB" }
}
