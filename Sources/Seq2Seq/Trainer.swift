internal import Dispatch
internal import Neural
public import Tensors

/// Trains a network from examples: a loop over batches cut into pieces, with validations, checkpoints
/// and a way back from steps that go wrong.
///
/// The weights after update n are a function of recipe, data and n: not of the number of workers, nor
/// of how often the run was stopped and resumed.
public final class Trainer<Network: TrainableNetwork> {
  public let network: Network
  public let config: TrainingConfig
  public internal(set) var state = TrainingState()
  /// The weights that are being trained, flat.
  public let weights: Tensor

  private let data: any TrainingData<Network.Example>
  private let validator: (any Validator)?
  let checkpoints: CheckpointFolder
  private let workers: Workers
  let pieces: GradientPieces<Network>
  private let optimizer: any Optimizer
  private let average: Tensor?
  private let planner: any TrainingPlan
  /// What a batch may have; see `TrainableNetwork.maximumCells`.
  private let maximumCells: Int
  let report: (TrainingEvent) -> Void
  private let saveBest: (TrainingState.Milestone, Tensor) throws -> Void
  let clock = MonotonicClock()
  /// The best of all validations, the one made when stopping included.
  private var bestSaved: TrainingState.Milestone?
  private var secondsOfValidation = 0.0
  /// How many updates in a row had no example that could be read.
  private var updatesWithoutExamples = 0
  var secondsOfCheckpoint = 0.0
  /// When the last checkpoint of this session was written.
  var lastSave = 0.0

  /// - Parameters:
  ///   - initialWeights: what a new run begins with; kept and changed. Drawn by the seed where nil.
  ///   - checkpoints: an existing folder; if it holds checkpoints, the run goes on from the last one.
  ///   - bestSaved: the best validation of earlier sessions, whose model is already saved.
  ///   - report: told of all that happens, in order.
  ///   - saveBest: keeps weights that validated best so far.
  /// - Throws: when the bound on memory cannot be kept, or a checkpoint cannot be read or written.
  public init(
    network: Network, config: TrainingConfig, initialWeights: Tensor? = nil,
    data: any TrainingData<Network.Example>, validator: (any Validator)?,
    checkpoints: CheckpointFolder, workers count: Int,
    bestSaved: TrainingState.Milestone? = nil, report: @escaping (TrainingEvent) -> Void,
    saveBest: @escaping (TrainingState.Milestone, Tensor) throws -> Void
  ) throws {
    try config.validate()
    self.network = network
    self.config = config
    self.data = data
    self.validator = validator
    self.checkpoints = checkpoints
    self.bestSaved = bestSaved
    self.report = report
    self.saveBest = saveBest
    workers = Workers(count: count)
    // Asked before anything is allocated: a model that cannot fit is refused, not begun.
    maximumCells = try network.maximumCells(config)
    weights = initialWeights ?? network.table.initialWeights(seed: config.seed)
    precondition(weights.count == network.table.count, "weights of another network")
    pieces = GradientPieces(network, weights: weights, config: config, workers: workers)
    optimizer =
      switch config.optimizer {
      case .adam, .adamw:
        Adam(
          count: weights.count, beta1: config.beta1, beta2: config.beta2, epsilon: config.epsilon,
          weightDecay: config.optimizer == .adamw ? config.weightDecay : 0)
      case .sgd:
        GradientDescent(
          count: weights.count, momentum: config.momentum, weightDecay: config.weightDecay)
      }
    if config.averageDecay > 0 || config.averageAfter > 0 {
      let average = Tensor(rows: 1, columns: weights.count)
      copy(weights, to: average)
      self.average = average
    } else {
      average = nil
    }
    planner = try data.plan(config, maximumCells: maximumCells)
    if let last = checkpoints.all().last {
      do {
        try restore(last)
      } catch let error as SafetensorsError {
        throw TrainingError(
          "\(error); delete this checkpoint to resume from the one before")
      }
    } else {
      try save()
    }
  }

  var buffers: [(name: String, buffer: Tensor)] {
    [("weights", weights)] + optimizer.state + (average.map { [("average", $0)] } ?? [])
      + (data.carried.map { [("carried", $0)] } ?? [])
  }

  /// The weights that are validated and saved: their average if there is one.
  public var evaluationWeights: Tensor {
    config.averageAfter > 0 && state.averagingSince == nil ? weights : average ?? weights
  }

  /// Trains until something says stop.
  ///
  /// - Parameters:
  ///   - budget: seconds this session may take, the last validation and checkpoint included.
  ///   - isInterrupted: asked after every update.
  public func run(budget: Double? = nil, isInterrupted: () -> Bool = { false }) throws -> StopReason
  {
    var batches = planner.batches(epoch: state.epoch)
    guard !batches.isEmpty else { throw TrainingError("there is nothing to train on") }
    report(.started(update: state.update, parameters: network.table.count, batches: batches.count))
    var meter = ProgressMeter(clock: clock)
    /// Takes up the epoch that the state is in.
    func plan() {
      // What is done with goes first: a large corpus's order is not to be in memory twice.
      batches = EpochBatches()
      batches = planner.batches(epoch: state.epoch)
    }
    /// Goes on from where an undone step led back to.
    func goOn() {
      plan()
      meter = ProgressMeter(clock: clock)
    }
    /// Does something between updates, whose speed it is not to lower.
    ///
    /// - Parameter body: false if an undone step led back.
    func interrupt(_ body: () throws -> Bool) rethrows {
      let begun = clock.seconds
      let isOnward = try body()
      meter.leaveOut(clock.seconds - begun)
      if !isOnward { goOn() }
    }
    while true {
      if let reason = stopReason(budget: budget, isInterrupted: isInterrupted) {
        return try stop(reason)
      }
      if state.batch >= batches.count {
        state.epoch += 1
        state.batch = 0
        plan()
        if config.validationInterval == 0 { try interrupt { try validateAndSave() } }
        continue
      }
      let started = clock.seconds
      let last = min(state.batch + config.accumulation, batches.count)
      let taken = (state.batch..<last).map { batches[$0] }
      guard let made = try update(with: taken) else {
        goOn()
        continue
      }
      state.seconds += clock.seconds - started
      state.batch += taken.count
      meter.add(made)
      if meter.isDue {
        report(
          .progress(
            meter.take(state, batches: batches.count, fraction: fraction(batches.count, budget))))
      }
      if config.validationInterval > 0, state.update.isMultiple(of: config.validationInterval) {
        try interrupt { try validateAndSave() }
      } else if clock.seconds - lastSave > secondsBetweenCheckpoints {
        try interrupt {
          try save()
          return true
        }
      }
    }
  }

  /// One update from one or more batches; nil if the loss exploded and training went back.
  private func update(with batches: [EpochBatches.Batch]) throws -> ProgressMeter.Update? {
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
    guard norm.isFinite, loss < explodedLoss else {
      try undo(failed: number, loss: loss)
      return nil
    }
    let share = batches.reduce(0) { $0 + planner.rateShare($1) } / Double(batches.count)
    let rate =
      LearningRate(config: config).rate(update: number, scale: state.learningRateScale)
      * Float(share)
    let clip = config.clipNorm > 0 ? min(1, Double(config.clipNorm) / max(clippedNorm, 1e-12)) : 1
    pieces.step(
      optimizer, average: average, averageDecay: averageDecay(update: number),
      update: number, learningRate: rate, gradientScale: Float(clip * correction))
    state.update = number
    // A finished run of which more was asked is not finished any more.
    state.finished = nil
    state.tokens += sums.tokens
    return ProgressMeter.Update(loss: sums.smoothed, tokens: sums.tokens, norm: norm, rate: rate)
  }

  /// How much of the average of weights stays in an update.
  private func averageDecay(update number: Int) -> Float {
    guard config.averageAfter > 0 else {
      // Early on the average follows closely, so that the first random weights are soon forgotten.
      return min(config.averageDecay, Float(1 + number) / Float(10 + number))
    }
    // The mean of all weights since averaging began; before, it goes along with the weights.
    guard let begun = state.averagingSince else { return 0 }
    return 1 - 1 / Float(number - begun)
  }

  /// Twice what an even guess costs: nothing that learns comes near.
  private var explodedLoss: Double {
    2 * naturalLogarithm(Double(network.targetVocabularySize)) + 1
  }

  // MARK: - Stopping

  private func stopReason(budget: Double?, isInterrupted: () -> Bool) -> StopReason? {
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
  private func fraction(_ batches: Int, _ budget: Double?) -> Double? {
    [
      config.updates > 0 ? Double(state.update) / Double(config.updates) : nil,
      config.epochs > 0
        ? (Double(state.epoch) + Double(state.batch) / Double(max(batches, 1)))
          / Double(config.epochs) : nil,
      budget.map { clock.seconds / $0 },
    ].compactMap(\.self).max()
  }

  private func stop(_ reason: StopReason) throws -> StopReason {
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

  // MARK: - Validation

  private var lastValidation = -1

  /// A regular validation and checkpoint; false if the weights turned out to be ruined and training
  /// went back.
  private func validateAndSave() throws -> Bool {
    let result = try validate(isRegular: true)
    if let result, !result.loss.isFinite {
      try undo(failed: state.update, loss: result.loss)
      return false
    }
    if state.update > state.lastUndone ?? -1 { state.undoneInARow = 0 }
    try save()
    return true
  }

  @discardableResult
  private func validate(isRegular: Bool) throws -> ValidationResult? {
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
  private func noteForAveraging(_ milestone: TrainingState.Milestone) {
    guard config.averageAfter > 0, state.averagingSince == nil else { return }
    var losses = state.validationLosses ?? []
    if let best = losses.dropLast(config.averageAfter).min(), milestone.result.loss > best {
      state.averagingSince = state.update
      state.validationLosses = nil
      report(.averagingBegan(update: state.update))
      return
    }
    losses.append(milestone.result.loss)
    state.validationLosses = losses
  }

  /// What a regular validation means for patience and learning rate.
  private func note(_ milestone: TrainingState.Milestone) {
    noteForAveraging(milestone)
    if state.best.map({ config.criterion.prefers(milestone.result, to: $0.result) }) ?? true {
      state.best = milestone
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
