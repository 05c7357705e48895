/// What a loss is measured in.
public enum QualityMetric: String, Sendable, CaseIterable {
  /// Of translations; in points out of 100.
  case bleu
  /// Of captions.
  case cider
  /// A subword of given outputs.
  case perplexity

  /// What people call it.
  public var name: String {
    switch self {
    case .bleu: "BLEU"
    case .cider: "CIDEr"
    case .perplexity: "perplexity"
    }
  }

  /// The loss that is allowed unless told.
  public var defaultMaxDrop: Double {
    switch self {
    case .bleu: 0.2
    case .cider: 0.005
    case .perplexity: 0.5
    }
  }

  /// Decimals that scores are shown with.
  public var decimals: Int { self == .bleu ? 2 : 4 }

  /// What a loss is counted in, as it is put behind a number.
  public var dropUnit: String { self == .perplexity ? " %" : " \(name)" }

  /// Decimals that losses are shown with.
  public var dropDecimals: Int { self == .cider ? 4 : 3 }

  /// How much is lost from one score to another: points, or for perplexity how many per cent higher it is; negative
  /// for a gain, infinite for what is no score.
  public func drop(from before: Double, to after: Double) -> Double {
    let drop = self == .perplexity ? 100 * (after / before - 1) : before - after
    return drop.isNaN ? .infinity : drop
  }

  /// Whether losses can be seen from a score on.
  func isUsable(_ score: Double) -> Bool { score.isFinite && score > 0 }
}

/// What models are judged by.
public struct JudgedData: Sendable, Equatable {
  /// What is counted.
  public enum Unit: String, Sendable { case lines, pictures }

  public var count: Int
  public var unit: Unit
  /// Its files, without their folders.
  public var name: String
  /// 16 hexadecimal digits that depend on every byte of the text.
  public var fingerprint: String

  public init(count: Int, unit: Unit, name: String, fingerprint: String) {
    self.count = count
    self.unit = unit
    self.name = name
    self.fingerprint = fingerprint
  }
}

/// What a model came to.
public struct Judgement: Sendable, Equatable {
  public var score: Double
  /// What the work took, loading the model aside.
  public var seconds: Double
  /// What is to be known of the score, for people.
  public var note: String?

  public init(score: Double, seconds: Double, note: String? = nil) {
    self.score = score
    self.seconds = seconds
    self.note = note
  }
}

/// Judges models of one kind as they would be run from their folders, always on the same data.
public protocol ModelJudge {
  associatedtype Model: StoredModel

  var metric: QualityMetric { get }
  var data: JudgedData { get }

  /// Loads a model's folder and runs it on the data.
  func judge(path: String) throws -> Judgement
}
