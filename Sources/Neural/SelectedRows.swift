internal import Tensors

/// Some rows of a weight matrix and its bias, laid out for products of their own: an output layer that knows only
/// tokens worth considering.
public struct SelectedRows {
  fileprivate enum Matrix {
    case packed(PackedMatrix)
    case int8(Int8Matrix)
  }

  /// How many rows.
  public let count: Int
  fileprivate let matrix: Matrix
  /// [1, count].
  fileprivate let bias: Tensor?
}

extension Graph {
  /// - Parameters:
  ///   - rows: of `weight`.
  ///   - weight: [out, in].
  ///   - bias: [1, out].
  public func selecting(
    _ rows: [Int], of weight: Parameter, bias: Parameter? = nil
  ) -> SelectedRows {
    SelectedRows(
      count: rows.count, matrix: matrix(rows, of: weight),
      bias: bias.map { bias in
        let all = self[bias].value
        let some = Tensor(rows: 1, columns: rows.count)
        for (place, row) in rows.enumerated() { some[0, place] = all[0, row] }
        return some
      })
  }

  private func matrix(_ rows: [Int], of weight: Parameter) -> SelectedRows.Matrix {
    if let int8 = packed?.int8(weight) { return .int8(int8.selecting(rows)) }
    if let matrix = packed?.forward(weight) { return .packed(matrix.selecting(rows)) }
    let some = Tensor(rows: rows.count, columns: weight.columns)
    gatherRows(self[weight].value, rows, into: some)
    let matrix = PackedMatrix(depth: weight.columns, columns: rows.count)
    matrix.pack(some, .transposed, panels: 0..<matrix.panels)
    return .packed(matrix)
  }

  /// y = x·Wᵀ + b with selected rows of W, in inference.
  ///
  /// - Parameter x: [N, in].
  /// - Returns: [N, rows]: the very numbers that the whole product has in these columns.
  public func affine(_ x: Variable, _ selected: SelectedRows) -> Variable {
    precondition(mode == .inference, "selected rows take no gradient")
    let y = make(rows: x.rows, columns: selected.count)
    switch selected.matrix {
    case .packed(let matrix): multiply(x.value, .plain, matrix, into: y.value)
    case .int8(let matrix): multiply(x.value, matrix, into: y.value, room: &packingRoom)
    }
    if let bias = selected.bias { addBias(bias, to: y.value) }
    return y
  }
}
