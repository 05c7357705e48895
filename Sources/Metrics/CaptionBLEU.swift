internal import Foundation

/// BLEU of up to one, two, three and four words as coco-caption computes it.
///
/// It differs from `BLEU` in that nothing is smoothed but every count is raised by a very small number, so
/// that a single caption without a match scores next to nothing rather than 0, and in its scale, 0 to 1.
enum CaptionBLEU {
  /// Added to matches and lengths, and to what they are divided by.
  private static let tiny = 1e-15
  private static let small = 1e-9

  /// The counts of a caption against its references.
  static func statistics(
    _ caption: [UInt32], _ references: [[UInt32]], _ ngrams: inout NgramTable
  ) -> BLEU.Statistics {
    var statistics = BLEU.Statistics()
    statistics.hypothesisLength = caption.count
    statistics.referenceLength =
      references.map(\.count)
      .min { left, right in
        (abs(left - caption.count), left) < (abs(right - caption.count), right)
      } ?? 0
    for order in 0..<BLEU.order { statistics.totals[order] = max(0, caption.count - order) }
    ngrams.startSegment(count: references.reduce(0) { $0 + $1.count } * BLEU.order)
    for reference in references {
      ngrams.add(reference, reference.indices, order: BLEU.order)
    }
    var matches = [Int](repeating: 0, count: BLEU.order)
    ngrams.match(caption, caption.indices, order: BLEU.order, into: &matches)
    for order in 0..<BLEU.order { statistics.matches[order] = matches[order] }
    return statistics
  }

  /// BLEU-1 to BLEU-4 of the counts of a caption, or of many.
  static func scores(_ sum: BLEU.Statistics) -> SIMD4<Double> {
    var scores = SIMD4<Double>.zero
    var product = 1.0
    for order in 0..<BLEU.order {
      product *=
        (Double(sum.matches[order]) + tiny) / (Double(sum.totals[order]) + small)
      scores[order] = pow(product, 1 / Double(order + 1))
    }
    let ratio =
      (Double(sum.hypothesisLength) + tiny) / (Double(sum.referenceLength) + small)
    return ratio < 1 ? scores * exp(1 - 1 / ratio) : scores
  }
}
