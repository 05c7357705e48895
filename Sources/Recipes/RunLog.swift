package import Foundation
public import Seq2Seq

/// What a run's `log.jsonl` tells, in the order in which it happened. What an undone step took back is left out.
public struct RunLog: Sendable, Equatable {
  /// How far training was, now and then.
  public struct Progress: Sendable, Equatable {
    public var update: Int
    /// Since the run began, over all sessions.
    public var seconds: Double
    /// With label smoothing and dropout, a target token, in nats.
    public var loss: Double
    public var tokensPerSecond: Double
    public var learningRate: Double
    /// Before clipping, of one update.
    public var gradientNorm: Double
    /// The longest before clipping since progress was last noted; that one where the log is an older one.
    public var longestGradient: TrainingEvent.LongGradient
  }

  public struct Validation: Sendable, Equatable {
    public var update: Int
    /// Since the run began, over all sessions; what the session had last noted before where the log is an older one.
    public var seconds: Double
    public var result: ValidationResult
    public var isBest: Bool
  }

  /// How a session ended.
  public struct Stop: Sendable, Equatable {
    public var update: Int
    public var reason: StopReason
    /// Target tokens learned from, over all sessions, and the seconds that took.
    public var tokens: Int
    public var trainingSeconds: Double
  }

  public var parameters: Int?
  public var progress: [Progress] = []
  public var validations: [Validation] = []
  /// The validation that the best model was saved at: it stays saved even if its update was undone.
  public private(set) var best: Validation?
  /// Updates that made the loss explode, and were undone.
  public var undone: [Int] = []
  /// The last session's end, unless it was killed or is under way.
  public var stop: Stop?

  public init() {}

  /// Reads the log of a run's folder.
  public init(run: String) throws {
    let path = RunFolder.log(of: run)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ModelError(
        path: run,
        FileManager.default.fileExists(atPath: run)
          ? "not a training run: there is no log.jsonl in this folder" : "no such folder")
    }
    self.init(lines: data)
    // A run that went on from an earlier checkpoint made the validation anew, or has yet to, but its best model stays.
    if let known = RunFolder.facts(run)?.best, best?.update != known.update {
      best =
        validations.last { $0.update == known.update }
        ?? Validation(update: known.update, seconds: 0, result: known.result, isBest: true)
    }
  }

  /// - Parameter lines: an object each; a line that is damaged is passed over.
  package init(lines: Data) {
    let decoder = JSONDecoder()
    // Each session counts from its own beginning.
    var (before, last) = (0.0, 0.0)
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      guard let entry = try? decoder.decode(Entry.self, from: line) else { continue }
      if entry.event == "started" {
        before = last
        stop = nil
      }
      if let elapsed = entry.elapsed { last = before + elapsed }
      take(entry, seconds: last)
    }
  }

  private mutating func take(_ entry: Entry, seconds: Double) {
    switch entry.event {
    case "started": parameters = entry.parameters ?? parameters
    case "progress":
      guard let loss = entry.loss else { return }
      let norm = entry.gradientNorm ?? 0
      progress.append(
        Progress(
          update: entry.update, seconds: seconds, loss: loss,
          tokensPerSecond: entry.tokensPerSecond ?? 0, learningRate: entry.learningRate ?? 0,
          gradientNorm: norm,
          longestGradient: .init(
            norm: entry.longestGradient ?? norm,
            update: entry.longestGradientUpdate ?? entry.update)))
    case "validated":
      guard let loss = entry.loss else { return }
      var result = ValidationResult(
        loss: loss, bleu: entry.bleu, cider: entry.cider, perplexity: entry.perplexity,
        bitsPerCharacter: entry.bitsPerCharacter)
      result.trainingLoss = entry.trainingLoss
      let validation = Validation(
        update: entry.update, seconds: seconds, result: result, isBest: entry.best ?? false)
      validations.append(validation)
      if validation.isBest { best = validation }
    case "stepUndone":
      undone.append(entry.failed ?? entry.update)
      progress.removeAll { $0.update > entry.update }
      validations.removeAll { $0.update > entry.update }
    case "stopped":
      guard let reason = entry.reason.flatMap(StopReason.init) else { return }
      stop = Stop(
        update: entry.update, reason: reason, tokens: entry.tokens ?? 0,
        trainingSeconds: entry.trainingSeconds ?? 0)
    default: break
    }
  }

  /// Updates made.
  public var updates: Int {
    max(stop?.update ?? 0, progress.last?.update ?? 0, validations.last?.update ?? 0)
  }

  /// Target tokens learned from a second, validations not counted; nil where nothing says so.
  public var tokensPerSecond: Double? {
    if let stop, stop.trainingSeconds > 0 { return Double(stop.tokens) / stop.trainingSeconds }
    guard !progress.isEmpty else { return nil }
    return progress.reduce(0) { $0 + $1.tokensPerSecond } / Double(progress.count)
  }
}

/// A line; which members it has depends on the event.
private struct Entry: Decodable {
  var event: String
  var update: Int
  var elapsed: Double?
  var loss: Double?
  var trainingLoss: Double?
  var bleu: Double?
  var cider: Double?
  var perplexity: Double?
  var bitsPerCharacter: Double?
  var best: Bool?
  var tokensPerSecond: Double?
  var learningRate: Double?
  var gradientNorm: Double?
  var longestGradient: Double?
  var longestGradientUpdate: Int?
  var parameters: Int?
  var failed: Int?
  var reason: String?
  var tokens: Int?
  var trainingSeconds: Double?

  private enum CodingKeys: CodingKey {
    case event, update, elapsed, loss, trainingLoss, bleu, cider, perplexity, bitsPerCharacter,
      best, tokensPerSecond,
      learningRate
    case gradientNorm, longestGradient, longestGradientUpdate, parameters, failed, reason, tokens,
      trainingSeconds
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    event = try values.decode(String.self, forKey: .event)
    update = try values.decode(Int.self, forKey: .update)
    func number(_ key: CodingKeys) -> Double? { try? values.decode(Double.self, forKey: key) }
    func count(_ key: CodingKeys) -> Int? { try? values.decode(Int.self, forKey: key) }
    elapsed = number(.elapsed)
    // A loss that exploded may be no number.
    loss = number(.loss)
    trainingLoss = number(.trainingLoss)
    bleu = number(.bleu)
    cider = number(.cider)
    perplexity = number(.perplexity)
    bitsPerCharacter = number(.bitsPerCharacter)
    best = try? values.decode(Bool.self, forKey: .best)
    tokensPerSecond = number(.tokensPerSecond)
    learningRate = number(.learningRate)
    gradientNorm = number(.gradientNorm)
    longestGradient = number(.longestGradient)
    longestGradientUpdate = count(.longestGradientUpdate)
    parameters = count(.parameters)
    failed = count(.failed)
    reason = try? values.decode(String.self, forKey: .reason)
    tokens = count(.tokens)
    trainingSeconds = number(.trainingSeconds)
  }
}
