/// The sum of e to the (value - peak) / temperature over a row, with the row's largest number as peak;
/// NaN and -∞ count nothing. Zero if there is nothing to count.
public func temperedMass(of x: Tensor, row: Int, temperature: Float) -> (
  peak: Float, sum: Double
) {
  precondition(row >= 0 && row < x.rows && temperature > 0)
  guard let peak = largest(1, of: x, row: row).first?.value, peak.isFinite else { return (0, 0) }
  var sum = 0.0
  forEachWeights(x.base + row * x.columns, x.columns, peak: peak, temperature) { _, weights in
    sum += Double(weights.sum())
    return true
  }
  return (peak, sum)
}

/// Draws a column with a probability proportional to e to the value / temperature.
///
/// - Parameter uniform: the random number, from [0, 1).
/// - Returns: nil if the row holds no finite largest number.
public func drawColumn(of x: Tensor, row: Int, temperature: Float, uniform: Double) -> Int? {
  let (peak, sum) = temperedMass(of: x, row: row, temperature: temperature)
  guard sum > 0 else { return nil }
  let target = uniform * sum
  var passed = 0.0
  var chosen: Int?
  forEachWeights(x.base + row * x.columns, x.columns, peak: peak, temperature) { index, weights in
    let after = passed + Double(weights.sum())
    guard after > target else {
      passed = after
      return true
    }
    for lane in 0..<laneCount where weights[lane] > 0 {
      chosen = index + lane
      passed += Double(weights[lane])
      if passed > target { break }
    }
    return false
  }
  return chosen
}

/// Hands over e to the (value - peak) / temperature, eight columns at a time (past the end 0), until
/// `body` answers false.
@inline(__always)
private func forEachWeights(
  _ values: UnsafePointer<Float>, _ count: Int, peak: Float, _ temperature: Float,
  _ body: (Int, Lanes) -> Bool
) {
  let scale = 1 / temperature
  var index = 0
  while index < count {
    let lanes =
      index + laneCount <= count ? load(values, index) : loadTail(values, index, count)
    let exponent = (lanes - peak) * scale
    var weights = exponential(exponent)
    // The kernel's exponential stops at e^-87; a token ruled out has no chance at all.
    weights.replace(with: 0, where: .!(exponent .> -87))
    if index + laneCount > count {
      for lane in (count - index)..<laneCount { weights[lane] = 0 }
    }
    guard body(index, weights) else { return }
    index += laneCount
  }
}
