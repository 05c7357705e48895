internal import Tensors

/// A weight matrix some of whose numbers are zero for one pass (DropConnect, Wan et al. 2013), laid out for products.
final class MaskedWeights {
  /// As x·Wᵀ takes it.
  let forward: PackedMatrix
  /// As dy·W takes it.
  let backward: PackedMatrix
  /// Of the masked matrix; the mask's share of it is the weights' gradient.
  let gradient: Tensor

  fileprivate init(forward: PackedMatrix, backward: PackedMatrix, gradient: Tensor) {
    self.forward = forward
    self.backward = backward
    self.gradient = gradient
  }
}

extension Graph {
  /// Sets some numbers of weight matrices to zero until the graph runs backward or is reset: one mask each for all
  /// products in between, so that a sequence sees the same network at every step (Merity et al. 2018, sec. 2). The
  /// others grow by 1 / (1 − rate).
  ///
  /// - Parameters:
  ///   - weights: matrices that products are made with.
  ///   - rate: probability that a number is zero; at 0, and in inference, nothing is done or drawn.
  public func dropConnect(_ weights: [Parameter], rate: Float) {
    guard drawsMasks, rate > 0 else { return }
    for weight in weights { maskedWeights[weight.number] = masked(weight, rate: rate) }
  }

  /// Numbers that `dropConnect` takes of a graph's workspace for a matrix.
  public static func dropConnectNumbers(_ weight: Parameter) -> Int {
    2 * weight.count + PackedMatrix.room(depth: weight.columns, columns: weight.rows)
      + PackedMatrix.room(depth: weight.rows, columns: weight.columns)
  }

  private func masked(_ weight: Parameter, rate: Float) -> MaskedWeights {
    let (rows, columns) = (weight.rows, weight.columns)
    let whole = self[weight]
    let mask = scratch(rows: rows, columns: columns)
    fillDropoutMask(mask, rate: rate, using: &generator)
    // Once packed, the masked matrix is not needed any more, and its memory is the gradient's.
    let gradient = scratch(rows: rows, columns: columns)
    multiply(whole.value, byMask: mask, into: gradient)
    let forward = pack(gradient, .transposed, depth: columns, columns: rows)
    let backward = pack(gradient, .plain, depth: rows, columns: columns)
    fill(gradient, with: 0)
    record {
      guard let dWeight = whole.gradient else { return }
      multiply(gradient, byMask: mask, into: dWeight, accumulate: true)
    }
    return MaskedWeights(forward: forward, backward: backward, gradient: gradient)
  }

  private func pack(
    _ matrix: Tensor, _ orientation: Orientation, depth: Int, columns: Int
  ) -> PackedMatrix {
    let room = scratch(rows: 1, columns: PackedMatrix.room(depth: depth, columns: columns))
    let packed = PackedMatrix(depth: depth, columns: columns, in: room)
    packed.pack(matrix, orientation, panels: 0..<packed.panels)
    return packed
  }
}
