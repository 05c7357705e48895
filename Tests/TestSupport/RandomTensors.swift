public import Tensors

/// Normal numbers times `scale`, the same for the same seed.
public func randomTensor(
  rows: Int, columns: Int, scale: Float = 1, seed: UInt64 = 1
) -> Tensor {
  var generator = RandomGenerator(seed: seed, stream: UInt64(rows), UInt64(columns))
  let values = (0..<rows * columns).map { _ in scale * generator.normal() }
  return Tensor(rows: rows, columns: columns, values)
}

/// The largest |found − expected| / max(1, |expected|), infinite where one is a number and the other not.
public func largestError(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var worst = 0.0
  for (value, reference) in zip(found, expected) {
    if reference.isNaN, value.isNaN { continue }
    if Double(value) == reference { continue }
    let error = abs(Double(value) - reference) / max(1, abs(reference))
    worst = error.isNaN ? .infinity : max(worst, error)
  }
  return worst
}

/// The same for a tensor.
public func largestError(_ found: Tensor, _ expected: [Double]) -> Double {
  largestError(found.values, expected)
}

extension Tensor {
  /// The numbers in double precision, for references.
  public var doubles: [Double] { values.map(Double.init) }

  /// A copy with memory of its own.
  public var copied: Tensor { Tensor(rows: rows, columns: columns, values) }
}
