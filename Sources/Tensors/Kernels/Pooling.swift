/// means[b] = the mean of image b's rows of x: global mean pooling.
///
/// - Parameters:
///   - x: [grid.rows, C].
///   - columns: of x, which are read; nil for all.
///   - means: [B, any], of which as many columns from `column` on are overwritten.
public func meanPool(
  _ x: Tensor, _ grid: Grid, columns: Range<Int>? = nil, into means: Tensor, at column: Int = 0
) {
  let columns = columns ?? 0..<x.columns
  precondition(x.rows == grid.rows && means.rows == grid.batch, "\(x.shape) of \(grid)")
  precondition(
    columns.upperBound <= x.columns && column + columns.count <= means.columns)
  let share = 1 / Float(grid.places)
  for image in 0..<grid.batch {
    let first = x.base + image * grid.places * x.columns + columns.lowerBound
    let target = means.base + image * means.columns + column
    var index = 0
    while index < columns.count {
      let isWhole = index + laneCount <= columns.count
      var sum = Lanes(repeating: 0)
      for place in 0..<grid.places {
        let row = first + place * x.columns
        sum += isWhole ? load(row, index) : loadTail(row, index, columns.count)
      }
      if isWhole {
        store(sum * share, target, index)
      } else {
        storeTail(sum * share, target, index, columns.count)
      }
      index += laneCount
    }
  }
}

/// dx += the gradient of `meanPool`, for all columns.
public func addMeanPoolGradient(_ dMeans: Tensor, _ grid: Grid, to dx: Tensor) {
  precondition(dx.rows == grid.rows && dMeans.rows == grid.batch && dx.columns == dMeans.columns)
  let share = 1 / Float(grid.places)
  for image in 0..<grid.batch {
    let gradient = dMeans.slice(image..<image + 1)
    for row in grid.rows(of: image) {
      add(gradient, times: share, to: dx.slice(row..<row + 1))
    }
  }
}

/// y = x + factors[b] · branch for the rows of each image b: a residual sum whose branch may be
/// left out or weighted by image.
public func addBranch(
  _ branch: Tensor, times factors: [Float], to x: Tensor, _ grid: Grid, into y: Tensor
) {
  precondition(factors.count == grid.batch && branch.count == x.count && y.count == x.count)
  precondition(x.rows == grid.rows)
  for (image, factor) in factors.enumerated() {
    let rows = grid.rows(of: image)
    let (a, b, target) = (x.slice(rows).base, branch.slice(rows).base, y.slice(rows).base)
    let count = rows.count * x.columns
    var index = 0
    while index + laneCount <= count {
      store(load(a, index) + load(b, index) * factor, target, index)
      index += laneCount
    }
    while index < count {
      target[index] = a[index] + b[index] * factor
      index += 1
    }
  }
}

/// Sets some columns of every row to a bias and, if given, the same places of another matrix: where
/// a product that adds to them begins.
///
/// - Parameters:
///   - bias: [1, columns of y].
///   - addend: as y, or nil.
package func setRows(_ y: Tensor, columns: Range<Int>, to bias: Tensor, plus addend: Tensor?) {
  precondition(bias.count == y.columns && columns.upperBound <= y.columns)
  precondition(addend == nil || addend?.count == y.count)
  let width = columns.count
  let from = bias.base + columns.lowerBound
  for row in 0..<y.rows {
    let offset = row * y.columns + columns.lowerBound
    let target = y.base + offset
    guard let added = addend.map({ $0.base + offset }) else {
      copyRun(from, to: target, count: width)
      continue
    }
    var index = 0
    while index + laneCount <= width {
      store(load(added, index) + load(from, index), target, index)
      index += laneCount
    }
    while index < width {
      target[index] = added[index] + from[index]
      index += 1
    }
  }
}
