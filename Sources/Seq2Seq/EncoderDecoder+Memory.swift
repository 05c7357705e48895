internal import Neural

extension EncoderDecoder {
  /// Bytes that training keeps whatever the batch: weights, as they are and packed for both passes, a
  /// gradient a piece, moments, average.
  package func fixedTrainingBytes(_ training: TrainingConfig) -> Int {
    let moments = training.optimizer == .sgd ? 1 : 2
    let average = training.averageDecay > 0 ? 1 : 0
    let packed = table.parameters.reduce(0) { $0 + ($1.isMultiplied ? 2 * $1.count : 0) }
    return 4 * (table.count * (1 + training.pieces + moments + average) + packed)
  }

  /// Bytes that a source or a target token, whichever has more, leaves on the tape: values with their
  /// gradients, and what the backward pass needs besides (masks, normalised inputs, attention weights).
  ///
  /// - Parameter longest: longest source, in tokens.
  func activationBytesPerCell(longest: Int) -> Int {
    let c = config
    let directions = c.bidirectional ? 2 : 1
    let (embedding, memory) = (c.embeddingSize, c.memorySize)
    let (units, hidden) = (directions * c.encoderHiddenSize, c.decoderHiddenSize)
    // Each layer: gates, what is carried, cell, hidden; directions side by side, input dropout, the sum
    // with the input. Then output dropout, the order of sentences, keys.
    var source = 2 * embedding + c.encoderLayers * (7 * units + 3 * memory) + 2 * memory + hidden
    var sourceExtra = embedding + c.encoderLayers * memory
    // Each layer the same; then what is fed, compared, joined, attentional, dropout, readout.
    var target =
      2 * embedding + c.decoderLayers * 9 * hidden + memory + 5 * hidden
      + (c.tying == .none ? 0 : embedding)
    var targetExtra = embedding + c.decoderLayers * hidden + 2 * longest
    if c.layerNormalization {
      // Both products before they are normalised, and the cell value after.
      source += c.encoderLayers * 9 * units
      sourceExtra += c.encoderLayers * 9 * units
      target += c.decoderLayers * 9 * hidden + 4 * hidden
      targetExtra += c.decoderLayers * 9 * hidden + 4 * hidden
    }
    let numbers = max(2 * source + sourceExtra, 2 * target + targetExtra)
    // A workspace takes a sixteenth more than it needs.
    return 4 * (numbers + numbers / 16)
  }

  /// How many rows × (longest source + longest target) a batch may have within the memory bound.
  ///
  /// - Throws: `ConfigurationError` if not even a batch of one longest pair fits.
  package func maximumCells(_ training: TrainingConfig) throws -> Int {
    let blocks = 4 * training.pieces * 512 * config.targetVocabularySize
    let program = 64 << 20
    let left =
      (training.memoryLimit << 20) - fixedTrainingBytes(training) - blocks - program
    let bytes = activationBytesPerCell(longest: training.maxLength)
    let cells = left / bytes
    guard cells >= 2 * training.maxLength else {
      let needed =
        (training.memoryLimit << 20) - left + 2 * training.maxLength * bytes
      throw ConfigurationError(
        key: "training.memoryLimit",
        message:
          "is \(training.memoryLimit) MiB, but this model needs \((needed >> 20) + 1) MiB to train on one "
          + "pair of 'training.maxLength' \(training.maxLength); raise it, or make the model smaller"
      )
    }
    return cells
  }
}
