public import Neural
public import Tensors

extension AttentionDecoder {
  /// What the decoder says itself where it is fed `inputs`, drawn by its probabilities (scheduled sampling,
  /// Bengio et al. 2015; in one pass over known inputs, as by Duckworth et al. 2019).
  ///
  /// - Parameters:
  ///   - inputs: as for `loss`.
  ///   - positions: packed positions that are asked about.
  ///   - graph: an inference graph.
  /// - Returns: a token a position.
  public func draws(
    _ encoded: EncoderOutput, inputs: PackedSequences, positions: [Int],
    using generator: inout RandomGenerator, on graph: Graph
  ) -> [TokenID] {
    precondition(graph.mode == .inference, "what is drawn takes no gradient")
    guard !positions.isEmpty else { return [] }
    let projected = project(
      inputs.tokens, mask: nil, steps: [0..<inputs.tokens.count], on: graph)
    let (memory, start) = begin(encoded, on: graph)
    var state = start
    let whole = graph.unroll(inputs.steps) { _ in
      (state, _) = step(graph.stepRows(of: projected), state, memory, masks: nil, on: graph)
      return [state.attentional]
    }
    let sampler = TokenSampler(temperature: 1, topK: 0, topP: 1)
    let output = graph.companions(1)[0]
    var tokens: [TokenID] = []
    // A block of the vocabulary's scores at a time, as in the loss.
    for start in stride(from: 0, to: positions.count, by: Self.scoredAtOnce) {
      let block = positions[start..<min(start + Self.scoredAtOnce, positions.count)]
      output.reset()
      let scores = logProbabilities(output.gather(whole[0], Array(block)), on: output)
      for row in block.indices {
        let token = sampler.choose(from: scores, row: row - start, using: &generator)
        tokens.append(TokenID(token ?? Int(Mark.end)))
      }
    }
    return tokens
  }

  /// Positions whose scores of the whole vocabulary are in memory together.
  private static let scoredAtOnce = 512

  /// Teacher forcing: the step unrolled over known targets, and its cross-entropy.
  ///
  /// - Parameters:
  ///   - inputs: what each step is fed: the begin mark, then the target but for its last token; packed in
  ///     batch order, which must be longest target first.
  ///   - targets: what each step should predict, packed alike.
  ///   - coverage: λ of Xu et al. (2015), eq. 14: what a sequence costs besides for every place of the memory
  ///     that it has not looked at once in all, λ (1 − Σₜ αₜ)². It is part of the gradient, not of the sums.
  ///   - rewards: factor of the gradient for each packed target; all 1 where nil.
  ///   - symmetricDivergence: what pairs of sequences that follow each other cost besides for predicting unlike things; see
  ///     `Graph.crossEntropy`.
  public func loss(
    _ encoded: EncoderOutput, inputs: PackedSequences, targets: PackedSequences,
    dropout: DropoutRates, smoothing: Float, coverage: Float = 0, rewards: [Float]? = nil,
    symmetricDivergence: Float = 0, scale: Float, on graph: Graph
  ) -> CrossEntropySums {
    precondition(
      inputs.order == Array(inputs.order.indices), "a batch is ordered by target length")
    graph.dropConnect(cells.flatMap(\.recurrentWeights), rate: dropout.recurrentWeights)
    let embeddingRows = dropout.variational ? inputs.count : inputs.tokens.count
    let projected = project(
      inputs.tokens,
      mask: graph.dropoutMask(
        rows: embeddingRows, columns: config.embeddingSize, rate: dropout.input),
      steps: dropout.variational ? inputs.steps : [0..<inputs.tokens.count], on: graph)
    let (memory, start) = begin(encoded, on: graph)
    var state = start
    let masks = self.masks(rows: inputs.count, dropout, on: graph)
    let whole = graph.unroll(inputs.steps) { _ in
      let (next, weights) = step(
        graph.stepRows(of: projected), state, memory, masks: masks, learnsWeights: coverage > 0,
        on: graph)
      state = next
      return coverage > 0 ? [next.attentional, weights] : [next.attentional]
    }
    if coverage > 0 {
      graph.addCoverageGradient(
        weights: whole[1], steps: inputs.steps, segments: memory.segments, factor: coverage * scale)
    }
    return graph.crossEntropy(
      readout(whole[0], on: graph), outputWeight, bias: outputBias, targets: targets.tokens,
      smoothing: smoothing, rewards: rewards, symmetricDivergence: symmetricDivergence, scale: scale
    )
  }
}
