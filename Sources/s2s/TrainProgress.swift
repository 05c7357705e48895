import Foundation
import Seq2Seq
import Translation

/// Tells on stderr how a training run goes: a bar that is drawn anew on a terminal, plain lines elsewhere.
final class TrainProgress {
  private static let secondsBetweenLines = 10.0
  private static let barWidth = 24
  private let recipe: Recipe
  private let folder: String
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) != 0
  private var lastLine = -Double.infinity
  private var barIsShown = false
  private var first: (elapsed: Double, fraction: Double)?

  init(recipe: Recipe, folder: String) {
    self.recipe = recipe
    self.folder = folder
  }

  /// What the run was given.
  func describe(_ training: TranslationTraining) {
    for summary in training.summaries {
      line("data: \(summary)")
      for remark in summary.remarks { line("  left out: \(remark)") }
    }
    if training.tooLong > 0 {
      line(
        "data: \(training.tooLong) pairs left out, longer than training.maxLength "
          + "\(recipe.training.maxLength)")
    }
  }

  func show(_ event: TrainingEvent) {
    switch event {
    case .started(let update, let parameters, let batches):
      let verb = update == 0 ? "training" : "going on from update \(update):"
      line(
        "\(verb) \(recipe.name), \(parameters) parameters, \(batches) batches an epoch, in \(folder)"
      )
    case .progress(let progress):
      if isTerminal {
        draw(progress)
      } else if progress.elapsed - lastLine >= Self.secondsBetweenLines {
        lastLine = progress.elapsed
        line(text(progress))
      }
    case .validated(let milestone, let isBest, let seconds):
      let bleu = milestone.result.bleu.map { String(format: ", BLEU %.2f", $0) } ?? ""
      line(
        String(format: "update %d: dev loss %.4f", milestone.update, milestone.result.loss) + bleu
          + String(format: " (%.1f s)", seconds) + (isBest ? ", best so far" : ""))
    case .learningRateReduced(let scale):
      line(String(format: "no better for a while: learning rate now %.4g of the recipe's", scale))
    case .checkpointSaved: break
    case .stepUndone(let update, let loss, let backTo, let scale):
      line(
        "update \(update) exploded (loss \(String(format: "%.3g", loss))): back to update \(backTo), "
          + "learning rate now \(String(format: "%.4g", scale)) of the recipe's")
    case .stopped: break
    }
  }

  func finish(_ reason: StopReason) {
    let why =
      switch reason {
      case .updates: "all updates made"
      case .epochs: "all epochs made"
      case .patience: "no better for \(recipe.training.patience) validations"
      case .budget: "the time given is used up"
      case .interrupted: "asked to stop"
      }
    line("stopped: \(why).")
    if FileManager.default.fileExists(atPath: folder + "/best/model.json") {
      line("best model: \(folder)/best (s2s translate --model \(folder)/best)")
    }
    if !reason.isFinal { line("To go on, give the same command again.") }
  }

  // MARK: - Lines and the bar

  private func text(_ p: TrainingEvent.Progress) -> String {
    var text = String(
      format: "update %d, epoch %.2f, loss %.3f, %.0f tokens/s, rate %.2g", p.update,
      Double(p.epoch) + p.epochFraction, p.loss, p.tokensPerSecond, Double(p.learningRate))
    if let left = secondsLeft(p) { text += ", " + clock(left) + " left" }
    return text
  }

  private func secondsLeft(_ p: TrainingEvent.Progress) -> Double? {
    guard let fraction = p.fraction else { return nil }
    // What earlier sessions did took no time of this one.
    guard let first, fraction > first.fraction else {
      first = first ?? (p.elapsed, fraction)
      return nil
    }
    return (p.elapsed - first.elapsed) * max(0, 1 - fraction) / (fraction - first.fraction)
  }

  private func clock(_ seconds: Double) -> String {
    let whole = Int(seconds)
    return whole >= 3600
      ? String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
      : String(format: "%d:%02d", whole / 60, whole % 60)
  }

  private func draw(_ p: TrainingEvent.Progress) {
    var bar = ""
    if let fraction = p.fraction {
      let filled = Int((Double(Self.barWidth) * min(1, fraction)).rounded())
      bar =
        "[" + String(repeating: "█", count: filled)
        + String(repeating: "·", count: Self.barWidth - filled) + "] "
    }
    write("\r\u{1B}[K" + bar + text(p))
    barIsShown = true
  }

  private func line(_ text: String) {
    write((barIsShown ? "\r\u{1B}[K" : "") + text + "\n")
    barIsShown = false
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
