internal import Tensors

/// Draws one token of a row: temperature first, then the `topK` best, then the nucleus among them.
struct TokenSampler {
  /// Divides log-probabilities (logits but for a constant).
  let temperature: Float
  /// How many of the best are left; 0 for all.
  let topK: Int
  /// The fewest best whose probability, among those left, reaches this are left (Holtzman et al.
  /// 2020); 1 for all.
  let topP: Float

  /// Nuclei are rarely larger; past this the row is sorted.
  private static let usualNucleus = 64

  /// - Returns: nil if the row leaves nothing to choose. One random number is drawn in any case.
  func choose(
    from scores: Tensor, row: Int, using generator: inout RandomGenerator
  ) -> Int? {
    let uniform = generator.uniformDouble()
    let all = scores.columns
    let isCut = topK > 0 && topK < all
    guard isCut || topP < 1 else {
      return drawColumn(of: scores, row: row, temperature: temperature, uniform: uniform)
    }
    guard topP < 1 else {
      return choose(among: weighted(largest(topK, of: scores, row: row)), uniform)
    }
    let whole: Double? =
      isCut ? nil : temperedMass(of: scores, row: row, temperature: temperature).sum
    var candidates = weighted(
      largest(isCut ? topK : Self.usualNucleus, of: scores, row: row))
    let mass = whole ?? candidates.reduce(0) { $0 + $1.weight }
    if let size = nucleus(candidates, mass: mass) {
      return choose(among: candidates[..<size], uniform)
    }
    if !isCut { candidates = weighted(largest(all, of: scores, row: row)) }
    let size = nucleus(candidates, mass: mass) ?? candidates.count
    return choose(among: candidates[..<size], uniform)
  }

  private typealias Weighted = (token: Int, weight: Double)

  /// Weights relative to the best one; what has none is left out.
  private func weighted(_ best: [Candidate]) -> ArraySlice<Weighted> {
    guard let peak = best.first?.value, peak.isFinite else { return [] }
    let all: [Weighted] = best.map {
      (token: $0.index, weight: exponential(Double($0.value - peak) / Double(temperature)))
    }
    return all.prefix { $0.weight > 0 }
  }

  /// How many of the best reach the nucleus' share of `mass`, or nil if all of them do not.
  private func nucleus(_ candidates: ArraySlice<Weighted>, mass: Double) -> Int? {
    let target = Double(topP) * mass
    var reached = 0.0
    for (index, candidate) in candidates.enumerated() {
      reached += candidate.weight
      if reached >= target { return index + 1 }
    }
    return nil
  }

  private func choose(among candidates: ArraySlice<Weighted>, _ uniform: Double) -> Int? {
    let target = uniform * candidates.reduce(0) { $0 + $1.weight }
    var passed = 0.0
    for candidate in candidates {
      passed += candidate.weight
      if passed > target { return candidate.token }
    }
    return candidates.last?.token
  }
}
