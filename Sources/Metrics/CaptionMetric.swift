internal import Foundation

/// One score of captions as a metric of lines, for intervals of confidence and tests of pairs.
///
/// A line is an image: line n of the hypotheses is its caption, line n of each reference one caption that
/// somebody wrote of it.
public struct CaptionMetric: CorpusMetric, Equatable {
  /// Which of the scores.
  public enum Kind: String, Sendable, CaseIterable {
    case bleu1 = "Bleu_1"
    case bleu2 = "Bleu_2"
    case bleu3 = "Bleu_3"
    case bleu4 = "Bleu_4"
    case meteorExactStem = "METEOR (exact+stem)"
    case rougeL = "ROUGE_L"
    case cider = "CIDEr"
    case plainCIDEr = "CIDEr (plain)"
  }

  public var kind: Kind
  public var metrics: CaptionMetrics

  public init(_ kind: Kind, metrics: CaptionMetrics = CaptionMetrics()) {
    self.kind = kind
    self.metrics = metrics
  }

  public var name: String { kind.rawValue }

  public var prefersGreater: Bool { true }

  /// A signature in sacreBLEU's manner; sacreBLEU itself has none for these metrics.
  public func signature(references: Int?) -> String {
    let version =
      switch kind {
      case .bleu1, .bleu2, .bleu3, .bleu4, .rougeL, .cider: "coco-caption"
      case .meteorExactStem: "meteor-1.5"
      case .plainCIDEr: "cider"
      }
    return [
      "nrefs:\(references.map(String.init) ?? "var")", "case:lc", "tok:ptb-3.4.1", "punct:no",
      "as:\(version)",
    ].joined(separator: "|")
  }

  public func statistics(
    hypotheses: [String], references: [[String?]]
  ) throws(MetricError) -> [CaptionStatistics] {
    guard !references.isEmpty else { throw .noReferences }
    for (index, reference) in references.enumerated() where reference.count != hypotheses.count {
      throw .differingLineCounts(
        hypotheses: hypotheses.count, references: reference.count, reference: index + 1)
    }
    guard !hypotheses.isEmpty else { throw .noLines }
    let captions = hypotheses.indices.map { line in references.compactMap { $0[line] } }
    guard captions.allSatisfy({ !$0.isEmpty }) else { throw .noReferences }
    return metrics.statistics(hypotheses, captions)
  }

  public func score(_ sum: CaptionStatistics) -> Score {
    let scores = sum.scores
    let value =
      switch kind {
      case .bleu1: scores.bleu[0]
      case .bleu2: scores.bleu[1]
      case .bleu3: scores.bleu[2]
      case .bleu4: scores.bleu[3]
      case .meteorExactStem: scores.meteorExactStem
      case .rougeL: scores.rougeL
      case .cider: scores.cider
      case .plainCIDEr: scores.plainCIDEr
      }
    return Score(kind: kind, value: value)
  }

  /// A score of captions: of most 0 to 1, of CIDEr 0 to 10.
  public struct Score: CorpusScore, Equatable {
    public let kind: Kind
    public let value: Double

    public func line(signature: String?, decimals: Int) -> String {
      let name = signature.map { "\(kind.rawValue)|\($0)" } ?? kind.rawValue
      return "\(name) = \(String(format: "%.\(decimals)f", value))"
    }
  }
}
