public import Tensors

extension Graph {
  /// Rows of a table by index: vectors of subwords.
  ///
  /// - Returns: [indices, columns of the table].
  public func lookup(_ table: Parameter, _ indices: [Int]) -> Variable {
    let y = make(rows: indices.count, columns: table.columns)
    rows(of: table, indices, into: y.value)
    record { [self, dy = y.gradient] in
      guard let dy else { return }
      if let deferred {
        deferred.keep(dy, at: indices, for: table)
      } else if let dTable = self[table].gradient {
        scatterAddRows(dy, indices, to: dTable)
      }
    }
    return y
  }

  /// Rows of `x` by index.
  public func gather(_ x: Variable, _ indices: [Int]) -> Variable {
    let y = make(rows: indices.count, columns: x.columns)
    gatherRows(x.value, indices, into: y.value)
    record { [dy = y.gradient, dx = x.gradient] in
      if let dy, let dx { scatterAddRows(dy, indices, to: dx) }
    }
    return y
  }

  /// The columns of all `parts` side by side.
  public func concatenate(_ parts: [Variable]) -> Variable {
    let rows = parts[0].rows
    let y = make(rows: rows, columns: parts.reduce(0) { $0 + $1.columns })
    var column = 0
    for part in parts {
      copyColumns(part.value, to: y.value, at: column, width: part.columns, rows: rows)
      column += part.columns
    }
    record { [dy = y.gradient] in
      guard let dy else { return }
      var column = 0
      for part in parts {
        if let dx = part.gradient {
          copyColumns(dy, from: column, to: dx, width: part.columns, rows: rows, accumulate: true)
        }
        column += part.columns
      }
    }
    return y
  }

  /// a + b.
  public func sum(_ a: Variable, _ b: Variable) -> Variable {
    let y = make(rows: a.rows, columns: a.columns)
    copy(a.value, to: y.value)
    add(b.value, to: y.value)
    record { [dy = y.gradient] in
      guard let dy else { return }
      if let da = a.gradient { add(dy, to: da) }
      if let db = b.gradient { add(dy, to: db) }
    }
    return y
  }

  /// What enters a recurrent product: the first `rows` rows of the previous state, zero where it has
  /// none (a sentence that begins at this step), times the sequence's dropout mask.
  ///
  /// - Parameters:
  ///   - previous: [any, H].
  ///   - mask: [≥ rows, H].
  /// - Returns: [rows, H].
  public func carry(_ previous: Variable, rows: Int, mask: Tensor?) -> Variable {
    if mode == .inference, unrolling == nil, mask == nil, previous.rows == rows { return previous }
    let y = make(rows: rows, columns: previous.columns)
    let known = min(rows, previous.rows)
    if let mask {
      multiply(
        previous.value.slice(0..<known), byMask: mask.slice(0..<known),
        into: y.value.slice(0..<known))
    } else {
      copy(previous.value.slice(0..<known), to: y.value.slice(0..<known))
    }
    fill(y.value.slice(known..<rows), with: 0)
    record { [dy = y.gradient?.slice(0..<known), dx = previous.gradient?.slice(0..<known)] in
      guard let dy, let dx else { return }
      if let mask {
        multiply(dy, byMask: mask.slice(0..<known), into: dx, accumulate: true)
      } else {
        add(dy, to: dx)
      }
    }
    return y
  }
}
