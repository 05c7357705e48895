public import Tensors

extension Graph {
  /// Whether what chance zeroes or keeps is drawn.
  var drawsMasks: Bool { mode == .training && isStochastic }

  /// A mask of zeros and 1 / (1 − rate), or nil where nothing is to be dropped: outside training, or at rate 0.
  public func dropoutMask(rows: Int, columns: Int, rate: Float) -> Tensor? {
    guard drawsMasks, rate > 0 else { return nil }
    let mask = scratch(rows: rows, columns: columns)
    fillDropoutMask(mask, rate: rate, using: &generator)
    return mask
  }

  /// Whole rows of x zeroed by chance, the others times 1 / (1 − rate): dropout of words at their vectors.
  ///
  /// - Parameter rate: nothing is drawn at rate 0, or outside training.
  public func dropoutRows(_ x: Variable, rate: Float) -> Variable {
    guard let mask = dropoutMask(rows: x.rows, columns: 1, rate: rate) else { return x }
    let y = make(rows: x.rows, columns: x.columns)
    copy(x.value, to: y.value)
    for row in 0..<x.rows { scale(y.value.slice(row..<row + 1), by: mask[row, 0]) }
    record { [dy = y.gradient, dx = x.gradient] in
      guard let dy, let dx else { return }
      for row in 0..<x.rows {
        add(dy.slice(row..<row + 1), times: mask[row, 0], to: dx.slice(row..<row + 1))
      }
    }
    return y
  }

  /// x · mask, row r with row r of the mask.
  public func dropout(_ x: Variable, mask: Tensor?) -> Variable {
    dropout(x, mask: mask, steps: [0..<x.rows])
  }

  /// x · mask where each step's rows begin with the mask's first row: one mask a sentence for all its
  /// steps (variational dropout, Gal & Ghahramani 2016).
  public func dropout(_ x: Variable, mask: Tensor?, steps: [Range<Int>]) -> Variable {
    guard let mask else { return x }
    let y = make(rows: x.rows, columns: x.columns)
    for rows in steps {
      multiply(
        x.value.slice(rows), byMask: mask.slice(0..<rows.count), into: y.value.slice(rows))
    }
    record { [dy = y.gradient, dx = x.gradient] in
      guard let dy, let dx else { return }
      for rows in steps {
        multiply(
          dy.slice(rows), byMask: mask.slice(0..<rows.count), into: dx.slice(rows),
          accumulate: true)
      }
    }
    return y
  }
}
