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
