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

  /// What is measured is the network as it is used: zoneout's expectation, not what chance kept.
  @Test func zoneoutIsItsExpectation() throws {
    var options = CellOptions()
    (options.forgetBias, options.zoneoutHidden, options.zoneoutCell) = (0, 0.9, 0.4)
    var table = ParameterTable()
    let cell = LSTMCell(
      name: "cell", inputSize: 5, hiddenSize: 6, layerNormalization: false, options: options,
      in: &table)
    let weights = Tensor(rows: 1, columns: table.count)
    let flow = GradientFlow()
    let found = traces(flow, cell, weights: weights, steps: flow.steps)
    try #require(found.map(\.state) == [.hidden, .cell])
    // Of c by itself and by the forget gate, which is half open: z + (1 − z) f.
    for (trace, kept) in zip(found, [0.9, 0.4 + 0.6 * 0.5]) {
      for point in trace.points {
        let expected = pow(kept, Double(point.steps))
        #expect(abs(point.mean / expected - 1) < 1e-4, "\(point)")
        #expect(point.deviation < 1e-4 * expected)
      }
    }
  }

  /// The same as the gradient of states that the recurrence begins with.
  @Test(arguments: CellKind.allCases, [false, true])
  func agreesWithGradientsOfFirstStates(_ kind: CellKind, normalized: Bool) throws {
    var options = CellOptions()
    options.zoneoutHidden = 0.2
    var table = ParameterTable()
    let cell = makeCell(
      kind, name: "cell", inputSize: 5, hiddenSize: 6, layerNormalization: normalized,
      options: options, in: &table)
    let weights = table.initialWeights(seed: 4)
    var flow = GradientFlow()
    flow.distances = [1, 2]
    flow.vectors = 3
    let found = traces(flow, cell, weights: weights, steps: 4)
    let rows = kind.hasCellValue ? 6 : 3
    let input = randomTensor(rows: rows * 4, columns: 5)
    let reading = Graph(weights: weights)
    let none = reading.make(rows: 0, columns: 6)
    var state = CellState(hidden: none, cell: kind.hasCellValue ? none : nil)
    for step in 0..<2 {
      let x = cell.project(
        Variable(constant: input.slice(step * rows..<(step + 1) * rows)), on: reading)
      state = cell.step(x, state, mask: nil, on: reading)
    }
    let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
    graph.isStochastic = false
    func leaf(_ value: Tensor) -> Variable {
      Variable(value: value.copied, gradient: Tensor(rows: value.rows, columns: value.columns))
    }
    let first = CellState(
      hidden: leaf(state.hidden.value), cell: state.cell.map { leaf($0.value) })
    var last = first
    for step in 2..<4 {
      let x = cell.project(
        Variable(constant: input.slice(step * rows..<(step + 1) * rows)), on: graph)
      last = cell.step(x, last, mask: nil, on: graph)
    }
    func parts(_ state: CellState) throws -> [Tensor] {
      try [state.hidden, state.cell].compactMap(\.self).map { try #require($0.gradient) }
    }
    for (number, gradient) in try parts(last).enumerated() {
      for row in 0..<3 {
        var generator = RandomGenerator(seed: 1, stream: 0xF10, UInt64(row))
        let vector = (0..<6).map { _ in Double(generator.normal()) }
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for unit in 0..<6 { gradient[3 * number + row, unit] = Float(vector[unit] / norm) }
      }
    }
    graph.backward()
    let gradients = try parts(first)
    try #require(found.count == gradients.count)
    for (number, gradient) in gradients.enumerated() {
      let lengths = (0..<3).map { row in
        (0..<6).reduce(0.0) {
          $0 + Double(gradient[3 * number + row, $1] * gradient[3 * number + row, $1])
        }.squareRoot()
      }
      let mean = lengths.reduce(0, +) / 3
      let deviation = (lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
      let point = found[number].points[1]
      #expect(point.steps == 2 && mean > 0)
      #expect(abs(point.mean - mean) < 1e-5 && abs(point.deviation - deviation) < 1e-5)
    }
  }

  /// Past a closed gate the next layer reads what the layer before did; of two cells with the same weights the same is
  /// measured then.
  @Test(arguments: [-100, 100] as [Float]) func layersReadWhatHighwaysHandOn(gate: Float) throws {
    let network = try LanguageNetwork(
      LanguageTask.config {
        ($0.layers, $0.connections) = (3, .highway)
        ($0.embeddingSize, $0.hiddenSize) = (6, 6)
      })
    let weights = network.table.initialWeights(seed: 5)
    func cut(_ name: String) throws -> Tensor {
      try #require(network.table.parameter(named: name)).cut(from: weights)
    }
    for name in ["input", "hidden", "bias"] {
      copy(try cut("layer.1.\(name)"), to: try cut("layer.2.\(name)"))
    }
    fill(try cut("layer.1.highway"), with: 0)
    fill(try cut("layer.1.highway.bias"), with: gate)
    var flow = GradientFlow()
    flow.distances = [1, 5]
    let found = network.gradientTraces(flow, weights: weights)
    let layers = [1, 2].map { number in
      found.filter { $0.layer == "layer.\(number)" }.map(\.points)
    }
    #expect(layers[0].count == 2)
    #expect((layers[0] == layers[1]) == (gate < 0))
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
