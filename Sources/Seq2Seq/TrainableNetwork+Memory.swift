internal import Neural

extension TrainableNetwork {
  /// Bytes that training keeps whatever the batch: weights, as they are and packed for both passes, their
  /// gradient, what each piece may have to add to by itself, moments, average.
  package func fixedTrainingBytes(_ training: TrainingConfig) -> Int {
    let moments = training.optimizer == .sgd ? 1 : 2
    let average = training.averageDecay > 0 || training.averageAfter > 0 ? 1 : 0
    let packed = table.parameters.reduce(0) { $0 + ($1.isMultiplied ? 2 * $1.count : 0) }
    // Rows that were looked up always wait for the others; products of very many rows do not.
    let own = table.parameters.reduce(0) { $0 + ($1.use == .lookedUp ? 0 : $1.count) }
    return 4 * (table.count * (2 + moments + average) + training.pieces * own + packed)
      + maskedBytes(training)
  }

  /// Bytes of the recurrent matrices that each piece masks for itself.
  private func maskedBytes(_ training: TrainingConfig) -> Int {
    guard training.recurrentWeightDropout > 0 else { return 0 }
    let numbers = table.parameters.reduce(0) { sum, parameter in
      parameter.use == .recurrent ? sum + Graph.dropConnectNumbers(parameter) + 64 : sum
    }
    // Both copies of R-Drop lie in one batch and go through one mask. A workspace takes a sixteenth more than it needs, and
    // fills up the last row of what it lends.
    return 4 * training.pieces * (numbers + numbers / 16)
  }

  /// How many rows × (longest source + longest target) a batch may have within the memory bound.
  ///
  /// - Parameters:
  ///   - bytes: what each of them leaves on the tape.
  ///   - blocks: of a piece's positions whose scores of the whole vocabulary are in memory together: that of
  ///     the loss, and further ones of 512 positions.
  ///   - least: what the longest example alone has.
  ///   - example: what messages call that one.
  /// - Throws: `ConfigurationError` if that one does not fit.
  package func cells(
    within training: TrainingConfig, bytesPerCell bytes: Int, scoredBlocks blocks: Int = 1,
    atLeast least: Int, example: @autoclosure () -> String
  ) throws -> Int {
    let positions = Graph.scoredRows(vocabulary: targetVocabularySize) + 512 * (blocks - 1)
    let blocks = 4 * training.pieces * positions * targetVocabularySize
    let program = 64 << 20
    let limit = training.memoryLimit << 20
    let left = limit - fixedTrainingBytes(training) - blocks - program
    let cells = left / bytes
    guard cells >= least else {
      let needed = limit - left + least * bytes
      throw ConfigurationError(
        key: "training.memoryLimit",
        message:
          "is \(training.memoryLimit) MiB, but this model needs \((needed >> 20) + 1) MiB to train on one "
          + "\(example()); raise it, or make the model smaller")
    }
    return cells
  }
}
