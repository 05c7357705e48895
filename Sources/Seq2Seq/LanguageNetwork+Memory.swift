internal import Neural

extension LanguageNetwork {
  /// Bytes that a token leaves on the tape: values with their gradients, and what the backward pass needs besides.
  private var activationBytesPerToken: Int {
    let c = config
    // Vectors, without and with what is dropped; of each layer the cell's step, what goes past it with its gate,
    // dropped; the readout.
    var numbers = 3 * c.embeddingSize
    let tape = c.cellTape
    for cell in cells { numbers += (tape.values + tape.extra / 2 + 3) * cell.hiddenSize }
    // Inputs of products, laid out for the gradients of weights.
    var inputs = 2 * c.embeddingSize + 15
    for cell in cells { inputs += 3 * (cell.hiddenSize + 15) }
    if c.tiesEmbeddings { numbers += c.embeddingSize }
    // Values and gradients, then masks and normalised inputs.
    let whole = 2 * numbers + numbers / 2 + inputs
    return 4 * (whole + whole / 16)
  }

  public func maximumCells(_ training: TrainingConfig) throws -> Int {
    let (least, example) =
      learnsStreams
      ? (training.steps, "stream of 'training.steps' \(training.steps) tokens")
      : (training.maxLength, "line of 'training.maxLength' \(training.maxLength)")
    return try cells(
      within: training, bytesPerCell: activationBytesPerToken, atLeast: least, example: example)
  }
}
