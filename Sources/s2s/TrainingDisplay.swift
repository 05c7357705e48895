import Captioning
import Seq2Seq
import Translation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Shows on standard error how training goes: events as lines; progress as one line that is redrawn on
/// a terminal, and as a line now and then elsewhere.
final class TrainingDisplay {
  private static let secondsBetweenLines = 10.0
  private let isTerminal: Bool
  private var isBarShown = false
  private var lastLine = 0.0
  private var lastPreparation = ContinuousClock.now
  /// Where this session began, for guessing when it ends.
  private var first: TrainingEvent.Progress?

  init() {
    let terminal = getenv("TERM").map { String(cString: $0) }
    isTerminal = isatty(2) == 1 && terminal != "dumb"
  }

  /// Writes a line of its own, above the progress bar if there is one.
  func say(_ text: String) {
    close()
    writeToStandardError(text + "\n")
  }

  /// Takes the progress bar away.
  func close() {
    if isBarShown { writeToStandardError("\r\u{1B}[K") }
    isBarShown = false
  }

  func show(_ event: TrainingEvent) {
    switch event {
    case .started(let update, let parameters, let batches):
      say(
        (update == 0 ? "Training" : "Going on after update \(update)")
          + ": \(parameters) weights, \(batches) batches an epoch")
    case .progress(let progress): show(progress)
    case .validated(let milestone, let isBest, let seconds):
      let cider = milestone.result.cider.map { ", CIDEr \(fixed($0, 3))" } ?? ""
      let name = milestone.result.cider == nil ? "BLEU" : "BLEU-4"
      let bleu = milestone.result.bleu.map { ", \(name) \(fixed($0, 2))" } ?? ""
      let perplexity =
        milestone.result.perplexity.map { ", perplexity \(fixed($0, 2)) a word" } ?? ""
      let bits =
        milestone.result.bitsPerCharacter.map { ", \(fixed($0, 3)) bits a character" } ?? ""
      say(
        "update \(milestone.update): validation loss \(fixed(milestone.result.loss, 4))\(cider)\(bleu)"
          + perplexity + bits
          + (isBest ? ", the best so far" : "") + " (\(fixed(seconds, 1)) s)")
    case .learningRateReduced(_, let scale):
      say("no better for a while: learning rate reduced to \(Self.short(scale)) of the recipe's")
    case .averagingBegan:
      say("no better for a while: from now on weights are averaged")
    case .checkpointSaved(let path, let update):
      if update > 0 { say("update \(update): checkpoint \(path)") }
    case .stepUndone(let update, let loss, let backTo, let scale):
      say(
        "update \(update): the loss exploded (\(Self.short(loss))); went back to update \(backTo), and "
          + "on at \(Self.short(scale)) of the learning rate")
    case .stopped: close()
    }
  }

  /// Shows what a captioner's training does before it begins.
  func show(_ preparation: CaptionTraining.Preparation) {
    switch preparation {
    case .leftOut(let error): say("left out: \(error)")
    case .waiting(let path): say("another run computes these features; waiting for it (\(path))")
    case .features(let done, let count): showCount("features of", done, count)
    case .pictures(let done, let count): showCount("looked at", done, count)
    }
  }

  /// Shows what a translator's training does before it begins, where that takes long.
  func show(_ preparation: TranslationTraining.Preparation) {
    let line =
      switch preparation {
      case .read(let pairs): "read \(pairs) pairs"
      case .encoded(let pairs, let count): "encoded \(pairs) of \(count) pairs"
      }
    if isTerminal {
      writeToStandardError("\r\u{1B}[K" + line)
      isBarShown = true
    } else if lastPreparation.duration(to: .now) >= .seconds(Self.secondsBetweenLines) {
      lastPreparation = .now
      writeToStandardError(line + "\n")
    }
  }

  private func showCount(_ what: String, _ done: Int, _ count: Int) {
    let line = "\(what) \(done) of \(count) pictures"
    if isTerminal {
      writeToStandardError("\r\u{1B}[K" + line)
      isBarShown = true
      if done == count { say(line) }
    } else if done == 0 || done == count {
      say(line)
    }
  }

  private func show(_ progress: TrainingEvent.Progress) {
    let first = first ?? progress
    self.first = first
    let line = TrainingLine(progress, since: first)
    if isTerminal {
      writeToStandardError("\r\u{1B}[K" + line.bar(width: Self.width))
      isBarShown = true
    } else if lastLine == 0 || progress.elapsed - lastLine >= Self.secondsBetweenLines {
      lastLine = progress.elapsed
      writeToStandardError(line.text + "\n")
    }
  }

  /// Columns of the terminal.
  private static var width: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func short(_ value: Double) -> String { fixed(value, value < 0.01 ? 5 : 3) }
}
