internal import Foundation

extension CHRF {
  /// A chrF score and what it is made of.
  public struct Score: CorpusScore, Equatable, CustomStringConvertible {
    /// The metric with its beta and word order: chrF2, chrF2++.
    public let name: String
    /// chrF, 0 to 100.
    public let value: Double
    /// The sums over the corpus.
    public let statistics: Statistics

    /// sacreBLEU's line: `chrF2 = 61.52`.
    public var description: String { line() }

    /// sacreBLEU's line, with the signature if given: `chrF2|nrefs:1|… = 61.52`.
    ///
    /// - Parameters:
    ///   - signature: see `CHRF.signature(references:)`.
    ///   - decimals: of the score; sacreBLEU's command prints 1 unless told, its API 2.
    public func line(signature: String? = nil, decimals: Int = 2) -> String {
      let head = signature.map { "\(name)|\($0)" } ?? name
      return "\(head) = " + String(format: "%.\(decimals)f", value)
    }
  }

  /// The score of statistics added up over a corpus, or of a single segment's.
  public func score(_ sum: Statistics) -> Score {
    Score(name: name, value: value(of: sum), statistics: sum)
  }

  func value(of statistics: Statistics) -> Double {
    epsilonSmoothing ? meanOfScores(statistics) : scoreOfMeans(statistics)
  }

  /// Precision and recall of an order, with a tiny number where there is nothing to divide by.
  private func rates(_ counts: NgramCounts) -> (precision: Double, recall: Double) {
    let matches = Double(counts.matches)
    return (
      counts.hypothesis > 0 ? matches / Double(counts.hypothesis) : Self.epsilon,
      counts.reference > 0 ? matches / Double(counts.reference) : Self.epsilon
    )
  }

  private func meanOfScores(_ statistics: Statistics) -> Double {
    let weight = Double(beta) * Double(beta)
    var sum = 0.0
    for counts in statistics.orders {
      let (precision, recall) = rates(counts)
      let divisor = weight * precision + recall
      sum += divisor > 0 ? (1 + weight) * precision * recall / divisor : Self.epsilon
    }
    return 100 * sum / Double(characterOrder + wordOrder)
  }

  private func scoreOfMeans(_ statistics: Statistics) -> Double {
    let weight = Double(beta) * Double(beta)
    var precision = 0.0
    var recall = 0.0
    var orders = 0.0
    for counts in statistics.orders where counts.hypothesis > 0 && counts.reference > 0 {
      let (orderPrecision, orderRecall) = rates(counts)
      precision += orderPrecision
      recall += orderRecall
      orders += 1
    }
    guard precision + recall > 0 else { return 0 }
    precision /= orders
    recall /= orders
    return 100 * ((1 + weight) * precision * recall / (weight * precision + recall))
  }

  private static let epsilon = 1e-16
}
