/// Makes the rows of a matrix orthogonal and of length 1, each what is left of it beside the ones above: the Gram–Schmidt
/// process, applied twice so that rounding leaves the rows orthogonal (Giraud et al. 2005). Of independent normal
/// numbers it makes an orthogonal matrix that is as likely as any other.
///
/// Sums are taken in one order on every machine, so that a seed's weights are the same everywhere.
///
/// - Parameter matrix: [N, W] with N ≤ W, of full rank.
public func orthogonalizeRows(_ matrix: Tensor) {
  precondition(matrix.rows <= matrix.columns, "\(matrix.rows) orthogonal rows of \(matrix.columns)")
  let width = matrix.columns
  for row in 0..<matrix.rows {
    let x = matrix.base + row * width
    // Lengths as they come from a generator may be far from 1.
    scaleToLengthOne(x, width)
    for _ in 0..<2 {
      for above in 0..<row {
        let other = matrix.base + above * width
        addScaled(other, times: -dotProduct(x, other, width), to: x, width)
      }
      scaleToLengthOne(x, width)
    }
  }
}

private func scaleToLengthOne(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
  let length = dotProduct(x, x, count).squareRoot()
  precondition(length > 0, "a row that depends on those above")
  for index in 0..<count { x[index] /= length }
}

private func dotProduct(
  _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
) -> Float {
  var sums = Lanes(repeating: 0)
  var index = 0
  while index + laneCount <= count {
    sums += load(x, index) * load(y, index)
    index += laneCount
  }
  if index < count { sums += loadTail(x, index, count) * loadTail(y, index, count) }
  return sums.sum()
}

private func addScaled(
  _ x: UnsafeMutablePointer<Float>, times factor: Float, to y: UnsafeMutablePointer<Float>,
  _ count: Int
) {
  var index = 0
  while index + laneCount <= count {
    store(load(y, index) + load(x, index) * factor, y, index)
    index += laneCount
  }
  while index < count {
    y[index] += x[index] * factor
    index += 1
  }
}
