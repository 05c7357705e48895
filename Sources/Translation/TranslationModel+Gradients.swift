public import Seq2Seq
internal import Tokenization

extension TranslationModel {
  /// How much of a gradient survives in each layer of encoder and decoder.
  ///
  /// - Parameters:
  ///   - source: lines that the encoder reads one after the other; tokens are drawn where there are none.
  ///   - target: lines that the decoder is fed; likewise.
  public func gradientTraces(
    _ flow: GradientFlow, source: [String] = [], target: [String] = []
  ) -> [GradientFlow.Trace] {
    network.gradientTraces(
      flow, weights: weights, source: source.flatMap { sourceSubwords.encode($0) },
      target: target.flatMap { targetSubwords.encode($0) })
  }
}
