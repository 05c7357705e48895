/// Which examples make a batch, in which order batches come, and how one is cut for the workers.
///
/// All of it is a function of the data, the settings and the epoch alone, so that a resumed run asks for the epoch
/// again and skips what it has done.
public protocol TrainingPlan: Sendable {
  /// The batches of an epoch in the order of training.
  func batches(epoch: Int) -> EpochBatches

  /// The examples of a batch, a list a piece, by the numbers that the data knows them by. The result depends on the
  /// batch alone, never on how many workers take the pieces.
  func cut(_ batch: EpochBatches.Batch, into pieces: Int) -> [[Int]]

  /// Target tokens of a batch, end marks counted.
  func targetTokens(_ batch: EpochBatches.Batch) -> Int

  /// The learning rate of a batch as a share of the rate that it would have elsewhere.
  func rateShare(_ batch: EpochBatches.Batch) -> Double
}

extension TrainingPlan {
  public func rateShare(_ batch: EpochBatches.Batch) -> Double { 1 }
}

extension BatchPlanner: TrainingPlan {}
