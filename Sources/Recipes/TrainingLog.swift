internal import Foundation
package import Seq2Seq

/// `log.jsonl`: an object a line for what happened in a run, so that it can be plotted and compared.
package final class TrainingLog {
  private static let secondsBetweenProgress = 10.0
  private let path: String
  private var handle: FileHandle?
  private var lastProgress = -Double.infinity
  /// Of the progress since, which is not noted.
  private var longestGradient: TrainingEvent.LongGradient?
  private let opened = ContinuousClock.now
  private var waiting: [[String: Any]] = []

  init(path: String) { self.path = path }

  /// Opens the log at an update: what a killed session noted beyond the checkpoint it left is dropped,
  /// for it will happen again.
  package func open(update: Int) {
    let lines = (FileManager.default.contents(atPath: path) ?? Data())
      .split(separator: UInt8(ascii: "\n"))
    let kept = lines.filter { line in
      guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else {
        return false
      }
      return (object["update"] as? Int ?? 0) <= update
    }
    let text = kept.reduce(into: Data()) { $0 += $1 + [UInt8(ascii: "\n")] }
    try? text.write(to: URL(fileURLWithPath: path), options: .atomic)
    handle = FileHandle(forWritingAtPath: path)
    _ = try? handle?.seekToEnd()
    for entry in waiting { write(entry) }
    waiting = []
  }

  package func note(_ event: TrainingEvent) {
    switch event {
    case .started(let update, let parameters, let batches):
      write([
        "event": "started", "update": update, "parameters": parameters, "batches": batches,
      ])
    case .progress(let p):
      longestGradient = [longestGradient, p.longestGradient].compactMap(\.self).max()
      guard p.elapsed - lastProgress >= Self.secondsBetweenProgress else { return }
      lastProgress = p.elapsed
      var entry: [String: Any] = [
        "event": "progress", "update": p.update, "epoch": p.epoch, "loss": rounded(p.loss),
        "tokensPerSecond": p.tokensPerSecond.rounded(), "learningRate": Double(p.learningRate),
        "gradientNorm": rounded(p.gradientNorm), "elapsed": rounded(p.elapsed),
      ]
      if let longest = longestGradient {
        entry["longestGradient"] = rounded(longest.norm)
        entry["longestGradientUpdate"] = longest.update
      }
      longestGradient = nil
      write(entry)
    case .validated(let milestone, let isBest, let seconds):
      var entry: [String: Any] = [
        "event": "validated", "update": milestone.update, "loss": rounded(milestone.result.loss),
        "best": isBest, "seconds": rounded(seconds), "elapsed": rounded(elapsed),
      ]
      if let loss = milestone.result.trainingLoss { entry["trainingLoss"] = rounded(loss) }
      if let bleu = milestone.result.bleu { entry["bleu"] = rounded(bleu) }
      if let cider = milestone.result.cider { entry["cider"] = rounded(cider) }
      if let perplexity = milestone.result.perplexity { entry["perplexity"] = rounded(perplexity) }
      if let bits = milestone.result.bitsPerCharacter { entry["bitsPerCharacter"] = rounded(bits) }
      write(entry)
    case .learningRateReduced(let update, let scale):
      write(["event": "learningRateReduced", "update": update, "scale": scale])
    case .averagingBegan(let update):
      write(["event": "averagingBegan", "update": update])
    case .checkpointSaved(_, let update):
      write(["event": "checkpoint", "update": update])
    case .stepUndone(let update, let loss, let backTo, let scale):
      write([
        "event": "stepUndone", "update": backTo, "failed": update,
        "loss": loss.isFinite ? rounded(loss) : "not finite", "scale": scale,
      ])
    case .stopped(let reason, let state):
      write([
        "event": "stopped", "update": state.update, "reason": reason.rawValue,
        "tokens": state.tokens, "trainingSeconds": rounded(state.seconds),
        "elapsed": rounded(elapsed),
      ])
    }
  }

  /// Seconds since this session turned to its log, which is when training begins.
  private var elapsed: Double { opened.duration(to: .now) / .seconds(1) }

  /// Notes pictures that are left out from an update on: how many, and the first few by name.
  package func note(leftOut names: [String], update: Int) {
    guard !names.isEmpty else { return }
    write([
      "event": "leftOut", "update": update, "pictures": names.count,
      "names": Array(names.prefix(10)),
    ])
  }

  private func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

  private func write(_ entry: [String: Any]) {
    guard let handle else {
      waiting.append(entry)
      return
    }
    // A log that cannot be written (a full disk) must not end the run; checkpoints will say so.
    guard
      let json = try? JSONSerialization.data(
        withJSONObject: entry, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return }
    try? handle.write(contentsOf: json + [UInt8(ascii: "\n")])
  }
}
