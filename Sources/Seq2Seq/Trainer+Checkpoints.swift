internal import Tensors

/// Of training; validations write checkpoints besides.
let secondsBetweenCheckpoints = 600.0
/// Steps undone one after the other before training gives up.
private let retries = 10

extension Trainer {
  /// Whether a state is one that every run of the recipe passes through and keeps, wherever it is
  /// stopped and resumed: those of validations, and the first.
  private func isRegular(_ state: TrainingState) -> Bool {
    config.validationInterval > 0
      ? state.update.isMultiple(of: config.validationInterval) : state.batch == 0
  }

  /// Regular checkpoints, oldest first.
  private func regularCheckpoints() -> [(path: String, state: TrainingState)] {
    checkpoints.all().compactMap { path in
      guard let state = try? Checkpoint(path: path).readState(), isRegular(state) else {
        return nil
      }
      return (path, state)
    }
  }

  func save() throws {
    let started = clock.seconds
    let path = checkpoints.path(update: state.update)
    // Of NT-ASGD before its trigger: whoever reads an average from a checkpoint finds the weights, not those drawn at first.
    if let average, !isAveraging { copy(weights, to: average) }
    try Checkpoint(path: path).write(state, buffers: buffers)
    // One that was made when stopping serves to resume and must not push out those to go back to.
    let kept = regularCheckpoints().suffix(config.keepCheckpoints).map(\.path)
    checkpoints.removeAll { $0 != path && !kept.contains($0) }
    lastSave = clock.seconds
    secondsOfCheckpoint = lastSave - started
    report(.checkpointSaved(path: path, update: state.update))
  }

  /// Takes up the state and the weights of a checkpoint.
  func restore(_ path: String) throws {
    state = try Checkpoint(path: path).read(into: buffers)
    pieces.weightsHaveChanged()
  }

  /// Goes back to a regular checkpoint and on at half the learning rate, when the weights of the state
  /// as it stands give a loss that has exploded.
  ///
  /// Never to one made when stopping, so that stopping changes nothing; and to one from before these
  /// weights, which no learning rate would help.
  ///
  /// - Parameter failed: number of the update, or of the validation, that showed it.
  func undo(failed: Int, loss: Double) throws {
    let message = "training diverges at update \(failed) (loss \(loss))"
    guard let good = regularCheckpoints().last(where: { $0.state.update < state.update }) else {
      throw TrainingError(
        "\(message), and there is no earlier checkpoint to go back to; start anew with a lower "
          + "'training.learningRate' or 'training.clipNorm'")
    }
    let (undone, inARow) = (state.undone + 1, state.undoneInARow + 1)
    guard inARow <= retries else {
      throw TrainingError(
        "\(message) even at \(state.learningRateScale) times its learning rate; lower "
          + "'training.learningRate' or 'training.clipNorm'")
    }
    // Newest first: killed in between, the run comes to this point again.
    for path in checkpoints.all().reversed() where path > good.path { checkpoints.remove(path) }
    try restore(good.path)
    state.learningRateScale *= 0.5
    (state.undone, state.undoneInARow, state.lastUndone) = (undone, inARow, failed)
    pieces.clear()
    // At once, so that a run killed now comes back to the lower rate too.
    try save()
    report(
      .stepUndone(
        update: failed, loss: loss, backTo: state.update, scale: state.learningRateScale))
  }
}
