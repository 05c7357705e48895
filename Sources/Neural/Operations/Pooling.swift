public import Tensors

extension Graph {
  /// The mean over each image's places.
  ///
  /// - Parameter x: [grid.rows, C].
  /// - Returns: [B, C].
  public func meanPooled(_ x: Variable, _ grid: Grid) -> Variable {
    let y = make(rows: grid.batch, columns: x.columns)
    meanPool(x.value, grid, into: y.value)
    record { [dy = y.gradient, dx = x.gradient] in
      if let dy, let dx { addMeanPoolGradient(dy, grid, to: dx) }
    }
    return y
  }

  /// x + branch, where in training the branch of each image is left out with a probability, and
  /// multiplied by 1 / (1 − probability) where it is not (stochastic depth, Huang et al. 2016).
  ///
  /// - Parameters:
  ///   - x: [grid.rows, C].
  ///   - branch: [grid.rows, C].
  /// - Returns: [grid.rows, C].
  public func residualSum(
    _ x: Variable, _ branch: Variable, _ grid: Grid, dropRate: Float
  ) -> Variable {
    guard drawsMasks, dropRate > 0 else { return sum(x, branch) }
    precondition(dropRate < 1, "a branch that is never taken")
    let factors = (0..<grid.batch).map { _ in
      generator.uniform() < dropRate ? 0 : 1 / (1 - dropRate)
    }
    let y = make(rows: x.rows, columns: x.columns)
    addBranch(branch.value, times: factors, to: x.value, grid, into: y.value)
    record { [dy = y.gradient, dx = x.gradient, dBranch = branch.gradient] in
      guard let dy else { return }
      if let dx { add(dy, to: dx) }
      if let dBranch { addBranch(dy, times: factors, to: dBranch, grid, into: dBranch) }
    }
    return y
  }
}
