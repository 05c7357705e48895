internal import Foundation
internal import Neural
internal import Tensors

/// Stores as many parts of a model in 8 bits as a bound on the loss of quality allows.
///
/// All of them are tried first. Where that loses too much, each part alone is given 16 bits back, to see what it wins
/// (32 where 16 cannot hold its numbers, or the whole model loses too much in 16). If none suffices, they are given back
/// one after the other, the one that won most a byte first, until the loss is within the bound; then those without which
/// it is so too go back to 8 bits. A greedy search, as HAWQ (Dong et al. 2019) orders layers by what quantizing each of
/// them costs, with the score itself in place of curvature.
///
/// Every trial is written and loaded as the result would be: what is measured is what will be run, with 8-bit products
/// where there are such.
public struct Quantizer<Judge: ModelJudge> {
  /// What the loss is measured in.
  public var metric: QualityMetric { judge.metric }
  private let judge: Judge
  private let path: String
  private let model: Judge.Model
  private let file: SafetensorsFile
  private let maxDrop: Double
  /// What the parts are given back.
  private let kept: [(part: WeightPart, precision: WeightPrecision)]

  /// - Parameters:
  ///   - path: folder of the model, which has nothing in 8 bits yet.
  ///   - judge: measures the loss.
  ///   - maxDrop: greatest loss, as `QualityMetric.drop(from:to:)` counts it; not negative.
  /// - Throws: `ModelError`, `SubwordsError` or `SafetensorsError` for a model that cannot be used.
  public init(path: String, judge: Judge, maxDrop: Double) throws {
    precondition(maxDrop >= 0, "a loss is not negative")
    self.path = path
    self.judge = judge
    self.maxDrop = maxDrop
    model = try Judge.Model(path: path)
    file = try ModelHeader.weightsFile(path)
    let precisions = WeightPrecisions(of: file, table: model.table)
    guard !precisions.contains(.int8) else {
      throw ModelError(
        path: path,
        "is of \(precisions) already, and what that lost cannot be measured any more; name the model of "
          + "float32 or float16 that it was made of")
    }
    let weights = model.weights
    guard weights.withValues({ $0.allSatisfy(\.isFinite) }) else {
      throw ModelError(path: path, "has weights that are no numbers; the model is ruined")
    }
    kept = model.table.parts.map { part in
      let fits = part.matrices.allSatisfy { $0.isWithinFloat16(weights) }
      return (part, fits ? .float16 : .float32)
    }
  }

  /// Finds the precisions, and writes the model if they lose no more than the bound.
  ///
  /// - Parameters:
  ///   - out: folder of the new model.
  ///   - scratch: a folder for what is tried, which the caller takes away.
  /// - Returns: what was measured; `isWithinBound` tells whether the model was written.
  /// - Throws: what loading, judging, writing and `progress` throw; `ModelError` if the model as it is has no score that
  ///   could drop.
  public func run(
    out: String, scratch: String, progress: @escaping (QuantizationStep) throws -> Void
  ) throws -> QuantizationReport {
    let first = try judge.judge(path: path)
    guard judge.metric.isUsable(first.score) else {
      throw ModelError(
        path: path,
        "has \(judge.metric.name) \(first.score) on \(judge.data.name), which leaves nothing to lose; "
          + "check that the data is the model's kind of data, and not exchanged")
    }
    try progress(.judged(score: first.score, seconds: first.seconds))
    var search = PrecisionSearch(
      parts: kept.map { ($0.part, $0.precision) }, maxDrop: maxDrop
    ) { precisions in
      try model.write(to: scratch, precisions: precisions)
      let found = try judge.judge(path: scratch)
      let trial = QuantizationReport.Trial(
        precisions: precisions, score: found.score,
        drop: judge.metric.drop(from: first.score, to: found.score))
      try progress(.tried(trial, seconds: found.seconds))
      return (trial, found.seconds)
    }
    let chosen = try search.run()
    try model.write(to: scratch, precisions: chosen.trial.precisions)
    // A first run is slower than later ones, so each model has two.
    let seconds = (
      min(first.seconds, try judge.judge(path: path).seconds),
      min(chosen.seconds, try judge.judge(path: scratch).seconds)
    )
    let after = try ModelHeader.weightsFile(scratch)
    let report = QuantizationReport(
      metric: judge.metric, data: judge.data, maxDrop: maxDrop,
      before: side(file, first.score, seconds.0), after: side(after, chosen.trial.score, seconds.1),
      parts: kept.map { part, _ in
        QuantizationReport.Part(
          name: part.name, precision: chosen.trial.precisions[part.name],
          bytesBefore: file.byteCount(of: part), bytes: after.byteCount(of: part))
      },
      trials: search.trials, chosen: chosen.trial)
    if report.isWithinBound {
      var model = model
      model.description.origin.notes["quantization"] = report.note
      try model.write(to: out, precisions: chosen.trial.precisions)
    }
    return report
  }

  private func side(
    _ file: SafetensorsFile, _ score: Double, _ seconds: Double
  ) -> QuantizationReport.Side {
    QuantizationReport.Side(
      bytes: file.byteCount, score: score, speed: Double(judge.data.count) / max(seconds, 1e-9))
  }
}

extension QuantizationReport {
  /// What `model.json` says of how its weights came to be.
  var note: String {
    func number(_ value: Double, _ places: Int) -> String {
      String(format: "%.\(places)f", value)
    }
    let places = metric.decimals
    return "\(chosen.precisions); \(metric.name) \(number(after.score, places)) after "
      + "\(number(before.score, places)), allowed a loss of \(maxDrop)\(metric.dropUnit), on \(data.count) "
      + "\(data.unit.rawValue) of \(data.name), fingerprint \(data.fingerprint)"
  }
}

extension SafetensorsFile {
  /// Bytes of all tensors.
  fileprivate var byteCount: Int { tensors.reduce(0) { $0 + $1.range.count } }

  /// Bytes of a part's matrices and their scales.
  fileprivate func byteCount(of part: WeightPart) -> Int {
    let names = Set(part.matrices.flatMap { [$0.name, $0.name + ".scale"] })
    return tensors.reduce(0) { $0 + (names.contains($1.name) ? $1.range.count : 0) }
  }
}
