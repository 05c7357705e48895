internal import Neural

extension EncoderDecoder {
  /// Bytes that training keeps whatever the batch: weights, a gradient a piece, moments, average.
  func fixedTrainingBytes(_ training: TrainingConfig) -> Int {
    let moments = training.optimizer == .sgd ? 1 : 2
    let average = training.averageDecay > 0 ? 1 : 0
    return 4 * table.count * (1 + training.pieces + moments + average)
  }

  /// Bytes of values and gradients that a source and a target token leave on the tape together.
  var activationBytesPerCell: Int {
    let c = config
    let directions = c.bidirectional ? 2 : 1
    // Gates, cell, hidden, what is carried, input dropout: each layer and direction.
    let encoderLayer = directions * 7 * c.encoderHiddenSize + 3 * c.memorySize
    let source = 2 * c.embeddingSize + c.encoderLayers * encoderLayer + 3 * c.memorySize
    let decoderLayer = 8 * c.decoderHiddenSize
    let target =
      2 * c.embeddingSize + c.decoderLayers * decoderLayer + c.memorySize
      + 6 * c.decoderHiddenSize
    // Layer normalisation keeps its input, its output and the normalised input.
    let normalization =
      c.layerNormalization
      ? directions * c.encoderLayers * 12 * c.encoderHiddenSize
        + c.decoderLayers * 14 * c.decoderHiddenSize : 0
    return 4 * 2 * (max(source, target) + normalization)
  }

  /// How many rows × (longest source + longest target) a batch may have within the memory bound.
  ///
  /// - Throws: `ConfigurationError` if not even a batch of one longest pair fits.
  func maximumCells(_ training: TrainingConfig) throws -> Int {
    let blocks = 4 * training.pieces * 256 * config.targetVocabularySize
    let program = 64 << 20
    let left =
      (training.memoryLimit << 20) - fixedTrainingBytes(training) - blocks - program
    let cells = left / activationBytesPerCell
    guard cells >= 2 * training.maxLength else {
      let needed =
        (training.memoryLimit << 20) - left + 2 * training.maxLength * activationBytesPerCell
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
