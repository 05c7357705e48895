internal import Dispatch

/// Seconds since it was made, by a clock that nobody sets.
struct MonotonicClock {
  private let start = DispatchTime.now().uptimeNanoseconds

  var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9 }
}

/// Collects what happened since the last report.
struct ProgressMeter {
  struct Update {
    var number: Int
    /// Summed over target tokens, in nats.
    var loss: Double
    var tokens: Int
    var norm: Double
    var rate: Float
  }

  private static let secondsBetweenReports = 1.0
  private let clock: MonotonicClock
  private var since: Double
  private var loss = 0.0
  private var tokens = 0
  private var last: Update?
  private var longest: TrainingEvent.LongGradient?

  init(clock: MonotonicClock) {
    self.clock = clock
    since = clock.seconds
  }

  mutating func add(_ update: Update) {
    loss += update.loss
    tokens += update.tokens
    last = update
    let gradient = TrainingEvent.LongGradient(norm: update.norm, update: update.number)
    longest = longest.map { max($0, gradient) } ?? gradient
  }

  /// Leaves the time out that something else than updates has taken.
  mutating func leaveOut(_ seconds: Double) { since += seconds }

  var isDue: Bool { clock.seconds - since >= Self.secondsBetweenReports }

  mutating func take(
    _ state: TrainingState, batches: Int, fraction: Double?
  ) -> TrainingEvent.Progress {
    let now = clock.seconds
    defer {
      since = now
      loss = 0
      tokens = 0
      longest = nil
    }
    return TrainingEvent.Progress(
      update: state.update, epoch: state.epoch,
      epochFraction: Double(state.batch) / Double(max(batches, 1)),
      loss: loss / Double(max(tokens, 1)), tokensPerSecond: Double(tokens) / (now - since),
      learningRate: last?.rate ?? 0, gradientNorm: last?.norm ?? 0, longestGradient: longest,
      elapsed: now, fraction: fraction)
  }
}
