import Neural
import Tensors
import Testing

@Suite struct AffineTests {
  @Test(arguments: [false, true], [Activation.none, .tanh]) func affine(
    _ biased: Bool, _ activation: Activation
  ) {
    OperationCheck(inputs: [(3, 5)], parameters: [(7, 5)] + (biased ? [(1, 7)] : [])) {
      graph, x, p in
      Made(outputs: [
        graph.affine(x[0], p[0], bias: biased ? p[1] : nil, activation: activation)
      ])
    }.check()
  }

  @Test func oneRow() {
    OperationCheck(inputs: [(1, 5)], parameters: [(7, 5), (1, 7)]) { graph, x, p in
      Made(outputs: [graph.affine(x[0], p[0], bias: p[1])])
    }.check()
  }

  @Test func addedInPlace() {
    OperationCheck(inputs: [(4, 3), (4, 6)], parameters: [(6, 3)]) { graph, x, p in
      let y = graph.duplicate(x[1])
      graph.addAffine(x[0], p[0], to: y)
      return Made(outputs: [y])
    }.check()
  }

  @Test func oneWeightUsedTwice() {
    OperationCheck(inputs: [(4, 6)], parameters: [(6, 6), (1, 6)]) { graph, x, p in
      let y = graph.affine(x[0], p[0], bias: p[1], activation: .tanh)
      return Made(outputs: [y, graph.affine(y, p[0], bias: p[1])])
    }.check()
  }

  @Test(arguments: [true, false], [Float(0), 0.1]) func crossEntropy(
    _ biased: Bool, _ smoothing: Float
  ) {
    for rows in [1, 7, 300] {
      OperationCheck(inputs: [(rows, 5)], parameters: [(11, 5)] + (biased ? [(1, 11)] : [])) {
        graph, x, p in
        let targets = (0..<rows).map { ($0 * $0 + 3) % 11 }
        let scale: Float = 0.125
        let sums = graph.crossEntropy(
          x[0], p[0], bias: biased ? p[1] : nil, targets: targets, smoothing: smoothing,
          scale: scale)
        return Made(loss: sums.smoothed * Double(scale))
      }.check()
    }
  }

  /// A row rewarded twice counts twice, one without a reward not at all; the sums stay those of all rows.
  @Test func rewardsWeighTheGradientsOfRows() {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 9, columns: 4, .normal(1))
    let weights = table.initialWeights(seed: 1)
    let targets = [3, 8, 0, 5, 1]
    func gradients(_ rows: [Int], rewards: [Float]?) -> (CrossEntropySums, [Float]) {
      let gradients = Tensor(rows: 1, columns: weights.count)
      let graph = Graph(weights: weights, gradients: gradients)
      let x = randomRows(5, 4)
      let chosen = graph.gather(x, rows)
      let sums = graph.crossEntropy(
        chosen, weight, bias: nil, targets: rows.map { targets[$0] }, smoothing: 0.1,
        rewards: rewards, scale: 0.5)
      graph.backward()
      return (sums, gradients.values)
    }
    let rewarded = gradients([0, 1, 2, 3, 4], rewards: [1, 2, 0, 1, 1])
    let repeated = gradients([0, 1, 1, 3, 4], rewards: nil)
    for (a, b) in zip(rewarded.1, repeated.1) { #expect(abs(a - b) < 1e-6) }
    #expect(rewarded.0 == gradients([0, 1, 2, 3, 4], rewards: nil).0)
  }

  /// Blocks of rows are a matter of memory alone.
  @Test func crossEntropyOfManyRowsIsThatOfTheirParts() {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 9, columns: 4, .normal(1))
    let graph = Graph(weights: table.initialWeights(seed: 1))
    let x = randomRows(600, 4)
    let targets = (0..<600).map { $0 % 9 }
    func sums(_ rows: Range<Int>) -> CrossEntropySums {
      graph.crossEntropy(
        x.slice(rows), weight, bias: nil, targets: Array(targets[rows]), smoothing: 0.1, scale: 1)
    }
    var parts = CrossEntropySums()
    for rows in [0..<1, 1..<256, 256..<257, 257..<600] { parts += sums(rows) }
    let whole = sums(0..<600)
    #expect(abs(whole.smoothed - parts.smoothed) < 1e-3)
    #expect(abs(whole.negativeLogLikelihood - parts.negativeLogLikelihood) < 1e-3)
    #expect(sums(0..<0) == CrossEntropySums())
  }

  /// The larger the vocabulary, the fewer rows at a time; what they add up to is that of single rows.
  @Test(arguments: [8192, 20_000, 65_536]) func scoresTakeNoMoreMemoryForALargerVocabulary(
    vocabulary: Int
  ) {
    var table = ParameterTable()
    let weight = table.declare("w", rows: vocabulary, columns: 2, .normal(1))
    let weights = table.initialWeights(seed: 1)
    let targets = (0..<300).map { $0 * 131 % vocabulary }
    func run(_ parts: [Range<Int>]) -> (sums: CrossEntropySums, gradients: [Float], bytes: Int) {
      let gradients = Tensor(rows: 1, columns: weights.count)
      let graph = Graph(weights: weights, gradients: gradients)
      let x = randomRows(300, 2)
      var sums = CrossEntropySums()
      for rows in parts {
        sums += graph.crossEntropy(
          x.slice(rows), weight, bias: nil, targets: Array(targets[rows]), smoothing: 0.1, scale: 1)
      }
      return (sums, gradients.values, 4 * graph.workspaceCapacity)
    }
    let whole = run([0..<300])
    #expect(whole.bytes < 18 << 20)
    let parts = run((0..<30).map { 10 * $0..<10 * $0 + 10 })
    #expect(abs(whole.sums.smoothed - parts.sums.smoothed) < 1e-3)
    for (a, b) in zip(whole.gradients, parts.gradients) { #expect(abs(a - b) < 1e-5) }
    #expect(
      Graph.scoredRows(vocabulary: 8192) == 512 && Graph.scoredRows(vocabulary: 8193) < 512)
  }
}
