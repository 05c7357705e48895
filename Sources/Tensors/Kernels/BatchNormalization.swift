/// Rows that are summed up in single precision before they go into a sum in double precision.
private let runLength = 64

/// Mean and variance (divided by the number of rows) of each column.
///
/// - Parameters:
///   - x: [N, C], N ≥ 1.
///   - mean: [1, C].
///   - variance: [1, C].
public func columnMoments(_ x: Tensor, mean: Tensor, variance: Tensor) {
  precondition(x.rows > 0 && mean.count == x.columns && variance.count == x.columns)
  // Sums are of differences from the first row, so that a mean far from zero does not drown the
  // variance.
  let sums = columnSums(rows: x.rows, columns: x.columns, Deviations(x: x.base, columns: x.columns))
  for column in 0..<x.columns {
    let offset = sums.first[column] / Double(x.rows)
    mean.base[column] = Float(Double(x.base[column]) + offset)
    variance.base[column] = Float(
      max(sums.second[column] / Double(x.rows) - offset * offset, 0))
  }
}

/// y = x · scale + shift, column by column, limited to 0 … ceiling where there is one.
///
/// - Parameters:
///   - x: [N, C].
///   - scale: [1, C].
///   - shift: [1, C].
///   - y: [N, C], may be x.
public func scaleColumns(
  _ x: Tensor, by scale: Tensor, plus shift: Tensor, ceiling: Float?, into y: Tensor
) {
  let columns = x.columns
  precondition(scale.count == columns && shift.count == columns && y.count == x.count)
  let (zero, top) = (Lanes(repeating: 0), Lanes(repeating: ceiling ?? .infinity))
  for row in 0..<x.rows {
    let (source, target) = (x.base + row * columns, y.base + row * columns)
    var index = 0
    while index + laneCount <= columns {
      var value = load(source, index) * load(scale.base, index) + load(shift.base, index)
      if ceiling != nil {
        value.replace(with: zero, where: value .< zero)
        value.replace(with: top, where: value .> top)
      }
      store(value, target, index)
      index += laneCount
    }
    while index < columns {
      var value = source[index] * scale.base[index] + shift.base[index]
      if let ceiling {
        if value < 0 { value = 0 }
        if value > ceiling { value = ceiling }
      }
      target[index] = value
      index += 1
    }
  }
}

/// What the gradient of a normalisation is made of: by column, the sums of dy and of dy · (x −
/// mean).
public struct ColumnGradientSums: Sendable {
  public let gradient: [Double]
  public let deviation: [Double]
}

/// Sets dy to zero where a limit was reached (y is not strictly between 0 and the ceiling), and
/// sums it up.
///
/// - Parameters:
///   - dy: [N, C], changed in place where there is a ceiling.
///   - x: [N, C], what was normalised.
///   - mean: [1, C].
///   - y: [N, C], the result; read only where there is a ceiling.
public func columnGradientSums(
  _ dy: Tensor, _ x: Tensor, mean: Tensor, output y: Tensor, ceiling: Float?
) -> ColumnGradientSums {
  precondition(dy.count == x.count && mean.count == x.columns && y.count == x.count)
  let sums = columnSums(
    rows: x.rows, columns: x.columns,
    LimitedGradients(
      dy: dy.base, x: x.base, mean: mean.base, y: y.base, columns: x.columns, ceiling: ceiling))
  return ColumnGradientSums(gradient: sums.first, deviation: sums.second)
}

/// dy = dy · scale + x · slope + shift, column by column, in place: the gradient before a
/// normalisation.
public func replaceByNormalizationGradient(
  _ dy: Tensor, _ x: Tensor, scale: Tensor, slope: Tensor, shift: Tensor
) {
  let columns = x.columns
  precondition(dy.count == x.count && scale.count == columns && slope.count == columns)
  precondition(shift.count == columns)
  for row in 0..<x.rows {
    let (target, source) = (dy.base + row * columns, x.base + row * columns)
    var index = 0
    while index + laneCount <= columns {
      let scaled = load(target, index) * load(scale.base, index)
      store(
        scaled + load(source, index) * load(slope.base, index) + load(shift.base, index), target,
        index)
      index += laneCount
    }
    while index < columns {
      target[index] =
        target[index] * scale.base[index] + source[index] * slope.base[index]
        + shift.base[index]
      index += 1
    }
  }
}

/// What is summed up column by column; two numbers of each place.
///
/// A protocol whose methods are always inlined, as closures that are called from several loops are
/// not.
private protocol ColumnSummands {
  /// Of a row and eight columns from an index on.
  func lanes(_ row: Int, _ index: Int) -> (Lanes, Lanes)
  /// Of a row and a column.
  func single(_ row: Int, _ index: Int) -> (Float, Float)
}

/// Differences from the first row, and their squares.
private struct Deviations: ColumnSummands {
  let x: UnsafeMutablePointer<Float>
  let columns: Int

  @inline(__always)
  func lanes(_ row: Int, _ index: Int) -> (Lanes, Lanes) {
    let d = load(x + row * columns, index) - load(x, index)
    return (d, d * d)
  }

  @inline(__always)
  func single(_ row: Int, _ index: Int) -> (Float, Float) {
    let d = x[row * columns + index] - x[index]
    return (d, d * d)
  }
}

/// Gradients that pass a limit, written back where there is one, and their products with x − mean.
private struct LimitedGradients: ColumnSummands {
  let dy: UnsafeMutablePointer<Float>
  let x: UnsafeMutablePointer<Float>
  let mean: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let columns: Int
  let ceiling: Float?

  @inline(__always)
  func lanes(_ row: Int, _ index: Int) -> (Lanes, Lanes) {
    let place = row * columns + index
    var d = load(dy, place)
    if let ceiling {
      let (value, zero) = (load(y, place), Lanes(repeating: 0))
      d.replace(with: zero, where: value .<= zero)
      d.replace(with: zero, where: value .>= Lanes(repeating: ceiling))
      store(d, dy, place)
    }
    return (d, d * (load(x, place) - load(mean, index)))
  }

  @inline(__always)
  func single(_ row: Int, _ index: Int) -> (Float, Float) {
    let place = row * columns + index
    if let ceiling, y[place] <= 0 || y[place] >= ceiling { dy[place] = 0 }
    return (dy[place], dy[place] * (x[place] - mean[index]))
  }
}

/// Two sums over all rows, column by column.
@inline(__always)
private func columnSums(
  rows: Int, columns: Int, _ summands: some ColumnSummands
) -> (first: [Double], second: [Double]) {
  var first = [Double](repeating: 0, count: columns)
  var second = first
  for start in stride(from: 0, to: rows, by: runLength) {
    let end = min(start + runLength, rows)
    func add(_ a: Lanes, _ b: Lanes, at index: Int) {
      for lane in 0..<laneCount {
        first[index + lane] += Double(a[lane])
        second[index + lane] += Double(b[lane])
      }
    }
    var index = 0
    // Two vectors at a time: the additions of one would wait for each other.
    while index + 2 * laneCount <= columns {
      var (a, b) = (Lanes(repeating: 0), Lanes(repeating: 0))
      var (c, d) = (a, b)
      for row in start..<end {
        let left = summands.lanes(row, index)
        let right = summands.lanes(row, index + laneCount)
        a += left.0
        b += left.1
        c += right.0
        d += right.1
      }
      add(a, b, at: index)
      add(c, d, at: index + laneCount)
      index += 2 * laneCount
    }
    while index + laneCount <= columns {
      var (a, b) = (Lanes(repeating: 0), Lanes(repeating: 0))
      for row in start..<end {
        let next = summands.lanes(row, index)
        a += next.0
        b += next.1
      }
      add(a, b, at: index)
      index += laneCount
    }
    while index < columns {
      var (a, b): (Float, Float) = (0, 0)
      for row in start..<end {
        let next = summands.single(row, index)
        a += next.0
        b += next.1
      }
      first[index] += Double(a)
      second[index] += Double(b)
      index += 1
    }
  }
  return (first, second)
}
