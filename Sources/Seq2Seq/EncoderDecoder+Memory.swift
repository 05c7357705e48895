internal import Neural

extension DecoderConfig {
  /// Numbers that a target token leaves on the tape: values with their gradients, and what the backward
  /// pass needs besides.
  ///
  /// - Parameter longest: most places of a memory.
  package func activationNumbers(longest: Int) -> Int {
    // Each layer: the cell's step, input, the sum with it; then what is fed, compared, joined, attentional,
    // dropout, readout; of a gate, itself and what it lets through.
    let tape = cellTape
    var target =
      2 * embeddingSize + layers * (tape.values + 2) * hiddenSize + memorySize + 5 * hiddenSize
      + (tiesEmbeddings ? embeddingSize : 0)
    if attentionGate { target += 2 * memorySize + hiddenSize }
    // A gate for each layer but the first, and what it lets through.
    if connections == .highway { target += 2 * layers * hiddenSize }
    // Then inputs of products, laid out for the gradients of weights: of layers, their state, what is compared, joined,
    // read out.
    var extra = embeddingSize + layers * (tape.extra + 1) * hiddenSize + 2 * longest
    extra += embeddingSize + memorySize + (2 * layers + 4) * (hiddenSize + 15)
    if attentionGate { extra += memorySize + hiddenSize }
    if connections == .highway { extra += layers * hiddenSize }
    if layerNormalization {
      // What is fed, before it is normalised.
      target += cell.gates * hiddenSize
      extra += cell.gates * hiddenSize
    }
    return 2 * target + extra
  }
}

extension EncoderDecoder {
  /// Bytes that a source or a target token, whichever has more, leaves on the tape: values with their
  /// gradients, and what the backward pass needs besides (masks, normalised inputs, attention weights).
  ///
  /// The longest source has `training.maxLength` tokens.
  private func activationBytesPerCell(_ training: TrainingConfig) -> Int {
    let c = config
    let directions = c.bidirectional ? 2 : 1
    let (embedding, memory) = (c.embeddingSize, c.memorySize)
    let (units, hidden) = (directions * c.encoderHiddenSize, c.decoderHiddenSize)
    // Each layer: the cell's step; directions side by side, input dropout, the sum with the input. Then
    // output dropout, the order of sentences, keys.
    let tape = c.cellTape
    var source =
      2 * embedding + c.encoderLayers * (tape.values * units + 3 * memory) + 2 * memory + hidden
    // Inputs of products once more, of each direction, laid out for the gradients of weights.
    let inputs = directions * (embedding + (c.encoderLayers - 1) * memory) + memory
    let sourceExtra =
      embedding + c.encoderLayers * ((tape.extra + 1) * units + memory) + inputs
      + 15 * (3 * c.encoderLayers + 1)
    if training.wordDropout > 0 { source += embedding }
    if c.connections == .highway { source += 3 * c.encoderLayers * memory }
    let numbers = max(
      2 * source + sourceExtra, c.decoder.activationNumbers(longest: training.maxLength))
    // A workspace takes a sixteenth more than it needs.
    let bytes = 4 * (numbers + numbers / 16)
    // R-Drop goes through everything twice.
    return training.rDrop > 0 ? 2 * bytes : bytes
  }

  public func maximumCells(_ training: TrainingConfig) throws -> Int {
    try cells(
      within: training, bytesPerCell: activationBytesPerCell(training),
      scoredBlocks: training.rDrop > 0 ? 2 : 1,
      atLeast: 2 * training.maxLength,
      example: "pair of 'training.maxLength' \(training.maxLength)")
  }
}
