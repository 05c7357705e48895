package import Tensors

extension RecurrentCell {
  /// The state before a sequence: zeros, which no rows stand for.
  package func stateOfZeros(on graph: Graph) -> CellState {
    let zero = graph.make(rows: 0, columns: hiddenSize)
    return CellState(hidden: zero, cell: hasCellValue ? zero : nil)
  }

  /// All steps of a batch.
  ///
  /// - Parameters:
  ///   - input: of all steps, [N, E].
  ///   - start: the state before the first step.
  ///   - steps: the rows of each step, in the order in which steps are taken.
  ///   - mask: recurrent dropout; see `step`.
  /// - Returns: the states after all steps, [N, H] each, packed like the input.
  package func unrolled(
    _ input: Variable, from start: CellState, steps: [Range<Int>], mask: Tensor?, on graph: Graph
  ) -> CellState {
    let projected = project(input, on: graph)
    var state = start
    let whole = graph.unroll(steps) { _ in
      state = step(graph.stepRows(of: projected), state, mask: mask, on: graph)
      return [state.hidden] + (state.cell.map { [$0] } ?? [])
    }
    return CellState(hidden: whole[0], cell: whole.count > 1 ? whole[1] : nil)
  }
}
