internal import CVectors

/// Sets every number.
public func fill(_ x: Tensor, with value: Float) {
  x.base.update(repeating: value, count: x.count)
}

/// target = source, number by number.
public func copy(_ source: Tensor, to target: Tensor) {
  precondition(source.count == target.count, "\(source.shape) to \(target.shape)")
  target.base.update(from: source.base, count: source.count)
}

/// y += factor · x.
public func add(_ x: Tensor, times factor: Float = 1, to y: Tensor) {
  precondition(x.count == y.count, "\(x.shape) onto \(y.shape)")
  vectors.add(x.count, factor, x.base, y.base)
}

/// x *= factor.
public func scale(_ x: Tensor, by factor: Float) {
  vectors.scale(x.count, factor, 0, x.base)
}

/// Brings every number into ±`bound`; NaN stays what it is.
public func clamp(_ x: Tensor, to bound: Float) {
  vectors.clamp(x.count, bound, x.base)
}

/// x += bias, [columns], in every row.
public func addBias(_ bias: Tensor, to x: Tensor) {
  precondition(bias.count == x.columns, "bias \(bias.shape) for \(x.shape)")
  for row in 0..<x.rows { vectors.add(x.columns, 1, bias.base, x.base + row * x.columns) }
}

/// sums += the sum of the rows of x, [columns].
public func addRowSum(of x: Tensor, to sums: Tensor) {
  precondition(sums.count == x.columns, "row sums of \(x.shape) into \(sums.shape)")
  for row in 0..<x.rows { vectors.add(x.columns, 1, x.base + row * x.columns, sums.base) }
}

/// x = tanh(x).
public func applyTanh(_ x: Tensor) {
  vectors.tanh(x.count, x.base)
}

/// y (+)= x · mask; row r of x takes row `r % mask.rows` of the mask.
public func multiply(_ x: Tensor, byMask mask: Tensor, into y: Tensor, accumulate: Bool = false) {
  precondition(x.count == y.count && mask.columns == x.columns, "\(x.shape) by \(mask.shape)")
  let columns = x.columns
  for row in 0..<x.rows {
    let (a, m) = (x.base + row * columns, mask.base + (row % mask.rows) * columns)
    let target = y.base + row * columns
    var index = 0
    while index + laneCount <= columns {
      let product = load(a, index) * load(m, index)
      store(accumulate ? load(target, index) + product : product, target, index)
      index += laneCount
    }
    while index < columns {
      target[index] = (accumulate ? target[index] : 0) + a[index] * m[index]
      index += 1
    }
  }
}

/// Copies columns `sourceColumn..<sourceColumn + width` of the first `rows` rows into `target` at
/// `targetColumn`, or adds them there.
public func copyColumns(
  _ source: Tensor, from sourceColumn: Int = 0, to target: Tensor, at targetColumn: Int = 0,
  width: Int, rows: Int, accumulate: Bool = false
) {
  precondition(sourceColumn + width <= source.columns && targetColumn + width <= target.columns)
  precondition(rows <= source.rows && rows <= target.rows)
  for row in 0..<rows {
    let from = source.base + row * source.columns + sourceColumn
    let to = target.base + row * target.columns + targetColumn
    if accumulate {
      var index = 0
      while index + laneCount <= width {
        store(load(to, index) + load(from, index), to, index)
        index += laneCount
      }
      while index < width {
        to[index] += from[index]
        index += 1
      }
    } else {
      to.update(from: from, count: width)
    }
  }
}

/// target[i] = source[indices[i]], row by row.
public func gatherRows(_ source: Tensor, _ indices: [Int], into target: Tensor) {
  precondition(source.columns == target.columns && indices.count == target.rows)
  let columns = source.columns
  for (row, index) in indices.enumerated() {
    precondition(index >= 0 && index < source.rows, "row \(index) of \(source.rows)")
    (target.base + row * columns).update(from: source.base + index * columns, count: columns)
  }
}

/// target[indices[i]] += source[i], row by row, in order.
public func scatterAddRows(_ source: Tensor, _ indices: [Int], to target: Tensor) {
  precondition(source.columns == target.columns && indices.count == source.rows)
  for (row, index) in indices.enumerated() {
    add(source.slice(row..<row + 1), to: target.slice(index..<index + 1))
  }
}

/// Sum of squares, in Double.
public func sumOfSquares(_ x: Tensor) -> Double {
  var sums = Lanes(repeating: 0)
  var total = 0.0
  var index = 0
  let count = x.count
  while index + laneCount <= count {
    let lanes = load(x.base, index)
    sums += lanes * lanes
    index += laneCount
    // Single precision within a short run, double between runs.
    if index & 1023 == 0 {
      total += Double(sums.sum())
      sums = Lanes(repeating: 0)
    }
  }
  total += Double(sums.sum())
  while index < count {
    total += Double(x.base[index]) * Double(x.base[index])
    index += 1
  }
  return total
}

/// Whether no number is infinite or NaN.
public func isFinite(_ x: Tensor) -> Bool {
  // What is finite gives zero when multiplied by it, the rest NaN, which stays in the sum.
  var sums = Lanes(repeating: 0)
  var index = 0
  while index + laneCount <= x.count {
    sums += load(x.base, index) * 0
    index += laneCount
  }
  if index < x.count { sums += loadTail(x.base, index, x.count) * 0 }
  return sums.sum() == 0
}

/// dy = dy · (1 − y²), with y = tanh(x): the gradient before the activation, in place.
public func replaceByTanhGradient(_ dy: Tensor, output y: Tensor) {
  precondition(dy.count == y.count)
  vectors.tanh_gradient(y.count, y.base, dy.base)
}
