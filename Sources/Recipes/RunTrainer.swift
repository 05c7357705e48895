package import Seq2Seq
package import Tensors

/// The trainer of a run in its folder: it notes in the log what happens, keeps the best model, and counts the
/// time that was taken before it began.
package final class RunTrainer<Network: TrainableNetwork> {
  private let trainer: Trainer<Network>
  private let home: RunFolder

  /// - Parameters:
  ///   - facts: what the run was begun with.
  ///   - pairs: of source and target learned from.
  ///   - initialWeights: what a new run begins with; drawn by the seed where nil.
  ///   - log: made by the folder; opened here.
  ///   - report: told of all that happens, in order, before it is noted in the log.
  ///   - best: the model that is to be saved, of weights as the network's table cuts them.
  package init(
    _ home: RunFolder, _ recipe: some RecipeDocument, facts: RunFolder.Facts, pairs: Int,
    network: Network, initialWeights: Tensor? = nil, data: any TrainingData<Network.Example>,
    validator: (any Validator)?, workers: Int, log: TrainingLog,
    report: @escaping (TrainingEvent) -> Void,
    best: @escaping (ModelOrigin, Tensor) throws -> any StoredModel
  ) throws {
    self.home = home
    let progress = Progress<Network>()
    trainer = try Trainer(
      network: network, config: recipe.training, initialWeights: initialWeights, data: data,
      validator: validator, checkpoints: home.checkpoints, workers: workers,
      bestSaved: facts.best,
      report: { event in
        report(event)
        log.note(event)
      },
      saveBest: { milestone, weights in
        let origin = ModelOrigin(
          recipe: (recipe.name, recipe.notes), pairs: pairs,
          fingerprint: facts.trainingFingerprint, milestone: milestone,
          state: progress.trainer?.state)
        try best(origin, weights).write(to: home.best)
        var known = facts
        known.best = milestone
        try home.write(known)
      })
    progress.trainer = trainer
    log.open(update: trainer.state.update)
  }

  /// Where the run stands.
  package var state: TrainingState { trainer.state }

  /// Trains until something says stop; see `Trainer.run`.
  package func run(budget: Double?, isInterrupted: () -> Bool) throws -> StopReason {
    // Reading the data has taken its share of the time already.
    let spent = home.begun.duration(to: .now) / .seconds(1)
    return try trainer.run(budget: budget.map { $0 - spent }, isInterrupted: isInterrupted)
  }
}

/// What the model that is being saved asks of the trainer that saves it.
private final class Progress<Network: TrainableNetwork> {
  weak var trainer: Trainer<Network>?
}
