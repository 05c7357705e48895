public import Tensors

extension Graph {
  /// Looks at a variable's gradient while the tape runs backward, at the moment when all that was made later from
  /// the variable has added to it, and nothing that the variable was made from has taken it up yet. Afterwards it may
  /// be another one: operations use the gradients of what they made as they like.
  ///
  /// - Parameter look: is given the gradient, shaped as the variable.
  public func watchGradient(of x: Variable, _ look: @escaping (Tensor) -> Void) {
    record {
      if let gradient = x.gradient { look(gradient) }
    }
  }
}
