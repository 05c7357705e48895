internal import Neural

/// The dropout rates of one forward pass; all zero outside training.
public struct DropoutRates: Sendable, Equatable {
  public var input: Float = 0
  public var output: Float = 0
  public var recurrent: Float = 0
  /// Of recurrent weights, drawn once a pass.
  public var recurrentWeights: Float = 0
  /// Probability that a source token's vector is zeroed whole.
  public var word: Float = 0
  /// Whether input and output masks stay the same for a whole sequence.
  public var variational = true

  public init() {}

  public init(_ training: TrainingConfig) {
    input = training.inputDropout
    output = training.outputDropout
    recurrent = training.recurrentDropout
    recurrentWeights = training.recurrentWeightDropout
    word = training.wordDropout
    variational = training.variationalDropout
  }
}

extension Graph {
  /// Dropout of what enters or leaves a layer at all steps: one mask a sequence for all its steps (Gal & Ghahramani
  /// 2016), or chance for each number by itself.
  ///
  /// - Parameters:
  ///   - x: packed like the sequences, [N, any].
  ///   - rates: say which of the two.
  func dropped(
    _ x: Variable, rate: Float, _ rates: DropoutRates, of packed: PackedSequences
  ) -> Variable {
    let rows = rates.variational ? packed.count : x.rows
    return dropout(
      x, mask: dropoutMask(rows: rows, columns: x.columns, rate: rate),
      steps: rates.variational ? packed.steps : [0..<x.rows])
  }
}
