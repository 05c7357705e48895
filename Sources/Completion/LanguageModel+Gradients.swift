public import Seq2Seq

extension LanguageModel {
  /// How much of a gradient survives in each layer.
  ///
  /// - Parameter text: lines that are read one after the other; units are drawn where there are none.
  public func gradientTraces(
    _ flow: GradientFlow, text: [String] = []
  ) -> [GradientFlow.Trace] {
    network.gradientTraces(flow, weights: weights, text: text.flatMap { units.encode($0) })
  }
}
