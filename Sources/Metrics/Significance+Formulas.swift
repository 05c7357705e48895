internal import Foundation

/// sacreBLEU's scores from its rows of sums, in the precision of the sums.
///
/// Sums of resamples are NumPy's single numbers there, and NumPy 2 (not 1) keeps to their precision
/// in arithmetic with Python's numbers: the last digits of means, intervals and p-values come of
/// it.
package enum SampleFormula {
  /// BLEU of [hypothesis length, reference length, matches by order, totals by order].
  ///
  /// - Parameter effectiveOrder: whether only the orders that the hypotheses are long enough for
  ///   count.
  package static func bleu<Number: BinaryFloatingPoint>(
    _ sums: [Number], smoothing: BLEU.Smoothing = .exponential, effectiveOrder: Bool = false
  ) -> Double {
    let orders = (sums.count - 2) / 2
    let matches = sums[2..<(2 + orders)]
    guard matches.contains(where: { $0 != 0 }) else { return 0 }
    var precisions = [Number](repeating: 0, count: orders)
    var halvings: Number = 1
    var usedOrders = effectiveOrder ? 0 : orders
    for order in 0..<orders {
      var matched = sums[2 + order]
      var total = sums[2 + orders + order]
      if case .addK(let k) = smoothing, order > 0 {
        matched += Number(k)
        total += Number(k)
      }
      if total == 0 { break }
      if effectiveOrder { usedOrders = order + 1 }
      switch smoothing {
      case _ where matched != 0: precisions[order] = 100 * matched / total
      case .exponential:
        halvings *= 2
        precisions[order] = 100 / (halvings * total)
      case .floor(let value): precisions[order] = Number(100 * value) / total
      case .none, .addK: break
      }
    }
    // The logarithm of an order that is 0 makes the score 0.
    let logarithms = precisions[..<usedOrders].reduce(0.0) { $0 + log(Double($1)) }
    return brevityPenalty(sums[0], sums[1]) * exp(logarithms / Double(usedOrders))
  }

  /// Lengths are whole numbers of Python's even where the rest is single.
  private static func brevityPenalty<Number: BinaryFloatingPoint>(
    _ hypothesisLength: Number, _ referenceLength: Number
  ) -> Double {
    if hypothesisLength >= referenceLength { return 1 }
    if hypothesisLength == 0 { return 0 }
    return exp(1 - Double(referenceLength) / Double(hypothesisLength))
  }

  /// chrF of [hypothesis, reference, matches] n-grams, order after order.
  ///
  /// - Parameters:
  ///   - beta: how many times as much recall weighs as precision.
  ///   - epsilonSmoothing: whether the F-scores of the orders are averaged, rather than their
  ///     precisions and recalls.
  /// - Returns: the score, nil for one that is Python's, 0 to all digits, as nothing matches.
  package static func chrF<Number: BinaryFloatingPoint>(
    _ sums: [Number], beta: Int = 2, epsilonSmoothing: Bool = false
  ) -> Number? {
    let epsilon = Number(1e-16)
    let weight = Number(beta * beta)
    let orders = sums.count / 3
    var scores: Number = 0
    var precisions: Number = 0
    var recalls: Number = 0
    var usedOrders = 0
    var matchesAny = false
    for start in stride(from: 0, to: orders * 3, by: 3) {
      let (hypothesis, reference, matched) = (sums[start], sums[start + 1], sums[start + 2])
      let precision = hypothesis > 0 ? matched / hypothesis : epsilon
      let recall = reference > 0 ? matched / reference : epsilon
      let divisor = weight * precision + recall
      scores += divisor > 0 ? (1 + weight) * precision * recall / divisor : epsilon
      if hypothesis > 0, reference > 0 {
        precisions += precision
        recalls += recall
        usedOrders += 1
      }
      if matched > 0 { matchesAny = true }
    }
    guard matchesAny else { return nil }
    if epsilonSmoothing { return 100 * scores / Number(orders) }
    let precision = precisions / Number(usedOrders)
    let recall = recalls / Number(usedOrders)
    return 100 * ((1 + weight) * precision * recall / (weight * precision + recall))
  }

  /// TER, in percent, of [edits, average reference length].
  ///
  /// - Returns: the score, nil for one that is Python's, 0 or 100, where references have no words.
  package static func ter<Number: BinaryFloatingPoint>(_ sums: [Number]) -> Number? {
    sums[1] > 0 ? 100 * (sums[0] / sums[1]) : nil
  }
}
