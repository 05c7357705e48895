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

  let data: any TrainingData<Network.Example>
  let validator: (any Validator)?
  let checkpoints: CheckpointFolder
  let workers: Workers
  let pieces: GradientPieces<Network>
  let optimizer: any Optimizer
  let average: Tensor?
  let planner: any TrainingPlan
  /// What a batch may have; see `TrainableNetwork.maximumCells`.
  let maximumCells: Int
  let report: (TrainingEvent) -> Void
  let saveBest: (TrainingState.Milestone, Tensor) throws -> Void
  let clock = MonotonicClock()
  /// The best of all validations, the one made when stopping included.
  var bestSaved: TrainingState.Milestone?
  var secondsOfValidation = 0.0
  /// The update that the last validation was of.
  var lastValidation = -1
  /// How many updates in a row had no example that could be read.
  var updatesWithoutExamples = 0
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
    let last = checkpoints.all().last
    weights =
      initialWeights
      ?? (last == nil
        ? network.table.initialWeights(seed: config.seed)
        : Tensor(rows: 1, columns: network.table.count))
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
    if let last {
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
    isAveraging ? average ?? weights : weights
  }

  /// Whether the average has begun: a moving one with the run, the mean of NT-ASGD when it is triggered.
  var isAveraging: Bool { config.averageAfter == 0 || state.averagingSince != nil }

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
}
