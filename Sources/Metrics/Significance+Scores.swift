internal import Foundation

/// The score of a resample, in the precision in which sacreBLEU comes by it.
package enum ResampleScore: Sendable, Equatable {
  /// NumPy's number.
  case single(Float)
  /// Python's number.
  case double(Double)
}

/// The scores of resamples, and what is made of them.
struct ResampleScores {
  /// Which mean is meant: sacreBLEU's two differ in the last digits.
  enum Mean {
    /// Of the `statistics` module, for a system alone.
    case exact
    /// Of NumPy, for paired tests.
    case pairwise
  }

  private var values: [Double] = []
  /// Whether NumPy would hold all of them in single precision; one of Python's numbers among them
  /// makes an array of doubles.
  private var areSingle = true

  mutating func append(_ score: ResampleScore) {
    switch score {
    case .single(let value):
      values.append(Double(value))
    case .double(let value):
      values.append(value)
      areSingle = false
    }
  }

  func interval(mean: Mean) -> ConfidenceInterval {
    areSingle
      ? Self.interval(values.map { Float($0) }, mean: mean) : Self.interval(values, mean: mean)
  }

  private static func interval<Number: BinaryFloatingPoint>(
    _ values: [Number], mean: Mean
  ) -> ConfidenceInterval {
    let sorted = values.sorted()
    let cut = sorted.count / 40
    let halfWidth = 0.5 * (sorted[sorted.count - 1 - cut] - sorted[cut])
    let middle =
      switch mean {
      case .exact: Number(exactMean(sorted))
      case .pairwise: pairwiseSum(sorted[...]) / Number(sorted.count)
      }
    return ConfidenceInterval(mean: Double(middle), halfWidth: Double(halfWidth))
  }

  /// The p-value of a paired bootstrap test: the resamples' differences, less their mean, stand for
  /// the differences of systems that are equally good.
  ///
  /// - Parameters:
  ///   - baseline: scores of the same resamples.
  ///   - difference: of the two scores of the corpus itself, without sign.
  func pValue(against baseline: Self, difference: Double) -> Double {
    let exceeding =
      areSingle && baseline.areSingle
      ? Self.exceeding(
        values.map { Float($0) }, baseline.values.map { Float($0) }, Float(difference))
      : Self.exceeding(values, baseline.values, difference)
    return Significance.pValue(exceeding: exceeding, of: values.count)
  }

  private static func exceeding<Number: BinaryFloatingPoint>(
    _ values: [Number], _ baseline: [Number], _ difference: Number
  ) -> Int {
    let differences = zip(values, baseline).map { abs($0 - $1) }
    let mean = pairwiseSum(differences[...]) / Number(differences.count)
    return differences.count { $0 - mean > difference }
  }

  /// The mean, rounded once: the sum is carried with the rounding error of every step (Neumaier,
  /// 1974), the quotient mended by its remainder.
  private static func exactMean<Number: BinaryFloatingPoint>(_ values: [Number]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for value in values.lazy.map({ Double($0) }) {
      let next = sum + value
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    let count = Double(values.count)
    let quotient = (sum + lost) / count
    return quotient + (sum.addingProduct(-quotient, count) + lost) / count
  }

  /// The sum in NumPy's order: eight strands over up to 128 numbers, more of them halved.
  private static func pairwiseSum<Number: BinaryFloatingPoint>(
    _ values: ArraySlice<Number>
  ) -> Number {
    if values.count < 8 { return values.reduce(0, +) }
    if values.count > 128 {
      let half = values.count / 2
      let middle = values.startIndex + half - half % 8
      return pairwiseSum(values[..<middle]) + pairwiseSum(values[middle...])
    }
    var strands = Array(values.prefix(8))
    let rest = values.startIndex + values.count - values.count % 8
    for start in stride(from: values.startIndex + 8, to: rest, by: 8) {
      for strand in 0..<8 { strands[strand] += values[start + strand] }
    }
    let left = (strands[0] + strands[1]) + (strands[2] + strands[3])
    let right = (strands[4] + strands[5]) + (strands[6] + strands[7])
    return values[rest...].reduce(left + right, +)
  }
}

extension Significance {
  /// The share of draws that exceed the difference, the corpus itself counted among them, so that a
  /// test at a level does not reject more often than that (Phipson and Smyth, 2010, say why).
  static func pValue(exceeding: Int, of draws: Int) -> Double {
    Double(exceeding + 1) / Double(draws + 1)
  }
}

/// Numbers with a set count of decimals, as Python prints them.
enum FixedPoint {
  static func text(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
