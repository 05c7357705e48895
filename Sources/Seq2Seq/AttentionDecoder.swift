public import Neural
public import Tensors

/// A recurrent decoder that at each step looks up the encoder's memory (Luong et al. 2015): its attentional
/// vector h̃ = tanh(W·[context; h]) predicts the next token and, with input feeding, enters the next step.
public struct AttentionDecoder: Sendable {
  /// What the decoder hands from step to step.
  public struct State {
    /// One a layer, [B, H] each.
    public var layers: [CellState]
    /// The attentional vector of the step before, [B, H]; no rows before the first step.
    public var attentional: Variable
  }

  /// The memory as the decoder looks at it, made once a batch.
  public struct Memory {
    let keys: Variable
    let values: Variable
    /// Each row's sentence.
    public var segments: Segments
  }

  /// The masks of one forward pass: one for all steps, or drawn at each.
  struct Masks {
    var recurrent: [Tensor?]
    var inputs: [Tensor?]
    var output: Tensor?
    var rates: DropoutRates
  }

  let config: DecoderConfig
  private let embedding: Parameter
  let cells: [any RecurrentCell]
  private let connections: [LayerConnection]
  private let bridgeHidden: [Parameter]
  private let bridgeHiddenBias: [Parameter]
  private let bridgeCell: [Parameter]
  private let bridgeCellBias: [Parameter]
  private let feedWeight: Parameter?
  private let feedGain: Parameter?
  private let keyWeight: Parameter?
  private let queryWeight: Parameter?
  private let scoreVector: Parameter?
  private let gateWeight: Parameter?
  private let gateBias: Parameter?
  private let joinWeight: Parameter
  private let joinBias: Parameter
  private let readoutWeight: Parameter?
  private let outputWeight: Parameter
  private let outputBias: Parameter

  /// Declares the parameters `decoder.…` but for the table of subword vectors.
  ///
  /// - Parameter embedding: [V, E].
  public init(_ config: DecoderConfig, embedding: Parameter, in table: inout ParameterTable) {
    precondition(config.vocabularySize > 0 && embedding.rows == config.vocabularySize)
    self.config = config
    self.embedding = embedding
    let (hidden, memory) = (config.hiddenSize, config.memorySize)
    func matrix(_ name: String, _ rows: Int, _ columns: Int) -> Parameter {
      table.declare(
        "decoder.\(name)", rows: rows, columns: columns, .glorot(fanIn: columns, fanOut: rows))
    }
    func bias(_ name: String, _ columns: Int) -> Parameter {
      table.declare("decoder.\(name)", rows: 1, columns: columns, .zeros)
    }
    cells = (0..<config.layers).map { layer in
      makeCell(
        config.cell, name: "decoder.\(layer)",
        inputSize: layer == 0 ? config.embeddingSize : hidden, hiddenSize: hidden,
        layerNormalization: config.layerNormalization, options: config.cellOptions, in: &table)
    }
    let layers = 0..<config.layers
    connections = layers.map { layer in
      LayerConnection(
        config.connections, layer: layer, name: "decoder.\(layer)", width: hidden, in: &table)
    }
    bridgeHidden = layers.map { matrix("bridge.\($0).hidden", hidden, memory) }
    bridgeHiddenBias = layers.map { bias("bridge.\($0).hidden.bias", hidden) }
    let hasCell = cells.allSatisfy(\.hasCellValue)
    bridgeCell = hasCell ? layers.map { matrix("bridge.\($0).cell", hidden, memory) } : []
    bridgeCellBias = hasCell ? layers.map { bias("bridge.\($0).cell.bias", hidden) } : []
    let gates = cells[0].projectedSize
    feedWeight =
      config.inputFeeding
      ? table.declare(
        "decoder.feed", rows: gates, columns: hidden, .glorot(fanIn: hidden, fanOut: hidden))
      : nil
    feedGain =
      config.inputFeeding && config.layerNormalization
      ? table.declare("decoder.feed.gain", rows: 1, columns: gates, .constant(1)) : nil
    keyWeight = config.attention == .dot ? nil : matrix("attention.keys", hidden, memory)
    queryWeight = config.attention == .additive ? matrix("attention.query", hidden, hidden) : nil
    scoreVector = config.attention == .additive ? matrix("attention.vector", 1, hidden) : nil
    gateWeight = config.attentionGate ? matrix("attention.gate", memory, hidden) : nil
    gateBias = config.attentionGate ? bias("attention.gate.bias", memory) : nil
    joinWeight = matrix("join", hidden, memory + hidden)
    joinBias = bias("join.bias", hidden)
    if config.tiesEmbeddings {
      readoutWeight = matrix("readout", config.embeddingSize, hidden)
      outputWeight = embedding
    } else {
      readoutWeight = nil
      outputWeight = matrix("output", config.vocabularySize, hidden)
    }
    outputBias = bias("output.bias", config.vocabularySize)
  }

  /// The decoder's view of the memory and the state bridged from the encoder's last one.
  public func begin(_ encoded: EncoderOutput, on graph: Graph) -> (Memory, State) {
    let keys = keyWeight.map { graph.affine(encoded.memory, $0) } ?? encoded.memory
    let layers = cells.indices.map { layer in
      CellState(
        hidden: graph.affine(
          encoded.summary.hidden, bridgeHidden[layer], bias: bridgeHiddenBias[layer],
          activation: .tanh),
        cell: bridgeCell.isEmpty
          ? nil
          : graph.affine(
            encoded.summary.cell ?? encoded.summary.hidden, bridgeCell[layer],
            bias: bridgeCellBias[layer]))
    }
    let none = graph.make(rows: 0, columns: config.hiddenSize)
    return (
      Memory(keys: keys, values: encoded.memory, segments: encoded.segments),
      State(layers: layers, attentional: none)
    )
  }

  /// The share of the first layer's gates that comes from the tokens alone, for all steps at once.
  func project(_ tokens: [Int], mask: Tensor?, steps: [Range<Int>], on graph: Graph) -> Variable {
    let embedded = graph.dropout(graph.lookup(embedding, tokens), mask: mask, steps: steps)
    return cells[0].project(embedded, on: graph)
  }

  /// One step, the same in training and in decoding.
  ///
  /// - Parameters:
  ///   - projected: what `project` made of this step's tokens, [B, gates]; used up.
  ///   - learnsWeights: whether something is to be learned from the attention weights themselves.
  /// - Returns: the next state, whose attentional vector predicts the next token, and the attention
  ///   weights [B, longest].
  func step(
    _ projected: Variable, _ state: State, _ memory: Memory, masks: Masks?,
    learnsWeights: Bool = false, on graph: Graph
  ) -> (State, Variable) {
    let rows = projected.rows
    if let feedWeight {
      let feed = graph.carry(state.attentional, rows: rows, mask: nil)
      if let feedGain {
        graph.layerNormalized(graph.affine(feed, feedWeight), gain: feedGain, addedTo: projected)
      } else {
        graph.addAffine(feed, feedWeight, to: projected)
      }
    }
    var next = state
    var hidden = projected
    for (layer, cell) in cells.enumerated() {
      var input = hidden
      if layer > 0 {
        let mask = masks.flatMap { self.mask($0.inputs[layer], $0.rates.input, rows, $0, graph) }
        input = graph.dropout(hidden, mask: mask)
      }
      next.layers[layer] = cell.step(
        layer == 0 ? projected : cell.project(input, on: graph), state.layers[layer],
        mask: masks?.recurrent[layer] ?? nil, on: graph)
      let output = next.layers[layer].hidden
      hidden = connections[layer].join(output, input, on: graph)
    }
    let attended = graph.attend(
      query: hidden, comparison: queryWeight.map { graph.affine(hidden, $0) } ?? hidden,
      keys: memory.keys, memory: memory.values, vector: scoreVector, segments: memory.segments,
      learnsWeights: learnsWeights)
    let joined =
      gateWeight.map {
        graph.gated(attended.joined, by: graph.affine(hidden, $0, bias: gateBias))
      } ?? attended.joined
    let attentional = graph.affine(joined, joinWeight, bias: joinBias, activation: .tanh)
    let mask = masks.flatMap { self.mask($0.output, $0.rates.output, rows, $0, graph) }
    next.attentional = graph.dropout(attentional, mask: mask)
    return (next, attended.weights)
  }

  /// A sequence's mask, or one of this step's own.
  private func mask(
    _ fixed: Tensor?, _ rate: Float, _ rows: Int, _ masks: Masks, _ graph: Graph
  ) -> Tensor? {
    if masks.rates.variational { return fixed?.slice(0..<rows) }
    return graph.dropoutMask(rows: rows, columns: config.hiddenSize, rate: rate)
  }

  func masks(rows: Int, _ rates: DropoutRates, on graph: Graph) -> Masks {
    let width = config.hiddenSize
    func fixed(_ rate: Float) -> Tensor? {
      rates.variational ? graph.dropoutMask(rows: rows, columns: width, rate: rate) : nil
    }
    return Masks(
      recurrent: cells.map { _ in
        graph.dropoutMask(rows: rows, columns: width, rate: rates.recurrent)
      },
      inputs: cells.indices.map { $0 == 0 ? nil : fixed(rates.input) },
      output: fixed(rates.output), rates: rates)
  }

  /// What the output layer multiplies: the attentional vectors, or their projection to the width of
  /// the tied embeddings.
  func readout(_ attentional: Variable, on graph: Graph) -> Variable {
    readoutWeight.map { graph.affine(attentional, $0) } ?? attentional
  }

  /// The output layer for some tokens alone.
  func output(for tokens: [TokenID], on graph: Graph) -> SelectedRows {
    graph.selecting(tokens.map(Int.init), of: outputWeight, bias: outputBias)
  }

  /// Scores of selected tokens before softmax, [B, tokens].
  func logits(_ attentional: Variable, among selected: SelectedRows, on graph: Graph) -> Tensor {
    graph.affine(readout(attentional, on: graph), selected).value
  }

  /// Log-probabilities of the next token, [B, V].
  func logProbabilities(_ attentional: Variable, on graph: Graph) -> Tensor {
    let logits = graph.affine(readout(attentional, on: graph), outputWeight, bias: outputBias)
    applyLogSoftmax(logits.value)
    return logits.value
  }

  /// What the decoder says itself where it is fed `inputs`, drawn by its probabilities (scheduled sampling,
  /// Bengio et al. 2015; in one pass over known inputs, as by Duckworth et al. 2019).
  ///
  /// - Parameters:
  ///   - inputs: as for `loss`.
  ///   - positions: packed positions that are asked about.
  ///   - graph: an inference graph.
  /// - Returns: a token a position.
  public func draws(
    _ encoded: EncoderOutput, inputs: PackedSequences, positions: [Int],
    using generator: inout RandomGenerator, on graph: Graph
  ) -> [TokenID] {
    precondition(graph.mode == .inference, "what is drawn takes no gradient")
    guard !positions.isEmpty else { return [] }
    let projected = project(
      inputs.tokens, mask: nil, steps: [0..<inputs.tokens.count], on: graph)
    let (memory, start) = begin(encoded, on: graph)
    var state = start
    let whole = graph.unroll(inputs.steps) { _ in
      (state, _) = step(graph.stepRows(of: projected), state, memory, masks: nil, on: graph)
      return [state.attentional]
    }
    let sampler = TokenSampler(temperature: 1, topK: 0, topP: 1)
    let output = graph.companions(1)[0]
    var tokens: [TokenID] = []
    // A block of the vocabulary's scores at a time, as in the loss.
    for start in stride(from: 0, to: positions.count, by: Self.scoredAtOnce) {
      let block = positions[start..<min(start + Self.scoredAtOnce, positions.count)]
      output.reset()
      let scores = logProbabilities(output.gather(whole[0], Array(block)), on: output)
      for row in block.indices {
        let token = sampler.choose(from: scores, row: row - start, using: &generator)
        tokens.append(TokenID(token ?? Int(Mark.end)))
      }
    }
    return tokens
  }

  /// Positions whose scores of the whole vocabulary are in memory together.
  private static let scoredAtOnce = 512

  /// Teacher forcing: the step unrolled over known targets, and its cross-entropy.
  ///
  /// - Parameters:
  ///   - inputs: what each step is fed: the begin mark, then the target but for its last token; packed in
  ///     batch order, which must be longest target first.
  ///   - targets: what each step should predict, packed alike.
  ///   - coverage: λ of Xu et al. (2015), eq. 14: what a sequence costs besides for every place of the memory
  ///     that it has not looked at once in all, λ (1 − Σₜ αₜ)². It is part of the gradient, not of the sums.
  ///   - rewards: factor of the gradient for each packed target; all 1 where nil.
  ///   - disagreement: what pairs of sequences that follow each other cost besides for predicting unlike things; see
  ///     `Graph.crossEntropy`.
  public func loss(
    _ encoded: EncoderOutput, inputs: PackedSequences, targets: PackedSequences,
    dropout: DropoutRates, smoothing: Float, coverage: Float = 0, rewards: [Float]? = nil,
    disagreement: Float = 0, scale: Float, on graph: Graph
  ) -> CrossEntropySums {
    precondition(
      inputs.order == Array(inputs.order.indices), "a batch is ordered by target length")
    graph.dropConnect(cells.flatMap(\.recurrentWeights), rate: dropout.recurrentWeights)
    let embeddingRows = dropout.variational ? inputs.count : inputs.tokens.count
    let projected = project(
      inputs.tokens,
      mask: graph.dropoutMask(
        rows: embeddingRows, columns: config.embeddingSize, rate: dropout.input),
      steps: dropout.variational ? inputs.steps : [0..<inputs.tokens.count], on: graph)
    let (memory, start) = begin(encoded, on: graph)
    var state = start
    let masks = self.masks(rows: inputs.count, dropout, on: graph)
    let whole = graph.unroll(inputs.steps) { _ in
      let (next, weights) = step(
        graph.stepRows(of: projected), state, memory, masks: masks, learnsWeights: coverage > 0,
        on: graph)
      state = next
      return coverage > 0 ? [next.attentional, weights] : [next.attentional]
    }
    if coverage > 0 {
      graph.addCoverageGradient(
        weights: whole[1], steps: inputs.steps, segments: memory.segments, factor: coverage * scale)
    }
    return graph.crossEntropy(
      readout(whole[0], on: graph), outputWeight, bias: outputBias, targets: targets.tokens,
      smoothing: smoothing, rewards: rewards, disagreement: disagreement, scale: scale)
  }
}
