import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// h = a · h₋₁ + x.
private struct ScalingCell: RecurrentCell {
  let hiddenSize: Int
  let projectedSize: Int
  let hasCellValue = false
  let weight: Parameter
  var recurrentWeights: [Parameter] { [weight] }

  init(
    name: String, inputSize: Int, hiddenSize: Int, layerNormalization: Bool, options: CellOptions,
    in table: inout ParameterTable
  ) {
    precondition(inputSize == hiddenSize, "the input is added as it is")
    (self.hiddenSize, projectedSize) = (hiddenSize, hiddenSize)
    weight = table.declare(name, rows: hiddenSize, columns: hiddenSize, .zeros)
  }

  func project(_ input: Variable, on graph: Graph) -> Variable { input }

  func step(
    _ projected: Variable, _ state: CellState, mask: Tensor?, on graph: Graph
  ) -> CellState {
    let previous = graph.carry(state.hidden, rows: projected.rows, mask: mask)
    return CellState(hidden: graph.sum(graph.affine(previous, weight), projected), cell: nil)
  }
}

/// Any cell over random inputs.
private func traces(
  _ flow: GradientFlow, _ cell: any RecurrentCell, weights: Tensor, steps count: Int,
  isBackward: Bool = false
) -> [GradientFlow.Trace] {
  let rows = flow.vectors * (cell.hasCellValue ? 2 : 1)
  let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
  return flow.traces(
    of: cell, layer: "cell", input: randomTensor(rows: rows * count, columns: 5),
    steps: (0..<count).map { $0 * rows..<($0 + 1) * rows }, isBackward: isBackward, on: graph)
}

@Suite struct GradientFlowTests {
  /// A recurrence that multiplies by a number: what is left is a power of it, whichever the vector.
  @Test(arguments: [0.5, 1, 1.1] as [Float], [false, true])
  func aLinearRecurrenceLeavesPowers(factor: Float, isBackward: Bool) throws {
    var table = ParameterTable()
    let cell = ScalingCell(
      name: "cell", inputSize: 5, hiddenSize: 5, layerNormalization: false,
      options: CellOptions(), in: &table)
    let weights = Tensor(rows: 1, columns: table.count)
    let matrix = cell.weight.cut(from: weights)
    for unit in 0..<5 { matrix[unit, unit] = factor }
    let flow = GradientFlow()
    let found = traces(flow, cell, weights: weights, steps: flow.steps, isBackward: isBackward)
    try #require(found.count == 1)
    #expect(found[0].state == .hidden)
    #expect(found[0].points.map(\.steps) == [1, 2, 5, 10, 20, 50, 100, 200])
    for point in found[0].points {
      let expected = pow(Double(factor), Double(point.steps))
      // Smaller numbers are none in single precision.
      if expected < 1e-37 { continue }
      #expect(abs(point.mean / expected - 1) < 1e-4, "\(point)")
      #expect(point.deviation < 1e-4 * expected)
    }
  }

  /// The constant error carousel: without recurrent weights c decays by the forget gate alone, and h not at all
  /// beyond its step.
  @Test func aCellValueDecaysByItsForgetGate() throws {
    var table = ParameterTable()
    let cell = LSTMCell(
      name: "cell", inputSize: 5, hiddenSize: 6, layerNormalization: false, in: &table)
    let weights = Tensor(rows: 1, columns: table.count)
    let bias = try #require(table.parameter(named: "cell.bias")).cut(from: weights)
    for unit in 6..<12 { bias[0, unit] = 3 }
    let flow = GradientFlow()
    let found = traces(flow, cell, weights: weights, steps: flow.steps)
    #expect(found.map(\.state) == [.hidden, .cell])
    let gate = 1 / (1 + exp(-3.0))
    for point in found[1].points {
      #expect(abs(point.mean / pow(gate, Double(point.steps)) - 1) < 1e-4, "\(point)")
    }
    #expect(found[0].points.allSatisfy { $0.mean == 0 })
    #expect(found[1].mean(after: 50) == found[1].points[5].mean)
    #expect(found[1].mean(after: 51) == nil)
  }

  /// The same as the gradient of states that the recurrence begins with.
  @Test(arguments: [false, true]) func agreesWithGradientsOfFirstStates(normalized: Bool) throws {
    var table = ParameterTable()
    let cell = LSTMCell(
      name: "cell", inputSize: 5, hiddenSize: 6, layerNormalization: normalized, in: &table)
    let weights = table.initialWeights(seed: 4)
    var flow = GradientFlow()
    flow.distances = [1, 2]
    flow.vectors = 3
    let found = traces(flow, cell, weights: weights, steps: 4)
    let rows = 6
    let input = randomTensor(rows: rows * 4, columns: 5)
    let reading = Graph(weights: weights)
    let none = reading.make(rows: 0, columns: 6)
    var state = CellState(hidden: none, cell: none)
    for step in 0..<2 {
      let x = cell.project(
        Variable(constant: input.slice(step * rows..<(step + 1) * rows)), on: reading)
      state = cell.step(x, state, mask: nil, on: reading)
    }
    let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
    func leaf(_ value: Tensor) -> Variable {
      Variable(value: value.copied, gradient: Tensor(rows: value.rows, columns: value.columns))
    }
    let first = CellState(
      hidden: leaf(state.hidden.value), cell: leaf(try #require(state.cell).value))
    var last = first
    for step in 2..<4 {
      let x = cell.project(
        Variable(constant: input.slice(step * rows..<(step + 1) * rows)), on: graph)
      last = cell.step(x, last, mask: nil, on: graph)
    }
    for (variable, start) in [(last.hidden, 0), (try #require(last.cell), 3)] {
      let gradient = try #require(variable.gradient)
      for row in 0..<3 {
        var generator = RandomGenerator(seed: 1, stream: 0xF10, UInt64(row))
        let vector = (0..<6).map { _ in Double(generator.normal()) }
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for unit in 0..<6 { gradient[start + row, unit] = Float(vector[unit] / norm) }
      }
    }
    graph.backward()
    for (number, (variable, start)) in [(first.hidden, 0), (try #require(first.cell), 3)]
      .enumerated()
    {
      let gradient = try #require(variable.gradient)
      let lengths = (0..<3).map { row in
        (0..<6).reduce(0.0) { $0 + Double(gradient[start + row, $1] * gradient[start + row, $1]) }
          .squareRoot()
      }
      let mean = lengths.reduce(0, +) / 3
      let deviation = (lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
      let point = found[number].points[1]
      #expect(point.steps == 2 && mean > 0)
      #expect(abs(point.mean - mean) < 1e-5 && abs(point.deviation - deviation) < 1e-5)
    }
  }

  @Test func everyLayerOfATranslatorIsMeasured() throws {
    var config = ReverseTask.config(hiddenSize: 8)
    config.encoderLayers = 2
    config.decoderLayers = 2
    let network = try EncoderDecoder(config)
    let weights = network.table.initialWeights(seed: 1)
    var flow = GradientFlow()
    flow.distances = [1, 5, 20]
    let drawn = network.gradientTraces(flow, weights: weights)
    let layers = [
      "encoder.0.forward", "encoder.0.backward", "encoder.1.forward", "encoder.1.backward",
      "decoder.0", "decoder.1",
    ]
    #expect(drawn.map(\.layer) == layers.flatMap { [$0, $0] })
    #expect(drawn.map(\.state) == layers.flatMap { _ in [.hidden, .cell] })
    for trace in drawn {
      #expect(trace.points.map(\.steps) == [1, 5, 20])
      #expect(trace.points.allSatisfy { $0.mean > 0 && $0.mean.isFinite && $0.deviation > 0 })
      // Small first weights forget.
      #expect(trace.points[2].mean < trace.points[0].mean)
    }
    #expect(network.gradientTraces(flow, weights: weights) == drawn)
    // Weights are looked at, not learned.
    #expect(weights.values == network.table.initialWeights(seed: 1).values)
    let text = network.gradientTraces(flow, weights: weights, source: [5, 6, 7], target: [3, 4])
    #expect(text != drawn && text.map(\.layer) == drawn.map(\.layer))
  }

  @Test func shortTextsBeginAnew() {
    var flow = GradientFlow()
    flow.distances = [3]
    flow.vectors = 2
    #expect(flow.steps == 20)
    let sequences = flow.sequences(of: [1, 2, 3, 4])
    #expect(sequences.map { Array($0.prefix(5)) } == [[1, 2, 3, 4, 1], [3, 4, 1, 2, 3]])
    #expect(sequences.allSatisfy { $0.count == 20 })
    let drawn = flow.sequences(vocabularySize: 10)
    #expect(drawn.count == 2 && drawn[0] != drawn[1])
    #expect(drawn.joined().allSatisfy { (2..<10).contains($0) })
  }

  /// What grew beyond all numbers is infinite, and has no band to be drawn.
  @Test(arguments: [Double.infinity, .nan]) func lengthsBeyondAllNumbers(length: Double) {
    let point = GradientFlow.Point(steps: 5, lengths: [1, length, 2])
    #expect(point.mean == .infinity && point.deviation == .infinity && point.spread == nil)
    let usual = GradientFlow.Point(steps: 5, lengths: [1, 3])
    #expect(usual.mean == 2 && usual.deviation == 1 && usual.spread == 1...3)
    #expect(GradientFlow.Point(steps: 5, mean: 1, deviation: 2).spread == 0...3)
    #expect(GradientFlow.Point(steps: 5, mean: length, deviation: 1).spread == nil)
  }
}
