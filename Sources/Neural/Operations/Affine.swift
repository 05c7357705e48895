internal import Tensors

/// What is applied to an affine map's result.
public enum Activation: Sendable { case none, tanh }

extension Graph {
  /// y = x·Wᵀ + b, activated.
  ///
  /// - Parameters:
  ///   - x: [N, in].
  ///   - weight: [out, in].
  ///   - bias: [1, out].
  /// - Returns: [N, out].
  public func affine(
    _ x: Variable, _ weight: Parameter, bias: Parameter? = nil, activation: Activation = .none
  ) -> Variable {
    let y = make(rows: x.rows, columns: weight.rows)
    product(x.value, with: weight, into: y.value)
    if let bias { addBias(self[bias].value, to: y.value) }
    if activation == .tanh { applyTanh(y.value) }
    recordProduct(x, weight, bias: bias, activation: activation, y)
    return y
  }

  /// y += x·Wᵀ in place: y stays the same variable, and its gradient is the sum's.
  public func addAffine(_ x: Variable, _ weight: Parameter, to y: Variable) {
    product(x.value, with: weight, into: y.value, accumulate: true)
    recordProduct(x, weight, bias: nil, activation: .none, y)
  }

  private func recordProduct(
    _ x: Variable, _ weight: Parameter, bias: Parameter?, activation: Activation, _ y: Variable
  ) {
    guard mode == .training, let dy = y.gradient else { return }
    let masked = masked(weight)
    let dBias = bias.flatMap { self[$0].gradient }
    let summed = weightGradientRows(x, y)
    record { [self] in
      if activation == .tanh {
        // Nobody reads y's gradient after this: it becomes the gradient before the activation.
        replaceByTanhGradient(dy, output: y.value)
      }
      if let dx = x.gradient { addProduct(dy, with: weight, masked: masked, to: dx) }
      if let (rows, output) = summed, let dAll = output.gradient {
        if let masked {
          addWeightGradient(dAll, rows.value, to: masked.gradient)
        } else {
          addWeightGradient(dAll, rows.value, of: weight)
        }
        if let dBias { addRowSum(of: dAll, to: dBias) }
      }
    }
  }

  /// The inputs and outputs over which a weight's gradient is summed when `x` became `y`: these rows, or
  /// in the first of unrolled steps (the last to run backward) all steps' rows, and then nothing in the others.
  private func weightGradientRows(_ x: Variable, _ y: Variable) -> (Variable, Variable)? {
    guard let unrolling, let allX = unrolling.whole(of: x), let allY = unrolling.whole(of: y) else {
      return (x, y)
    }
    return unrolling.isFirst ? (allX, allY) : nil
  }
}
