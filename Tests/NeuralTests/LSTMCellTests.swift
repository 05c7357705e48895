import Neural
import Tensors
import TestSupport
import Testing

@Suite struct LSTMCellTests {
  @Test(arguments: [0, 2, 3, 5]) func oneStep(_ known: Int) {
    OperationCheck(inputs: [(3, 28)] + (known > 0 ? [(known, 7)] : [])) { graph, x, _ in
      let gates = graph.duplicate(x[0])
      let previous = known > 0 ? x[1] : graph.make(rows: 0, columns: 7)
      let cell = graph.lstmCell(gates: gates, previous: previous)
      return Made(outputs: [cell, graph.lstmHidden(gates: gates, cell: cell)])
    }.check()
  }

  @Test func hiddenOfAnyCellValue() {
    OperationCheck(inputs: [(3, 28), (3, 7)]) { graph, x, _ in
      let gates = graph.duplicate(x[0])
      _ = graph.lstmCell(gates: gates, previous: x[1])
      return Made(outputs: [graph.lstmHidden(gates: gates, cell: x[1])])
    }.check()
  }

  static let shrinking = [0..<5, 5..<9, 9..<11, 11..<12]
  static let growing = [11..<12, 9..<11, 5..<9, 0..<5]

  /// A cell over steps whose rows come and go, with gradients for its weights, its input and its first state.
  @Test(arguments: [shrinking, growing], [false, true])
  func overSteps(_ steps: [Range<Int>], _ normalized: Bool) {
    for (firstState, masked) in [(true, false), (false, false), (true, true)] {
      var table = ParameterTable()
      let cell = LSTMCell(
        name: "cell", inputSize: 4, hiddenSize: 6, layerNormalization: normalized, in: &table)
      let shapes = table.parameters.map { ($0.rows, $0.columns) }
      // The check declares the same matrices in the same order, so the cell finds its own among them.
      OperationCheck(
        inputs: [(12, 4)] + (firstState ? [(5, 6), (5, 6)] : []), parameters: shapes
      ) { graph, x, _ in
        let projected = cell.project(x[0], on: graph)
        let mask = masked ? randomTensor(rows: 5, columns: 6, seed: 4) : nil
        let zero = graph.make(rows: 0, columns: 6)
        var state = CellState(hidden: firstState ? x[1] : zero, cell: firstState ? x[2] : zero)
        let whole = graph.unroll(steps) { _ in
          state = cell.step(graph.stepRows(of: projected), state, mask: mask, on: graph)
          return [state.hidden, state.cell ?? state.hidden]
        }
        return Made(outputs: whole)
      }.check(step: normalized ? 2e-4 : 1e-3, tolerance: 5e-3)
    }
  }

  /// One product for the weights after all steps adds up what single steps would.
  @Test(arguments: [shrinking, growing], [false, true])
  func unrolledEqualsStepByStep(_ steps: [Range<Int>], _ normalized: Bool) {
    var table = ParameterTable()
    let cell = LSTMCell(
      name: "cell", inputSize: 4, hiddenSize: 6, layerNormalization: normalized, in: &table)
    let weights = table.initialWeights(seed: 5)
    let input = randomTensor(rows: 12, columns: 4, seed: 6)
    let wanted = randomTensor(rows: 12, columns: 6, seed: 7)

    func run(unrolled: Bool) -> (values: Tensor, gradients: Tensor, input: Tensor) {
      let gradients = Tensor(rows: 1, columns: weights.count)
      let dInput = Tensor(rows: 12, columns: 4)
      let graph = Graph(weights: weights, gradients: gradients)
      let projected = cell.project(Variable(value: input, gradient: dInput), on: graph)
      let zero = graph.make(rows: 0, columns: 6)
      var state = CellState(hidden: zero, cell: zero)
      let values = Tensor(rows: 12, columns: 6)
      if unrolled {
        let whole = graph.unroll(steps) { _ in
          state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
          return [state.hidden]
        }
        copy(whole[0].value, to: values)
        if let gradient = whole[0].gradient { copy(wanted, to: gradient) }
      } else {
        for rows in steps {
          state = cell.step(projected.slice(rows), state, mask: nil, on: graph)
          copy(state.hidden.value, to: values.slice(rows))
          if let gradient = state.hidden.gradient { copy(wanted.slice(rows), to: gradient) }
        }
      }
      graph.backward()
      return (values, gradients, dInput)
    }
    let (together, apart) = (run(unrolled: true), run(unrolled: false))
    #expect(together.values.values == apart.values.values)
    #expect(largestError(together.gradients, apart.gradients.doubles) < 1e-5)
    #expect(largestError(together.input, apart.input.doubles) < 1e-5)
    #expect(sumOfSquares(together.gradients) > 0)
  }

  @Test func unrollingReturnsWholesOfWhatAStepMade() {
    let graph = Graph(weights: Tensor(rows: 1, columns: 1))
    let x = randomRows(6, 3)
    let whole = graph.unroll([3..<6, 0..<3]) { _ in
      let rows = graph.stepRows(of: x)
      return [graph.sum(rows, rows), rows]
    }
    #expect(whole[0].value.values == x.value.values.map { 2 * $0 })
    #expect(whole[1].value.isSame(as: x.value))
    // Outside, rows of the same number are not taken for a step's.
    #expect(graph.make(rows: 3, columns: 3).rows == 3)
  }

  @Test func aGraphIsUsedAgainAfterReset() {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 5, columns: 5, .normal(1))
    let gradients = Tensor(rows: 1, columns: table.count)
    let graph = Graph(weights: table.initialWeights(seed: 1), gradients: gradients)
    let x = randomRows(2000, 5)
    var capacities: Set<Int> = []
    for round in 0..<6 {
      graph.reset()
      fill(gradients, with: 0)
      let y = graph.affine(x, weight, activation: .tanh)
      #expect(y.gradient?.values.allSatisfy { $0 == 0 } == true)
      if let dy = y.gradient { fill(dy, with: 1) }
      // A tape that is forgotten adds nothing.
      if round.isMultiple(of: 2) {
        graph.reset()
      }
      graph.backward()
      #expect((sumOfSquares(gradients) == 0) == round.isMultiple(of: 2))
      if round > 1 { capacities.insert(graph.workspaceCapacity) }
    }
    #expect(capacities.count == 1)
  }
}
