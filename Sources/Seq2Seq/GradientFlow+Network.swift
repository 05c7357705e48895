public import Neural
public import Tensors

extension GradientFlow {
  /// A long sequence for each vector, cut from a text at places evenly apart; where the text ends it begins anew.
  ///
  /// - Parameter text: at least one token.
  public func sequences(of text: [TokenID]) -> [[TokenID]] {
    precondition(!text.isEmpty, "a sequence of nothing")
    return (0..<vectors).map { number in
      let start = number * text.count / vectors
      return (0..<steps).map { text[(start + $0) % text.count] }
    }
  }

  /// A long sequence for each vector of tokens drawn evenly, marks left out.
  public func sequences(vocabularySize: Int) -> [[TokenID]] {
    precondition(vocabularySize > 2, "marks alone make no sequence")
    var generator = RandomGenerator(seed: seed, stream: 0xF10E)
    return (0..<vectors).map { _ in
      (0..<steps).map { _ in TokenID.random(in: 2..<TokenID(vocabularySize), using: &generator) }
    }
  }

  /// Each of them once for every state of every layer, as `traces` wants the rows.
  public func batch(_ sequences: [[TokenID]], states: Int) -> PackedSequences {
    precondition(sequences.count == vectors, "a sequence for each vector")
    return PackedSequences((0..<states).flatMap { _ in sequences })
  }

  /// Along a decoder's own recurrence: its cells and, with input feeding, the attentional vector that each step
  /// hands to the next.
  ///
  /// - Parameters:
  ///   - sequences: what is fed, one for each vector.
  ///   - encoded: what the decoder looks at, for each vector, without gradients.
  ///   - graph: a training graph; it is reset.
  public func traces(
    of decoder: AttentionDecoder, sequences: [[TokenID]], encoded: EncoderOutput, on graph: Graph
  ) -> [Trace] {
    graph.reset()
    let layers = decoder.cells.enumerated().map { number, cell in
      (name: "decoder.\(number)", states: Self.states(of: cell))
    }
    let states = layers.reduce(0) { $0 + $1.states.count }
    let fed = batch(sequences, states: states)
    let rows = (0..<states).flatMap { _ in 0..<vectors }
    let projected = decoder.project(
      fed.tokens, mask: nil, steps: [0..<fed.tokens.count], on: graph)
    let (memory, start) = decoder.begin(encoded.selecting(rows, on: graph), on: graph)
    var state = start
    return traces(layers: layers, steps: fed.steps, on: graph) {
      (state, _) = decoder.step(
        graph.stepRows(of: projected), state, memory, masks: nil, on: graph)
      return state.layers
    }
  }

  /// Through each layer of an encoder, in each direction by itself: what flows from layer to layer is left out.
  ///
  /// - Parameters:
  ///   - sequences: what is read, one for each vector.
  ///   - reading: an inference graph with the same weights; it is reset.
  ///   - graph: a training graph; it is reset.
  public func traces(
    of encoder: TextEncoder, sequences: [[TokenID]], reading: Graph, on graph: Graph
  ) -> [Trace] {
    reading.reset()
    let states = Self.states(of: encoder.layers[0][0]).count
    let source = batch(sequences, states: states)
    var inputs: [Tensor] = []
    _ = encoder.encode(source, on: reading) { inputs.append($0.value) }
    return zip(encoder.layers, inputs).enumerated().flatMap { number, layer in
      zip(layer.0, ["forward", "backward"]).flatMap { cell, direction in
        traces(
          of: cell, layer: "encoder.\(number).\(direction)", input: layer.1, steps: source.steps,
          isBackward: direction == "backward", on: graph)
      }
    }
  }
}

extension EncoderDecoder {
  /// How much of a gradient survives in each layer of encoder and decoder.
  ///
  /// - Parameters:
  ///   - weights: flat, cut by the table.
  ///   - source: a text that is read, marks left out; tokens are drawn where it is empty.
  ///   - target: a text that is fed to the decoder; likewise.
  public func gradientTraces(
    _ flow: GradientFlow, weights: Tensor, source: [TokenID] = [], target: [TokenID] = []
  ) -> [GradientFlow.Trace] {
    let sources =
      source.isEmpty
      ? flow.sequences(vocabularySize: config.sourceVocabularySize) : flow.sequences(of: source)
    let targets =
      target.isEmpty
      ? flow.sequences(vocabularySize: config.targetVocabularySize) : flow.sequences(of: target)
    let reading = Graph(weights: weights)
    let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
    let layers = flow.traces(of: encoder, sequences: sources, reading: reading, on: graph)
    // The decoder looks at sentences of a usual length.
    reading.reset()
    let encoded = encoder.encode(
      PackedSequences(sources.map { $0.prefix(Self.lookedAt) + [Mark.end] }), on: reading)
    return layers
      + flow.traces(of: decoder, sequences: targets, encoded: encoded.constant, on: graph)
  }

  /// Tokens of the source that the decoder looks at while gradients are measured.
  private static let lookedAt = 25
}

extension EncoderOutput {
  /// The same without gradients.
  public var constant: EncoderOutput {
    EncoderOutput(
      memory: Variable(constant: memory.value), segments: segments,
      summary: CellState(
        hidden: Variable(constant: summary.hidden.value),
        cell: summary.cell.map { Variable(constant: $0.value) }))
  }
}

extension LanguageNetwork {
  /// How much of a gradient survives in each layer, each measured by itself.
  ///
  /// - Parameters:
  ///   - weights: flat, cut by the table.
  ///   - text: what is read, marks left out; tokens are drawn where it is empty.
  public func gradientTraces(
    _ flow: GradientFlow, weights: Tensor, text: [TokenID] = []
  ) -> [GradientFlow.Trace] {
    let sequences =
      text.isEmpty
      ? flow.sequences(vocabularySize: config.vocabularySize) : flow.sequences(of: text)
    let read = flow.batch(sequences, states: config.cell.hasCellValue ? 2 : 1)
    let reading = Graph(weights: weights)
    let graph = Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count))
    let start = states(Array(repeating: nil, count: read.count), on: reading)
    var x = reading.lookup(embedding, read.tokens)
    return cells.enumerated().flatMap { layer, cell in
      let input = x
      let states = cell.unrolled(
        input, from: start[layer], steps: read.steps, mask: nil, on: reading)
      x = connections[layer].join(states.hidden, input, on: reading)
      return flow.traces(
        of: cell, layer: "layer.\(layer)", input: input.value, steps: read.steps, on: graph)
    }
  }
}
