internal import Neural
public import Tensors

extension LanguageText {
  /// What the model finds of the text with a cache of what it has read: one stream, one worker. Where lines stand alone
  /// the cache is carried along all the same, as the state is not.
  ///
  /// - Returns: sums over all tokens, ends of lines counted, in nats.
  public func cost(
    _ network: LanguageNetwork, _ weights: InferenceWeights,
    cache settings: ContinuousCache.Settings
  ) -> CrossEntropySums {
    let tokens = stream
    var cache = ContinuousCache(settings, width: network.outputSize)
    var sums = CrossEntropySums()
    let memory = Tensor(rows: 1, columns: network.stateSize)
    let (graph, output) = (weights.graph(), weights.graph())
    for part in isContinuous ? [tokens.indices] : lineRanges {
      for start in stride(from: 0, to: part.count, by: Self.steps) {
        let stretch = part.dropFirst(start).prefix(Self.steps)
        graph.reset()
        let (states, _, _) = network.outputs(
          [LanguageExample(of: tokens, stretch, memory: memory, isBeginning: start == 0)], on: graph
        )
        output.reset()
        let scores = network.logProbabilities(states, on: output)
        for (row, target) in tokens[stretch].enumerated() {
          let state = states.value.slice(row..<row + 1)
          sums.negativeLogLikelihood -= cache.logProbability(
            of: target, own: scores[row, Int(target)], state: state)
          cache.add(state, followedBy: target)
        }
        sums.tokens += stretch.count
      }
    }
    sums.smoothed = sums.negativeLogLikelihood
    return sums
  }
}
