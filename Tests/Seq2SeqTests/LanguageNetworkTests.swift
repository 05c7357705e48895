import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct LanguageNetworkTests {
  private func weights(_ network: LanguageNetwork) -> Tensor {
    network.table.initialWeights(seed: 3)
  }

  /// Lines that stand alone, and stretches that go on from a state, with all regularisers.
  @Test(arguments: LanguageTask.configs.indices)
  func weightsGradientAgreesWithDifferences(_ number: Int) throws {
    let (name, config) = LanguageTask.configs[number]
    let network = try LanguageNetwork(config)
    let weights = weights(network)
    let gradients = Tensor(rows: 1, columns: weights.count)
    let start = randomTensor(rows: 5, columns: network.stateSize, scale: 0.5, seed: 8)
    let memory = Tensor(rows: 5, columns: network.stateSize)
    for isVariational in [true, false] {
      var regularization = LanguageTask.regularization
      regularization.dropout.variational = isVariational
      let graph = Graph(weights: weights, gradients: gradients)
      func loss() -> Double {
        graph.reset()
        graph.generator = RandomGenerator(seed: 5)
        copy(start, to: memory)
        let examples = LanguageTask.lines.enumerated().map { row, line in
          var example = LanguageExample(line: line)
          example.memory = memory.slice(row..<row + 1)
          example.isBeginning = row == 2
          return example
        }
        return network.loss(examples, regularization, scale: 0.5, on: graph).smoothed * 0.5
      }
      fill(gradients, with: 0)
      _ = loss()
      let gradient = Tensor(rows: 1, columns: weights.count, gradients.values)
      let error = gradientError(
        at: weights, gradient: gradient, step: config.layerNormalization ? 3e-5 : 2e-4, loss: loss)
      #expect(error < 0.01, "\(name), variational \(isVariational): \(error)")
    }
  }

  /// Each regulariser changes what is minimised, and nothing outside of training.
  @Test func everyRegularizerDoesSomething() throws {
    let network = try LanguageNetwork(LanguageTask.config())
    let weights = weights(network)
    let examples = LanguageTask.lines.map { LanguageExample(line: $0) }
    func loss(_ r: LanguageRegularization, training: Bool = true) -> Double {
      let graph = Graph(
        weights: weights, gradients: training ? Tensor(rows: 1, columns: weights.count) : nil,
        generator: RandomGenerator(seed: 2))
      return network.loss(examples, r, on: graph).smoothed
    }
    let plain = loss(LanguageRegularization())
    let keys: [WritableKeyPath<LanguageRegularization, Float>] = [
      \.dropout.input, \.layer, \.dropout.output, \.dropout.recurrent, \.dropout.recurrentWeights,
      \.embedding, \.activationPenalty, \.temporalActivationPenalty, \.smoothing,
    ]
    for key in keys {
      var r = LanguageRegularization()
      r[keyPath: key] = 0.3
      #expect(loss(r) != plain, "\(key)")
      if key != \.smoothing { #expect(loss(r, training: false) == plain, "\(key)") }
    }
  }

  /// Penalties are α · mean(h²) after dropout and β · mean((hₜ − hₜ₋₁)²) before it (Merity et al. 2017, sec. 3), over all
  /// tokens and numbers of a state.
  @Test func penaltiesAreMeansOverStates() throws {
    let network = try LanguageNetwork(LanguageTask.config())
    let weights = weights(network)
    let line = LanguageTask.text(tokens: 9)
    let examples = [LanguageExample(line: line)]
    func outputs(_ r: LanguageRegularization) -> (rows: [[Float]], penalty: Double) {
      let graph = Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        generator: RandomGenerator(seed: 2))
      let (output, _, penalty) = network.outputs(examples, r, scale: 0.1, on: graph)
      return ((0..<output.rows).map { output.value.slice($0..<$0 + 1).values }, penalty)
    }
    var r = LanguageRegularization()
    r.dropout.output = 0.5
    let dropped = outputs(r).rows
    #expect(dropped.joined().contains(0))
    r.dropout.output = 0
    let raw = outputs(r).rows
    r.dropout.output = 0.5
    let width = Double(network.outputSize)
    r.activationPenalty = 0.7
    let squares = dropped.joined().reduce(0.0) { $0 + Double($1 * $1) }
    #expect(abs(outputs(r).penalty - 0.7 * squares / width) < 1e-5)
    (r.activationPenalty, r.temporalActivationPenalty) = (0, 0.7)
    let changes = zip(raw, raw.dropFirst()).reduce(0.0) { sum, pair in
      sum + zip(pair.0, pair.1).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    #expect(abs(outputs(r).penalty - 0.7 * changes / width) < 1e-5)
  }

  /// A unit of the vocabulary is left out wherever it stands, or nowhere: which of the two, its first state tells.
  @Test func embeddingDropoutIsOfUnits() throws {
    var config = LanguageTask.config()
    config.layers = 1
    let network = try LanguageNetwork(config)
    let weights = weights(network)
    var r = LanguageRegularization()
    r.embedding = 0.5
    let token = LanguageTask.text(tokens: 1)[0]
    // The same unit at the beginning of many texts.
    let examples = (0..<20).map { _ in LanguageExample(inputs: [token], targets: [Mark.end]) }
    var seen: Set<[Float]> = []
    for seed in 0..<12 {
      let graph = Graph(
        weights: weights, gradients: Tensor(rows: 1, columns: weights.count),
        generator: RandomGenerator(seed: UInt64(seed)))
      let output = network.outputs(examples, r, on: graph).output.value
      let rows = Set((0..<output.rows).map { output.slice($0..<$0 + 1).values })
      #expect(rows.count == 1)
      seen.formUnion(rows)
    }
    #expect(seen.count == 2)
  }

  @Test func firstLossIsNearThatOfAnEvenGuess() throws {
    let network = try LanguageNetwork(LanguageTask.config())
    let sums = network.loss(
      LanguageTask.lines.map { LanguageExample(line: $0) }, on: Graph(weights: weights(network)))
    #expect(sums.tokens == 20)
    #expect(abs(sums.negativeLogLikelihood / 20 - 2.565) < 0.3)
  }

  /// A text read in windows, with the state handed on, costs what it costs as a whole; so does a batch what its lines
  /// cost alone.
  @Test(arguments: LanguageTask.configs.indices)
  func statesAreCarried(_ number: Int) throws {
    let network = try LanguageNetwork(LanguageTask.configs[number].1)
    let graph = Graph(weights: weights(network))
    func loss(_ examples: [LanguageExample]) -> Double {
      graph.reset()
      return network.loss(examples, on: graph).negativeLogLikelihood
    }
    let text = LanguageTask.text(tokens: 23)
    let inputs = [Mark.end] + text.dropLast()
    let whole = loss([LanguageExample(inputs: inputs, targets: text)])
    let memory = Tensor(rows: 1, columns: network.stateSize)
    fill(memory, with: 9)
    var windows = 0.0
    for (start, end) in [(0, 4), (4, 5), (5, 17), (17, 23)] {
      windows += loss([
        LanguageExample(
          inputs: Array(inputs[start..<end]), targets: Array(text[start..<end]), memory: memory,
          isBeginning: start == 0)
      ])
    }
    #expect(abs(whole - windows) < 1e-4)
    let lines = LanguageTask.lines.map { LanguageExample(line: $0) }
    #expect(abs(loss(lines) - lines.reduce(0) { $0 + loss([$1]) }) < 1e-4)
  }

  /// Decoding's step is training's: what the scorer says of a line is its loss.
  @Test(arguments: LanguageTask.configs.indices)
  func theScorerAgreesWithTheLoss(_ number: Int) throws {
    let network = try LanguageNetwork(LanguageTask.configs[number].1)
    let weights = weights(network)
    let lines = LanguageTask.lines
    let scorer = LanguageScorer(
      network, beginnings: lines.map { _ in .line }, on: ScorerGraphs(weights: weights))
    let scored = ForcedScoring(SearchOptions()).score(scorer, targets: lines)
    for (line, hypothesis) in zip(lines, scored) {
      let sums = network.loss([LanguageExample(line: line)], on: Graph(weights: weights))
      #expect(abs(hypothesis.logProbability + sums.negativeLogLikelihood) < 1e-4)
    }
  }

  @Test func configurations() throws {
    #expect(LanguageTask.config().layerSizes == [7, 5])
    #expect(LanguageTask.config { $0.narrowing = .projection }.layerSizes == [7, 7])
    #expect(LanguageTask.config { $0.tiesEmbeddings = false }.layerSizes == [7, 7])
    for (key, change) in [
      ("layers", { $0.layers = 65 }), ("embeddingSize", { $0.embeddingSize = 0 }),
      ("hiddenSize", { $0.hiddenSize = -1 }),
    ] as [(String, (inout LanguageModelConfig) -> Void)] {
      let error = #expect(throws: ConfigurationError.self) {
        try LanguageTask.config(change).validate()
      }
      #expect(error?.key == "model.\(key)")
    }
  }
}
