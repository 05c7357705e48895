extension Trainer {
  func stopReason(budget: Double?, isInterrupted: () -> Bool) -> StopReason? {
    if isInterrupted() { return .interrupted }
    if config.updates > 0, state.update >= config.updates { return .updates }
    if config.epochs > 0, state.epoch >= config.epochs { return .epochs }
    if config.patience > 0, state.validationsSinceBest >= config.patience { return .patience }
    if let budget {
      // Time is kept for a last validation and checkpoint, with something to spare; before the first
      // validation nobody knows how long one takes.
      let validation =
        validator != nil && secondsOfValidation == 0 ? 0.1 * budget : secondsOfValidation
      let reserve = 1.3 * (validation + secondsOfCheckpoint) + 1
      if clock.seconds + reserve >= budget { return .budget }
    }
    return nil
  }

  /// Share done of whichever bound comes first.
  func fraction(_ batches: Int, _ budget: Double?) -> Double? {
    [
      config.updates > 0 ? Double(state.update) / Double(config.updates) : nil,
      config.epochs > 0
        ? (Double(state.epoch) + Double(state.batch) / Double(max(batches, 1)))
          / Double(config.epochs) : nil,
      budget.map { clock.seconds / $0 },
    ].compactMap(\.self).max()
  }

  func stop(_ reason: StopReason) throws -> StopReason {
    // A finished run that is asked again has nothing new to validate or to save.
    let wasFinished = state.finished == reason
    state.finished = reason.isFinal ? reason : nil
    if reason != .interrupted, !wasFinished, lastValidation != state.update {
      // Off the regular rhythm: it may find the best model, but must not move the learning rate.
      try validate(isRegular: false)
    }
    if !wasFinished { try save() }
    report(.stopped(reason, state))
    return reason
  }
}
