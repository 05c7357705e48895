public import Neural
internal import Tensors

/// Subword vectors through recurrent layers, in one direction or both, with connections past them.
public struct TextEncoder: Sendable {
  private let embedding: Parameter
  /// Cells of each layer: forward, then backward if there is one.
  let layers: [[any RecurrentCell]]
  private let connections: [LayerConnection]

  init(_ config: ModelConfig, embedding: Parameter, in table: inout ParameterTable) {
    self.embedding = embedding
    var inputSize = config.embeddingSize
    var layers: [[any RecurrentCell]] = []
    for layer in 0..<config.encoderLayers {
      let directions = config.bidirectional ? ["forward", "backward"] : ["forward"]
      layers.append(
        directions.map { direction in
          makeCell(
            config.cell, name: "encoder.\(layer).\(direction)", inputSize: inputSize,
            hiddenSize: config.encoderHiddenSize, layerNormalization: config.layerNormalization,
            options: config.cellOptions, in: &table)
        })
      inputSize = config.memorySize
    }
    self.layers = layers
    connections = layers.indices.map { layer in
      LayerConnection(
        config.connections, layer: layer, name: "encoder.\(layer)", width: config.memorySize,
        in: &table)
    }
  }

  /// Encodes a batch.
  ///
  /// - Parameter look: is given what enters each layer, packed like the source.
  /// - Returns: memory and summary in the order of the batch, whatever the packing's.
  public func encode(
    _ source: PackedSequences, dropout: DropoutRates = .init(), on graph: Graph,
    look: (Variable) -> Void = { _ in }
  ) -> EncoderOutput {
    var x = graph.dropoutRows(graph.lookup(embedding, source.tokens), rate: dropout.word)
    var summary = CellState(hidden: x, cell: nil)
    for (number, cells) in layers.enumerated() {
      let input = graph.dropped(x, rate: dropout.input, dropout, of: source)
      look(input)
      let states = cells.enumerated().map { direction, cell in
        run(cell, backward: direction == 1, input, source, dropout, graph)
      }
      let output = joined(states.map(\.hidden), graph)
      x = connections[number].join(output, x, on: graph)
      if number == layers.count - 1 { summary = last(states, source, graph) }
    }
    let memory = graph.gather(
      graph.dropped(x, rate: dropout.output, dropout, of: source), source.sentenceMajorPositions)
    let lengths = source.rows.map { source.lengths[$0] }
    return EncoderOutput(memory: memory, segments: Segments(lengths: lengths), summary: summary)
  }

  /// One layer in one direction: the states of all steps, [N, H] each, packed like the input.
  private func run(
    _ cell: any RecurrentCell, backward: Bool, _ input: Variable, _ source: PackedSequences,
    _ dropout: DropoutRates, _ graph: Graph
  ) -> CellState {
    graph.dropConnect(cell.recurrentWeights, rate: dropout.recurrentWeights)
    let mask = graph.dropoutMask(
      rows: source.count, columns: cell.hiddenSize, rate: dropout.recurrent)
    return cell.unrolled(
      input, from: cell.stateOfZeros(on: graph),
      steps: backward ? source.steps.reversed() : source.steps, mask: mask, on: graph)
  }

  private func joined(_ directions: [Variable], _ graph: Graph) -> Variable {
    directions.count == 1 ? directions[0] : graph.concatenate(directions)
  }

  /// The state in which each direction ends: forward at the last token, backward at the first.
  private func last(
    _ states: [CellState], _ source: PackedSequences, _ graph: Graph
  ) -> CellState {
    let ends = [source.lastPositions, source.firstPositions]
    let hidden = zip(states, ends).map { graph.gather($0.hidden, $1) }
    let cells = zip(states, ends).compactMap { state, end in
      state.cell.map { graph.gather($0, end) }
    }
    return CellState(
      hidden: joined(hidden, graph), cell: cells.isEmpty ? nil : joined(cells, graph))
  }
}
