public import Seq2Seq
package import Tensors

/// The trainer of a run in its folder: it notes in the log what happens, keeps the best model, and counts the
/// time that was taken before it began.
public final class RunTrainer {
  private let home: RunFolder
  /// Seconds taken before the trainer's clock began: reading the data has its share of a budget.
  private let secondsBefore: Double
  private let readState: () -> TrainingState
  private let train: (_ budget: Double?, _ isInterrupted: () -> Bool) throws -> StopReason

  /// - Parameters:
  ///   - facts: what the run was begun with.
  ///   - pairs: of source and target learned from.
  ///   - initialWeights: what a new run begins with; drawn by the seed where nil.
  ///   - log: made by the folder; opened here.
  ///   - report: told of all that happens, in order, before it is noted in the log.
  ///   - best: the model that is to be saved, of weights as the network's table cuts them.
  package init<Network: TrainableNetwork>(
    _ home: RunFolder, _ recipe: some RecipeDocument, facts: RunFolder.Facts, pairs: Int,
    network: Network, initialWeights: Tensor? = nil, data: any TrainingData<Network.Example>,
    validator: (any Validator)?, workers: Int, log: TrainingLog,
    report: @escaping (TrainingEvent) -> Void,
    best: @escaping (ModelOrigin, Tensor) throws -> any StoredModel
  ) throws {
    self.home = home
    let progress = Progress<Network>()
    secondsBefore = home.begun.duration(to: .now) / .seconds(1)
    let trainer = try Trainer(
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
    readState = { trainer.state }
    train = { try trainer.run(budget: $0, isInterrupted: $1) }
    log.open(update: trainer.state.update)
  }

  var folder: String { home.path }
  var bestModel: String { home.best }
  var state: TrainingState { readState() }

  func run(budget: Double?, isInterrupted: () -> Bool) throws -> StopReason {
    try train(budget.map { $0 - secondsBefore }, isInterrupted)
  }
}

/// What the model that is being saved asks of the trainer that saves it.
private final class Progress<Network: TrainableNetwork> {
  weak var trainer: Trainer<Network>?
}

/// A training run in a folder of its own, of whatever kind: begun anew or gone on with, as the folder says.
public protocol TrainingRun {
  var trainer: RunTrainer { get }
  /// Examples left out because they are longer than `training.maxLength`.
  var tooLong: Int { get }
}

extension TrainingRun {
  /// The folder of the run.
  public var folder: String { trainer.folder }

  /// The folder of the best model so far.
  public var bestModel: String { trainer.bestModel }

  /// Where the run stands.
  public var state: TrainingState { trainer.state }

  /// Trains until something says stop; see `Trainer.run`.
  public func run(
    budget: Double? = nil, isInterrupted: () -> Bool = { false }
  ) throws -> StopReason {
    try trainer.run(budget: budget, isInterrupted: isInterrupted)
  }
}
