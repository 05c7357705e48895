import Neural
import Tensors
import TestSupport
import Testing

/// What holds for every cell.
@Suite struct CellTests {
  private static let shrinking = LSTMCellTests.shrinking
  private static let growing = LSTMCellTests.growing

  private static func make(
    _ kind: CellKind, normalized: Bool = false, options: CellOptions = CellOptions(),
    in table: inout ParameterTable
  ) -> any RecurrentCell {
    makeCell(
      kind, name: "cell", inputSize: 4, hiddenSize: 6, layerNormalization: normalized,
      options: options, in: &table)
  }

  private static func zero(_ cell: any RecurrentCell, _ graph: Graph) -> CellState {
    let zero = graph.make(rows: 0, columns: 6)
    return CellState(hidden: zero, cell: cell.hasCellValue ? zero : nil)
  }

  /// What is done to a sequence besides.
  enum Extra: String, CaseIterable, Sendable {
    case firstState, nothing, recurrentDropout, zoneout, dropConnect
  }

  /// Steps whose rows come and go, with gradients for weights, input and first state.
  @Test(arguments: CellKind.allCases, [false, true])
  func gradientsOverSteps(_ kind: CellKind, _ normalized: Bool) {
    for steps in [Self.shrinking, Self.growing] {
      for extra in Extra.allCases { check(kind, normalized, steps, extra) }
    }
  }

  private func check(
    _ kind: CellKind, _ normalized: Bool, _ steps: [Range<Int>], _ extra: Extra
  ) {
    var options = CellOptions()
    if extra == .zoneout {
      options.zoneoutHidden = 0.3
      options.zoneoutCell = kind.hasCellValue ? 0.4 : 0
    }
    var table = ParameterTable()
    let cell = Self.make(kind, normalized: normalized, options: options, in: &table)
    let hasState = extra != .nothing
    // The check declares the same matrices in the same order, so the cell finds its own among them.
    OperationCheck(
      inputs: [(12, 4)] + (hasState ? [(5, 6)] : [])
        + (hasState && cell.hasCellValue ? [(5, 6)] : []),
      parameters: table.parameters.map { ($0.rows, $0.columns) }
    ) { graph, x, _ in
      if extra == .dropConnect { graph.dropConnect(cell.recurrentWeights, rate: 0.4) }
      let projected = cell.project(x[0], on: graph)
      let mask = extra == .recurrentDropout ? randomTensor(rows: 5, columns: 6, seed: 4) : nil
      var state =
        hasState
        ? CellState(hidden: x[1], cell: cell.hasCellValue ? x[2] : nil) : Self.zero(cell, graph)
      return Made(
        outputs: graph.unroll(steps) { _ in
          state = cell.step(graph.stepRows(of: projected), state, mask: mask, on: graph)
          return [state.hidden] + (state.cell.map { [$0] } ?? [])
        })
    }.check(
      hasDropout: extra == .zoneout || extra == .dropConnect, step: normalized ? 2e-4 : 1e-3,
      tolerance: 5e-3)
  }

  /// One product for the weights after all steps adds up what single steps would.
  @Test(arguments: CellKind.allCases, [false, true])
  func unrolledEqualsStepByStep(_ kind: CellKind, _ normalized: Bool) {
    var table = ParameterTable()
    let cell = Self.make(kind, normalized: normalized, in: &table)
    let weights = table.initialWeights(seed: 5)
    let input = randomTensor(rows: 12, columns: 4, seed: 6)
    let wanted = randomTensor(rows: 12, columns: 6, seed: 7)
    for steps in [Self.shrinking, Self.growing] {
      func run(unrolled: Bool) -> (values: Tensor, gradients: Tensor, input: Tensor) {
        let gradients = Tensor(rows: 1, columns: weights.count)
        let dInput = Tensor(rows: 12, columns: 4)
        let graph = Graph(weights: weights, gradients: gradients)
        let projected = cell.project(Variable(value: input, gradient: dInput), on: graph)
        var state = Self.zero(cell, graph)
        let values = Tensor(rows: 12, columns: 6)
        func take(_ rows: Range<Int>, _ hidden: Variable) {
          copy(hidden.value, to: values.slice(rows))
          if let gradient = hidden.gradient { add(wanted.slice(rows), to: gradient) }
        }
        if unrolled {
          let whole = graph.unroll(steps) { _ in
            state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
            return [state.hidden]
          }
          take(0..<12, whole[0])
        } else {
          for rows in steps {
            state = cell.step(projected.slice(rows), state, mask: nil, on: graph)
            take(rows, state.hidden)
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
  }

  /// Parameters as docs/cells.md counts them, for E = 3 and H = 5.
  @Test func everyCellDeclaresItsWeights() {
    let (e, h) = (3, 5)
    for (kind, plain, normalized) in [
      (CellKind.lstm, 4 * h * (e + h + 1), 8 * h + 2 * h),
      (.peepholeLSTM, 4 * h * (e + h + 1) + 3 * h, 8 * h + 2 * h),
      (.cifg, 3 * h * (e + h + 1), 6 * h + 2 * h), (.gru, 3 * h * (e + h + 1) + h, 6 * h),
      (.gruResetBefore, 3 * h * (e + h + 1), 6 * h), (.rnn, h * (e + h + 1), 2 * h),
    ] {
      for layerNormalization in [false, true] {
        var table = ParameterTable()
        let cell = makeCell(
          kind, name: "x", inputSize: e, hiddenSize: h, layerNormalization: layerNormalization,
          in: &table)
        let count = table.parameters.reduce(0) { $0 + $1.count }
        #expect(count == plain + (layerNormalization ? normalized : 0), "\(kind)")
        #expect(cell.hiddenSize == h && cell.hasCellValue == kind.hasCellValue)
        #expect(cell.projectedSize == kind.gates * h)
        #expect(cell.recurrentWeights == table.parameters.filter { $0.use == .recurrent })
        #expect(cell.recurrentWeights.reduce(0) { $0 + $1.rows } == kind.gates * h)
      }
    }
  }

  @Test(arguments: CellKind.allCases) func theForgetGateBeginsAsTold(_ kind: CellKind) {
    var options = CellOptions()
    options.forgetBias = 2.5
    var table = ParameterTable()
    _ = Self.make(kind, options: options, in: &table)
    let bias = table.parameters[2].cut(from: table.initialWeights(seed: 1)).values
    let forget =
      switch kind {
      case .lstm, .peepholeLSTM: 6..<12
      case .cifg: 0..<6
      case .gru, .gruResetBefore, .rnn: 0..<0
      }
    #expect(bias.indices.allSatisfy { bias[$0] == (forget.contains($0) ? 2.5 : 0) })
  }

  /// Peepholes start where they do nothing.
  @Test func peepholesOfZeroMakeAnLSTM() {
    var (table, other) = (ParameterTable(), ParameterTable())
    let cells = [Self.make(.lstm, in: &table), Self.make(.peepholeLSTM, in: &other)]
    let x = randomTensor(rows: 12, columns: 4, seed: 6)
    let hidden = zip(cells, [table, other]).map { cell, table in
      let graph = Graph(weights: table.initialWeights(seed: 5))
      let projected = cell.project(Variable(constant: x), on: graph)
      var state = Self.zero(cell, graph)
      return graph.unroll(Self.shrinking) { _ in
        state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
        return [state.hidden]
      }[0].value.values
    }
    #expect(hidden[0] == hidden[1])
  }

  /// Zoneout of the cell value is for the next step: the hidden state is made from the value before it.
  @Test(arguments: [CellKind.lstm, .peepholeLSTM, .cifg])
  func zoneoutComesAfterTheStep(_ kind: CellKind) throws {
    var zoneout = CellOptions()
    zoneout.zoneoutCell = 0.25
    let before = randomTensor(rows: 3, columns: 6, seed: 3)
    let states = [CellOptions(), zoneout].map { options in
      var table = ParameterTable()
      let cell = Self.make(kind, options: options, in: &table)
      let graph = Graph(weights: table.initialWeights(seed: 5))
      let x = Variable(constant: randomTensor(rows: 3, columns: 4, seed: 6))
      let state = Variable(constant: before)
      return cell.step(
        cell.project(x, on: graph), CellState(hidden: state, cell: state), mask: nil, on: graph)
    }
    #expect(states[1].hidden.value.values == states[0].hidden.value.values)
    let plain = try #require(states[0].cell).value.doubles
    let expected = zip(before.doubles, plain).map { 0.25 * $0 + 0.75 * $1 }
    #expect(largestError(try #require(states[1].cell).value, expected) < 1e-6)
  }
}
