internal import Tensors

extension Graph {
  /// Rows of a product's factor that are taken at once.
  private static let stretchRows = 2048

  /// The matrix as `dropConnect` has masked it; nil where it has not.
  func masked(_ weight: Parameter) -> MaskedWeights? {
    maskedWeights.isEmpty ? nil : maskedWeights[weight.number]
  }

  /// y = x·Wᵀ, or y += x·Wᵀ.
  func product(
    _ x: Tensor, with weight: Parameter, into y: Tensor, accumulate: Bool = false
  ) {
    if let matrix = masked(weight)?.forward ?? packed?.forward(weight) {
      forEachStretch(of: x) { rows in
        multiply(
          x.slice(rows), .plain, matrix, into: y.slice(rows), accumulate: accumulate)
      }
    } else if let matrix = packed?.int8(weight) {
      forEachStretch(of: x) { rows in
        multiply(
          x.slice(rows), matrix, into: y.slice(rows), accumulate: accumulate, room: &packingRoom)
      }
    } else {
      multiply(
        x, .plain, weight.cut(from: weights), .transposed, into: y, accumulate: accumulate)
    }
  }

  /// Rows of a table of vectors.
  func rows(of table: Parameter, _ indices: [Int], into y: Tensor) {
    if let matrix = packed?.int8(table) {
      for (row, index) in indices.enumerated() {
        matrix.unpack(row: index, into: y.slice(row..<row + 1))
      }
    } else {
      gatherRows(table.cut(from: weights), indices, into: y)
    }
  }

  /// dx += dy·W: what `product` means for the gradient of its input.
  ///
  /// - Parameter masked: the matrix as the product had it, where it was masked.
  func addProduct(
    _ dy: Tensor, with weight: Parameter, masked: MaskedWeights? = nil, to dx: Tensor
  ) {
    if let matrix = masked?.backward ?? packed?.backward(weight) {
      forEachStretch(of: dy) { rows in
        multiply(dy.slice(rows), .plain, matrix, into: dx.slice(rows), accumulate: true)
      }
    } else {
      multiply(dy, .plain, weight.cut(from: weights), .plain, into: dx, accumulate: true)
    }
  }

  /// Hands over the rows of a product's factor in stretches that stay in the cache: feature maps
  /// have a hundred thousand rows. Each number of a product is one chain of additions, so results
  /// do not depend on it.
  private func forEachStretch(of x: Tensor, _ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: x.rows, by: Self.stretchRows) {
      body(start..<min(start + Self.stretchRows, x.rows))
    }
  }

  /// dW += dyᵀ·x, later if it can wait: both factors must stay as they are until the graph is reset.
  func addWeightGradient(_ dy: Tensor, _ x: Tensor, of weight: Parameter) {
    if let deferred, x.rows <= Self.stretchRows {
      let room = PackedMatrix.room(depth: x.rows, columns: x.columns)
      let input = PackedMatrix(
        depth: x.rows, columns: x.columns, in: scratch(rows: 1, columns: room))
      input.pack(x, .plain, panels: 0..<input.panels)
      deferred.keep(dy, times: input, for: weight)
    } else if let dWeight = self[weight].gradient {
      addWeightGradient(dy, x, to: dWeight)
    }
  }

  /// dW += dyᵀ·x: what `product` means for the gradient of its weights.
  func addWeightGradient(_ dy: Tensor, _ x: Tensor, to dWeight: Tensor) {
    let room = PackedMatrix.room(depth: min(x.rows, Self.stretchRows), columns: x.columns)
    if packingRoom.count < room { packingRoom = Tensor(rows: 1, columns: room + room / 16) }
    forEachStretch(of: x) { rows in
      let input = PackedMatrix(depth: rows.count, columns: x.columns, in: packingRoom)
      input.pack(x.slice(rows), .plain, panels: 0..<input.panels)
      multiply(dy.slice(rows), .transposed, input, into: dWeight, accumulate: true)
    }
  }
}
