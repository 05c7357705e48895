public import Neural
package import Tensors

/// A recurrent language model (Mikolov et al. 2010; Zaremba et al. 2014): vectors of units, recurrent layers, and a
/// softmax over the next unit. The weights themselves are a flat buffer beside it.
public struct LanguageNetwork: TrainableNetwork {
  public let config: LanguageModelConfig
  public let table: ParameterTable
  /// Whether it is to learn from text that goes on, rather than from lines that stand alone: memory is planned by it.
  public var learnsStreams = false
  let cells: [any RecurrentCell]
  let connections: [LayerConnection]
  let embedding: Parameter
  private let readoutWeight: Parameter?
  private let outputWeight: Parameter
  private let outputBias: Parameter

  public init(_ config: LanguageModelConfig) throws {
    try config.validate()
    precondition(config.vocabularySize > 0)
    var table = ParameterTable()
    table.spread = config.initializationScale
    embedding = table.declare(
      "embedding", rows: config.vocabularySize, columns: config.embeddingSize,
      .normal(1 / Float(config.embeddingSize).squareRoot()),
      use: config.tiesEmbeddings ? .tied : .lookedUp)
    let sizes = config.layerSizes
    cells = sizes.indices.map { layer in
      makeCell(
        config.cell, name: "layer.\(layer)",
        inputSize: layer == 0 ? config.embeddingSize : sizes[layer - 1], hiddenSize: sizes[layer],
        layerNormalization: config.layerNormalization, options: config.cellOptions, in: &table)
    }
    connections = sizes.indices.map { layer in
      let isEven = layer > 0 && sizes[layer - 1] == sizes[layer]
      return LayerConnection(
        isEven ? config.connections : .none, layer: layer, name: "layer.\(layer)",
        width: sizes[layer], in: &table)
    }
    let last = sizes[sizes.count - 1]
    if config.tiesEmbeddings {
      readoutWeight =
        last == config.embeddingSize
        ? nil
        : table.declare(
          "readout", rows: config.embeddingSize, columns: last,
          .glorot(fanIn: last, fanOut: config.embeddingSize))
      outputWeight = embedding
    } else {
      readoutWeight = nil
      outputWeight = table.declare(
        "output", rows: config.vocabularySize, columns: last,
        .glorot(fanIn: last, fanOut: config.vocabularySize))
    }
    outputBias = table.declare("output.bias", rows: 1, columns: config.vocabularySize, .zeros)
    self.config = config
    self.table = table
  }

  public var targetVocabularySize: Int { config.vocabularySize }

  /// Numbers of a state: h of each layer, and c where the cell has one.
  public var stateSize: Int {
    cells.reduce(0) { $0 + $1.hiddenSize * ($1.hasCellValue ? 2 : 1) }
  }

  /// Width of what the last layer gives.
  public var outputSize: Int { cells[cells.count - 1].hiddenSize }

  // MARK: - States

  /// The layers' states of some texts, that take no gradient.
  ///
  /// - Parameter rows: for each text its state, [1, stateSize]; nil for one that begins.
  package func states(_ rows: [Tensor?], on graph: Graph) -> [CellState] {
    let isNew = rows.allSatisfy { $0 == nil }
    var offset = 0
    func part(_ width: Int) -> Variable {
      defer { offset += width }
      let values = graph.scratch(rows: isNew ? 0 : rows.count, columns: width)
      if isNew { return Variable(constant: values) }
      for (row, state) in rows.enumerated() {
        let target = values.slice(row..<row + 1)
        if let state {
          copyColumns(state, from: offset, to: target, width: width, rows: 1)
        } else {
          fill(target, with: 0)
        }
      }
      return Variable(constant: values)
    }
    return cells.map { cell in
      let hidden = part(cell.hiddenSize)
      return CellState(hidden: hidden, cell: cell.hasCellValue ? part(cell.hiddenSize) : nil)
    }
  }

  /// Writes one text's state.
  ///
  /// - Parameters:
  ///   - states: of each layer.
  ///   - rows: the text's row in each layer's state.
  ///   - memory: [1, stateSize].
  package func store(_ states: [CellState], row: Int, to memory: Tensor) {
    var offset = 0
    for state in states {
      for part in [state.hidden, state.cell].compactMap(\.self) {
        copyColumns(
          part.value.slice(row..<row + 1), to: memory, at: offset, width: part.columns, rows: 1)
        offset += part.columns
      }
    }
  }

  // MARK: - One step

  /// Feeds a token to each text.
  ///
  /// - Parameter graph: an inference graph.
  /// - Returns: what the last layer gives, [B, outputSize], and the next states.
  package func step(
    _ tokens: [TokenID], _ states: [CellState], on graph: Graph
  ) -> (output: Variable, states: [CellState]) {
    var x = graph.lookup(embedding, tokens.map(Int.init))
    var next: [CellState] = []
    for (layer, cell) in cells.enumerated() {
      let made = cell.step(cell.project(x, on: graph), states[layer], mask: nil, on: graph)
      next.append(made)
      x = connections[layer].join(made.hidden, x, on: graph)
    }
    return (x, next)
  }

  /// What the output layer multiplies: what the last layer gives, or its projection to the width of tied vectors.
  func readout(_ output: Variable, on graph: Graph) -> Variable {
    readoutWeight.map { graph.affine(output, $0) } ?? output
  }

  /// Log-probabilities of the next token, [B, V].
  package func logProbabilities(_ output: Variable, on graph: Graph) -> Tensor {
    let logits = graph.affine(readout(output, on: graph), outputWeight, bias: outputBias)
    applyLogSoftmax(logits.value)
    return logits.value
  }

  /// The output layer with its loss; see `Graph.crossEntropy`.
  func crossEntropy(
    _ output: Variable, targets: [Int], smoothing: Float, scale: Float, on graph: Graph
  ) -> CrossEntropySums {
    graph.crossEntropy(
      readout(output, on: graph), outputWeight, bias: outputBias, targets: targets,
      smoothing: smoothing, scale: scale)
  }
}
