import Comparing
import Foundation
import Plotting
import Recipes
import Seq2Seq

/// What variants came to, for people and for programs.
struct ComparisonReport {
  /// A variant with what its run says.
  private struct Row {
    var entry: ComparisonRecord.Entry
    var run: String
    var log: RunLog?
    /// Bytes of the best model's folder, where there is one.
    var size: Int?
    /// Whether it has had more time than the comparison gave it.
    var isTrainedOutside: Bool
  }

  private let name: String
  private let budget: Double?
  private let metric: QualityMetric
  private let hasTest: Bool
  private let rows: [Row]

  init(_ comparison: Comparison, recipe: String, metric: QualityMetric, hasTest: Bool) {
    name = recipe
    budget = comparison.record.budget
    (self.metric, self.hasTest) = (metric, hasTest)
    rows = comparison.entries.map { entry in
      let run = comparison.run(of: entry.variant)
      let best = RunFolder.best(of: run)
      return Row(
        entry: entry, run: run, log: try? RunLog(run: run),
        size: exists(best + "/model.json") ? folderSize(best) : nil,
        isTrainedOutside: comparison.trainedOutside(entry) != nil)
    }
  }

  var table: String {
    func number(_ value: Double?, _ decimals: Int) -> String {
      value.map { fixed($0, decimals) } ?? "-"
    }
    let header =
      ["VARIANT", "DEV \(metric.name)"] + (hasTest ? ["TEST \(metric.name)"] : [])
      + ["DEV LOSS", "UPDATES", "TOKENS/S", "WEIGHTS", "SIZE", "MEMORY", "TIME", "END"]
    return TextTable(
      header: header,
      rows: rows.map { row in
        let quality = row.entry.quality
        return [row.entry.variant.name, number(quality?.development, metric.decimals)]
          + (hasTest ? [number(quality?.test, metric.decimals)] : [])
          + [
            number(row.log?.best?.result.loss, 4), row.log.map { "\($0.updates)" } ?? "-",
            number(row.log?.tokensPerSecond, 0), row.log?.parameters.map { "\($0)" } ?? "-",
            row.size.map(megabytes) ?? "-", megabytes(row.entry.peakBytes),
            TrainingLine.time(row.entry.seconds), end(row),
          ]
      }
    ).text
  }

  /// Why a variant's training ended.
  private func end(_ row: Row) -> String {
    switch row.entry.status {
    case .done: row.isTrainedOutside ? "trained on" : row.log?.stop?.reason.rawValue ?? "-"
    case .failed: "failed (\(row.entry.exitCode ?? 0))"
    case .waiting: "-"
    }
  }

  var object: JSON {
    .object([
      ("recipe", .string(name)), ("budgetSeconds", .known(budget)),
      ("metric", .string(metric.rawValue)),
      (
        "variants",
        .array(
          rows.map { row in
            let entry = row.entry
            return .object([
              ("name", .string(entry.variant.name)),
              ("settings", .array(entry.variant.settings.map(JSON.string))),
              ("run", .string(row.run)), ("status", .string(entry.status.rawValue)),
              ("exitCode", entry.exitCode.map { .integer(Int($0)) } ?? .null),
              ("trainedOutside", .bool(row.isTrainedOutside)),
              ("stopped", row.log?.stop.map { .string($0.reason.rawValue) } ?? .null),
              ("beam", entry.quality.map { .integer($0.beam) } ?? .null),
              ("development", .known(entry.quality?.development)),
              ("test", .known(entry.quality?.test)),
              ("developmentLoss", .known(row.log?.best?.result.loss)),
              ("updates", .integer(row.log?.updates ?? 0)),
              ("bestUpdate", row.log?.best.map { .integer($0.update) } ?? .null),
              ("tokensPerSecond", .known(row.log?.tokensPerSecond)),
              ("parameters", row.log?.parameters.map(JSON.integer) ?? .null),
              ("bytes", row.size.map(JSON.integer) ?? .null),
              ("peakMemoryBytes", .integer(entry.peakBytes)), ("seconds", .number(entry.seconds)),
            ])
          })
      ),
    ])
  }

  /// What validations found over time, a line for each variant, and what quality costs, a point for each.
  var sheet: PlotSheet {
    PlotSheet(title: "\(name): variants compared", plots: courses + costs)
  }

  private var courses: [LinePlot] {
    func plot(_ title: String, _ value: (ValidationResult) -> Double?) -> LinePlot? {
      let series = rows.map { row in
        LinePlot.Series(
          row.entry.variant.name,
          (row.log?.validations ?? []).compactMap { validation in
            value(validation.result).map { .init(validation.seconds / 60, $0) }
          })
      }
      guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
      return LinePlot(
        title: title, x: .init("minutes of training", including: [0]), y: .init(title),
        series: series)
    }
    let plots = [
      plot("BLEU of validations", \.bleu), plot("CIDEr of validations", \.cider),
      plot("perplexity a word of validations", \.perplexity),
      plot("loss of validations, nats a token", { $0.loss }),
    ]
    return plots.compactMap(\.self)
  }

  private var costs: [LinePlot] {
    let title = "\(hasTest ? "test" : "development") \(metric.name)"
    func plot(_ cost: String, _ value: (Row) -> Double?) -> LinePlot? {
      let series = rows.map { row in
        let quality = hasTest ? row.entry.quality?.test : row.entry.quality?.development
        var points: [LinePlot.Point] = []
        if !row.isTrainedOutside, let cost = value(row), let quality {
          points.append(.init(cost, quality))
        }
        return LinePlot.Series(row.entry.variant.name, points)
      }
      guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
      return LinePlot(
        title: "\(title) by \(cost)", x: .init(cost), y: .init(title), series: series)
    }
    let plots = [
      plot("target tokens a second") { $0.log?.tokensPerSecond },
      plot("MB of the model") { $0.size.map { Double($0) / 1e6 } },
      plot("MB of memory") { Double($0.entry.peakBytes) / 1e6 },
    ]
    return plots.compactMap(\.self)
  }
}
