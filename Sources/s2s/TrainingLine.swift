import Seq2Seq

/// Training progress in words.
struct TrainingLine {
  private let progress: TrainingEvent.Progress
  /// Seconds to go, as far as can be told.
  private let rest: Double?

  /// - Parameter first: the session's first progress, from which its pace is known.
  init(_ progress: TrainingEvent.Progress, since first: TrainingEvent.Progress) {
    self.progress = progress
    if let fraction = progress.fraction {
      let done = fraction - (first.fraction ?? 0)
      rest = done > 0 ? (progress.elapsed - first.elapsed) / done * max(0, 1 - fraction) : nil
    } else {
      rest = nil
    }
  }

  var text: String {
    let p = progress
    return "update \(p.update), epoch \(fixed(Double(p.epoch) + p.epochFraction, 2)), loss "
      + "\(fixed(p.loss, 3)), \(fixed(p.tokensPerSecond, 0)) tokens/s, learning rate "
      + rate + (rest.map { ", \(Self.time($0)) to go" } ?? "")
  }

  /// The text behind a bar, cut to the width of a terminal.
  func bar(width: Int) -> String {
    guard let fraction = progress.fraction else { return String(text.prefix(width - 1)) }
    let cells = min(20, max(0, width - 1 - text.count - 8))
    let full = Int((Double(cells) * min(1, fraction)).rounded())
    let bar =
      cells < 4
      ? ""
      : "▕" + String(repeating: "█", count: full) + String(repeating: "·", count: cells - full)
        + "▏"
    let percent = fixed(100 * min(1, fraction), 0)
    return String(
      (bar + String(repeating: " ", count: 3 - min(3, percent.count)) + percent + "% " + text)
        .prefix(width - 1))
  }

  /// Three digits that count, without an exponent.
  private var rate: String {
    var decimals = 3
    var value = Double(progress.learningRate)
    while value > 0 && value < 0.1 && decimals < 10 {
      value *= 10
      decimals += 1
    }
    return fixed(Double(progress.learningRate), decimals)
  }

  /// `1:02:03` or `2:03`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }
}
