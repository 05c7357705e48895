internal import Tensors

/// How outputs of different lengths are compared: log-probability / lengthᵅ, where the length counts
/// every token that was scored, the end mark included (Bahdanau et al. 2015 use α = 1; unlike
/// Wu et al. 2016 nothing is added to the length).
public struct LengthNormalization: Sendable, Equatable {
  /// α; 0 compares bare log-probabilities.
  public var exponent: Float

  public init(exponent: Float) { self.exponent = exponent }

  /// The normalised score of an output; `length` below 1 counts as 1.
  public func score(_ logProbability: Double, length: Int) -> Double {
    logProbability / divisor(length: length)
  }

  func divisor(length: Int) -> Double {
    exponent == 0 ? 1 : power(Double(max(length, 1)), Double(exponent))
  }
}

/// The best score that a beginning can still come to: its log-probability can only fall, and where it
/// is negative the longest output divides it most kindly.
struct OptimisticBound {
  private let kindestDivisor: Double

  /// - Parameter maxLength: most tokens the output may have; the end mark comes on top.
  init(_ normalization: LengthNormalization, maxLength: Int) {
    kindestDivisor = normalization.divisor(length: maxLength + 1)
  }

  func callAsFunction(_ logProbability: Double) -> Double {
    logProbability < 0 ? logProbability / kindestDivisor : logProbability
  }
}

extension SearchOptions {
  /// Most tokens an output may have for a source of `sourceLength` tokens (or positions).
  public func maxLength(sourceLength: Int) -> Int {
    let length = Double(maxLengthFactor) * Double(sourceLength) + Double(maxLengthOffset)
    // A length nobody reaches, small enough for sums with it to stay far from overflow.
    return max(1, Int(min(length, 0x1p30)))
  }

  var lengthNormalization: LengthNormalization { LengthNormalization(exponent: lengthPenalty) }
}
