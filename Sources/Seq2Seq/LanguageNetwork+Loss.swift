public import Neural
public import Tensors

/// How a language model is kept from learning its text by heart; all zero outside training.
///
/// Those of AWD-LSTM (Merity et al. 2018).
public struct LanguageRegularization: Sendable, Equatable {
  /// Of units' vectors (input), of what the last layer gives (output), and of what goes from step to step.
  public var dropout = DropoutRates()
  /// Dropout of what goes from layer to layer.
  public var layer: Float = 0
  /// Probability that a unit of the vocabulary is zeroed wherever it is fed (ibid., sec. 4.3).
  public var embedding: Float = 0
  /// α: what the mean square of the last layer's output, after dropout, costs.
  public var activationPenalty: Float = 0
  /// β: what the mean square of its change from step to step, before dropout, costs.
  public var temporalActivationPenalty: Float = 0
  public var smoothing: Float = 0

  public init() {}

  public init(_ training: TrainingConfig) {
    dropout = DropoutRates(training)
    layer = training.layerDropout
    embedding = training.embeddingDropout
    activationPenalty = training.activationPenalty
    temporalActivationPenalty = training.temporalActivationPenalty
    smoothing = training.labelSmoothing
  }
}

extension LanguageNetwork {
  public func loss(
    _ examples: [LanguageExample], training: TrainingConfig, update: Int, scale: Float,
    on graph: Graph
  ) -> CrossEntropySums {
    loss(examples, LanguageRegularization(training), scale: scale, on: graph)
  }

  /// Cross-entropy of stretches of text and, on a training graph, its gradient, which does not reach behind the
  /// stretches (truncated backpropagation through time). Memories of examples are brought forward.
  ///
  /// - Parameters:
  ///   - examples: at least one, in any order.
  ///   - scale: factor of the gradient, usually 1 / target tokens of the whole batch.
  /// - Returns: sums over target tokens, in nats; what is minimised has the penalties in it.
  public func loss(
    _ examples: [LanguageExample], _ regularization: LanguageRegularization = .init(),
    scale: Float = 1, on graph: Graph
  ) -> CrossEntropySums {
    let (output, targets, penalty) = outputs(examples, regularization, scale: scale, on: graph)
    var sums = crossEntropy(
      output, targets: targets.tokens, smoothing: regularization.smoothing, scale: scale, on: graph)
    sums.smoothed += penalty
    graph.backward()
    return sums
  }

  /// What the last layer gives for stretches of text, after dropout, packed.
  ///
  /// - Returns: [Σ lengths, outputSize], the targets packed alike, and what penalties add to the sum that is minimised.
  package func outputs(
    _ examples: [LanguageExample], _ r: LanguageRegularization = .init(), scale: Float = 1,
    on graph: Graph
  ) -> (output: Variable, targets: PackedSequences, penalty: Double) {
    let inputs = PackedSequences(examples.map(\.inputs))
    let targets = PackedSequences(examples.map(\.targets))
    let begun = states(
      inputs.order.map { examples[$0].isBeginning ? nil : examples[$0].memory }, on: graph)
    let rates = r.dropout
    var x = graph.dropped(
      embedded(inputs.tokens, dropRate: r.embedding, on: graph), rate: rates.input, rates,
      of: inputs
    )
    var raw = x
    var ends: [CellState] = []
    graph.dropConnect(cells.flatMap(\.recurrentWeights), rate: rates.recurrentWeights)
    for (layer, cell) in cells.enumerated() {
      let mask = graph.dropoutMask(
        rows: inputs.count, columns: cell.hiddenSize, rate: rates.recurrent)
      let whole = cell.unrolled(x, from: begun[layer], steps: inputs.steps, mask: mask, on: graph)
      ends.append(whole)
      raw = connections[layer].join(whole.hidden, raw, on: graph)
      let isLast = layer == cells.count - 1
      x = graph.dropped(raw, rate: isLast ? rates.output : r.layer, rates, of: inputs)
    }
    for (example, position) in zip(examples, inputs.lastPositions) {
      if let memory = example.memory { store(ends, row: position, to: memory) }
    }
    var penalty = 0.0
    if graph.mode == .training {
      // Means over a state's numbers; means over tokens come with the scale, which sums do not have.
      let width = Float(outputSize)
      if r.activationPenalty > 0 {
        penalty += graph.addActivationPenalty(x, factor: r.activationPenalty * scale / width)
      }
      if r.temporalActivationPenalty > 0 {
        penalty += graph.addTemporalActivationPenalty(
          raw, steps: inputs.steps, factor: r.temporalActivationPenalty * scale / width)
      }
    }
    return (x, targets, scale > 0 ? penalty / Double(scale) : 0)
  }

  /// Vectors of tokens, of which whole types are zeroed by chance, and the others scaled up.
  private func embedded(_ tokens: [Int], dropRate: Float, on graph: Graph) -> Variable {
    let vectors = graph.lookup(embedding, tokens)
    guard
      let mask = graph.dropoutMask(rows: 1, columns: config.vocabularySize, rate: dropRate)
    else { return vectors }
    return graph.scaledRows(vectors, by: tokens.map { mask[0, $0] })
  }
}
