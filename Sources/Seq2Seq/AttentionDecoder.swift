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
  let readoutWeight: Parameter?
  let outputWeight: Parameter
  let outputBias: Parameter

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
      hidden = connections[layer].join(next.layers[layer].hidden, hidden, on: graph)
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
}
