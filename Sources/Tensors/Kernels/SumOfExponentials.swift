internal import CVectors

/// The sum of the exponentials of all numbers: the probability of what log-probabilities are of.
public func sumOfExponentials(_ x: Tensor) -> Double {
  Double(vectors.sum_of_exponentials(x.count, 0, x.base))
}
