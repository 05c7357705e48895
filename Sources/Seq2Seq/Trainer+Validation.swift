internal import Neural
internal import Tensors

extension Trainer {
  /// A regular validation and checkpoint; false if the weights turned out to be ruined and training
  /// went back.
  func validateAndSave() throws -> Bool {
    let result = try validate(isRegular: true)
    if let result, !result.loss.isFinite {
      try undo(failed: state.update, loss: result.loss)
      return false
    }
    if state.update > state.lastUndone ?? -1 { state.undoneInARow = 0 }
    try save()
    return true
  }

  /// Validates, and keeps what is best.
  ///
  /// - Parameter isRegular: whether it is of the run's rhythm, and counts for patience and learning rate.
  @discardableResult
  func validate(isRegular: Bool) throws -> ValidationResult? {
    guard let validator else { return nil }
    let started = clock.seconds
    let lent = pieces.lentForInference(evaluationWeights)
    var result = try validator.validate(lent, workers: workers.count)
    // What is no number would be a record that nothing can beat.
    guard result.loss.isFinite else { return result }
    result.trainingLoss = TrainingSample(data, maximumCells: maximumCells / config.pieces)
      .loss(network, lent, config: config, update: state.update, workers: workers)
    let milestone = TrainingState.Milestone(update: state.update, result: result)
    lastValidation = state.update
    let isBest = bestSaved.map { config.criterion.prefers(result, to: $0.result) } ?? true
    if isBest {
      try saveBest(milestone, evaluationWeights)
      bestSaved = milestone
    }
    secondsOfValidation = clock.seconds - started
    report(.validated(milestone, isBest: isBest, seconds: secondsOfValidation))
    if isRegular { note(milestone) }
    return result
  }

  /// Begins to average weights when a loss is worse than the best of those made at least `averageAfter` validations
  /// before it (the non-monotonic trigger of Merity et al. 2018, algorithm 1).
  ///
  /// - Returns: whether it does so now.
  private func noteForAveraging(_ milestone: TrainingState.Milestone) -> Bool {
    guard config.averageAfter > 0, state.averagingSince == nil else { return false }
    var losses = state.validationLosses ?? []
    if let best = losses.dropLast(config.averageAfter).min(), milestone.result.loss > best {
      state.averagingSince = state.update
      state.validationLosses = nil
      if let average { copy(weights, to: average) }
      report(.averagingBegan(update: state.update))
      return true
    }
    losses.append(milestone.result.loss)
    state.validationLosses = losses
    return false
  }

  /// What a regular validation means for patience and learning rate.
  private func note(_ milestone: TrainingState.Milestone) {
    let beginsToAverage = noteForAveraging(milestone)
    if state.best.map({ config.criterion.prefers(milestone.result, to: $0.result) }) ?? true {
      state.best = milestone
      state.validationsSinceBest = 0
      state.validationsSinceDecay = 0
      return
    }
    if beginsToAverage {
      // Weights that were not averaged stopped getting better: how long ago says nothing of a mean.
      state.validationsSinceBest = 0
      state.validationsSinceDecay = 0
      return
    }
    state.validationsSinceBest += 1
    state.validationsSinceDecay += 1
    if config.schedule == .plateau, state.validationsSinceDecay >= config.decayPatience {
      state.validationsSinceDecay = 0
      state.learningRateScale *= Double(config.decayFactor)
      report(.learningRateReduced(update: state.update, scale: state.learningRateScale))
    }
  }
}
