internal import Neural
internal import Tensors

extension Trainer {
  /// One update from one or more batches; nil if the loss exploded and training went back.
  func update(with batches: [EpochBatches.Batch]) throws -> ProgressMeter.Update? {
    let planned = batches.reduce(0) { $0 + planner.targetTokens($1) }
    let number = state.update + 1
    var sums = CrossEntropySums()
    for (part, batch) in batches.enumerated() {
      sums += pieces.accumulate(
        planner.cut(batch, into: config.pieces), of: data, config: config,
        update: number, part: part, scale: 1 / Float(planned))
    }
    updatesWithoutExamples = sums.tokens == 0 ? updatesWithoutExamples + 1 : 0
    guard updatesWithoutExamples < 2 else {
      throw TrainingError(
        "updates \(number - 1) and \(number) found nothing to learn from: their examples can no longer be read; "
          + "see that the data is there again")
    }
    // Targets that were cut at random have more tokens than planned; gradients are means over the real ones.
    let correction = Double(planned) / Double(max(sums.tokens, 1))
    let norm = pieces.reduce() * correction
    let clippedNorm =
      config.clipValue > 0 && norm.isFinite
      ? pieces.clip(to: config.clipValue / Float(correction)) * correction : norm
    let loss = sums.smoothed / Double(max(sums.tokens, 1))
    // What penalties add may be large and does no harm.
    let crossEntropy = sums.negativeLogLikelihood / Double(max(sums.tokens, 1))
    guard norm.isFinite, loss.isFinite, crossEntropy < explodedLoss else {
      try undo(failed: number, loss: loss)
      return nil
    }
    let share = batches.reduce(0) { $0 + planner.rateShare($1) } / Double(batches.count)
    let rate =
      LearningRate(config: config).rate(update: number, scale: state.learningRateScale)
      * Float(share)
    let clip = config.clipNorm > 0 ? min(1, Double(config.clipNorm) / max(clippedNorm, 1e-12)) : 1
    pieces.step(
      optimizer, average: isAveraging ? average : nil, averageDecay: averageDecay(update: number),
      update: number, learningRate: rate, gradientScale: Float(clip * correction))
    state.update = number
    // A finished run of which more was asked is not finished any more.
    state.finished = nil
    state.tokens += sums.tokens
    return ProgressMeter.Update(
      number: number, loss: sums.smoothed, tokens: sums.tokens, norm: norm, rate: rate)
  }

  /// How much of the average of weights stays in an update.
  private func averageDecay(update number: Int) -> Float {
    guard config.averageAfter > 0 else {
      // Early on the average follows closely, so that the first random weights are soon forgotten.
      return min(config.averageDecay, Float(1 + number) / Float(10 + number))
    }
    // The mean of all weights since averaging began.
    return 1 - 1 / Float(number - (state.averagingSince ?? 0))
  }

  /// Twice what an even guess costs: nothing that learns comes near.
  private var explodedLoss: Double {
    2 * naturalLogarithm(Double(network.targetVocabularySize)) + 1
  }
}
