internal import Foundation

extension BLEU {
  /// A BLEU score and what it is made of.
  public struct Score: CorpusScore, Equatable, CustomStringConvertible {
    /// BLEU, 0 to 100.
    public let value: Double
    /// The n-gram precisions by order from 1, in percent, smoothed.
    public let precisions: SIMD4<Double>
    /// The n-grams that the precisions are made of, which are those of `statistics` but for add-k.
    public let counts: NgramCounts
    /// What a corpus shorter than its reference is multiplied by, 0 to 1.
    public let brevityPenalty: Double
    /// The sums over the corpus.
    public let statistics: Statistics

    /// Words in the hypotheses to words in the references; 0 for references without words.
    public var ratio: Double {
      statistics.referenceLength == 0
        ? 0 : Double(statistics.hypothesisLength) / Double(statistics.referenceLength)
    }

    /// sacreBLEU's line: `BLEU = 37.02 69.0/44.1/30.1/20.8 (BP = 1.000 ratio = 1.002 …)`.
    public var description: String { line() }

    /// sacreBLEU's line, with the signature if given: `BLEU|nrefs:1|… = 37.02 69.0/44.1/…`.
    ///
    /// - Parameters:
    ///   - signature: see `BLEU.signature(references:)`.
    ///   - decimals: of the score alone; sacreBLEU's command prints 1 unless told, its API 2.
    public func line(signature: String? = nil, decimals: Int = 2) -> String {
      let name = signature.map { "BLEU|\($0)" } ?? "BLEU"
      return "\(name) = \(Self.fixed(value, decimals)) \(details)"
    }

    /// The line after the score: precisions, brevity penalty, ratio and lengths.
    public var details: String {
      let precisions = (0..<BLEU.order).map { Self.fixed(self.precisions[$0], 1) }
        .joined(separator: "/")
      return """
        \(precisions) (BP = \(Self.fixed(brevityPenalty, 3)) ratio = \(Self.fixed(ratio, 3)) \
        hyp_len = \(statistics.hypothesisLength) ref_len = \(statistics.referenceLength))
        """
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
      String(format: "%.\(decimals)f", value)
    }
  }

  /// Matched n-grams and all of the hypothesis', by order from 1, with what smoothing adds to them.
  public struct NgramCounts: Sendable, Equatable {
    public var matches: SIMD4<Double>
    public var totals: SIMD4<Double>
  }

  /// The score of statistics added up over a corpus, or of a single segment's.
  public func score(_ sum: Statistics) -> Score {
    var brevityPenalty = 1.0
    if sum.hypothesisLength < sum.referenceLength {
      brevityPenalty =
        sum.hypothesisLength == 0
        ? 0 : exp(1 - Double(sum.referenceLength) / Double(sum.hypothesisLength))
    }
    var counts = NgramCounts(
      matches: SIMD4<Double>(sum.matches), totals: SIMD4<Double>(sum.totals))
    var precisions = SIMD4<Double>.zero
    var value = 0.0
    // Without a single match nothing is smoothed: the score is 0, and so are the precisions.
    if sum.matches != .zero {
      let orders = smooth(&counts, into: &precisions)
      // An order that is still 0 makes the score 0: sacreBLEU takes its logarithm for minus ten
      // thousand million, which ends in the same.
      var logarithms = 0.0
      for order in 0..<orders { logarithms += log(precisions[order]) }
      value = brevityPenalty * exp(logarithms / Double(orders))
    }
    return Score(
      value: value, precisions: precisions, counts: counts, brevityPenalty: brevityPenalty,
      statistics: sum)
  }

  /// Computes the precisions, in percent, up to the first order that the hypotheses are too short
  /// for.
  ///
  /// - Returns: the number of orders that make up the score.
  private func smooth(_ counts: inout NgramCounts, into precisions: inout SIMD4<Double>) -> Int {
    var orders = Self.order
    var divisor = 1.0
    for order in 0..<Self.order {
      if case .addK(let value) = smoothing, order > 0 {
        counts.matches[order] += value
        counts.totals[order] += value
      }
      let total = counts.totals[order]
      if total == 0 { break }
      if effectiveOrder { orders = order + 1 }
      if counts.matches[order] != 0 {
        precisions[order] = 100 * counts.matches[order] / total
        continue
      }
      switch smoothing {
      case .exponential:
        divisor *= 2
        precisions[order] = 100 / (divisor * total)
      case .floor(let value): precisions[order] = 100 * value / total
      case .none, .addK: break
      }
    }
    return orders
  }
}
