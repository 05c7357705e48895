import Foundation
import Neural
import Seq2Seq
import Synchronization
import Tensors
import TestSupport

/// A training run in a folder of its own, in one session or several.
final class TrainingRun {
  let folder: TemporaryFolder
  var model = ReverseTask.config()
  var config = TrainingRun.everything
  var data = ReverseTask(count: 120, doubling: 0.2)
  var validator: (any Validator)?
  var bestSaved: TrainingState.Milestone?
  private(set) var events: [TrainingEvent] = []
  private(set) var best: [TrainingState.Milestone] = []

  init() throws { folder = try TemporaryFolder() }

  var checkpoints: CheckpointFolder { CheckpointFolder(path: folder.path) }

  func trainer(workers: Int = 1) throws -> Trainer<EncoderDecoder> {
    try Trainer(
      network: EncoderDecoder(model), config: config, data: data, validator: validator,
      checkpoints: checkpoints, workers: workers, bestSaved: bestSaved,
      report: { [unowned self] in events.append($0) },
      saveBest: { [unowned self] milestone, _ in
        best.append(milestone)
        bestSaved = milestone
      })
  }

  /// One session, stopped after `updates` more of them or when the run is over.
  @discardableResult
  func session(updates: Int = .max, workers: Int = 1) throws -> StopReason {
    let trainer = try trainer(workers: workers)
    let last = updates == .max ? Int.max : trainer.state.update + updates
    return try trainer.run(isInterrupted: { trainer.state.update >= last })
  }

  /// Weights, average and moments as the last checkpoint has them, bit by bit.
  func buffers() throws -> [String: [UInt32]] {
    guard let last = checkpoints.all().last else { return [:] }
    let file = try SafetensorsFile(path: last)
    return try Dictionary(
      uniqueKeysWithValues: file.tensors.map { tensor in
        (tensor.name, try file.floats(tensor.name).map(\.bitPattern))
      })
  }

  /// Updates that were undone, and where they led back to.
  var undone: [(update: Int, backTo: Int, scale: Double)] {
    events.compactMap { event in
      if case .stepUndone(let update, _, let backTo, let scale) = event {
        return (update, backTo, scale)
      }
      return nil
    }
  }

  /// Loss of each validation.
  var validations: [Double] {
    events.compactMap { event in
      if case .validated(let milestone, _, _) = event { return milestone.result.loss }
      return nil
    }
  }

  /// Nearly all that a recipe may ask for, in a run of 24 updates.
  static let everything: TrainingConfig = {
    var config = TrainingConfig()
    config.batchTokens = 60
    config.pieces = 3
    config.accumulation = 2
    config.memoryLimit = 200
    config.maxLength = 20
    config.updates = 24
    config.learningRate = 0.01
    config.warmup = 5
    config.schedule = .plateau
    config.decayPatience = 1
    config.decayFactor = 0.5
    config.validationInterval = 6
    config.criterion = .loss
    config.recurrentDropout = 0.1
    config.recurrentWeightDropout = 0.1
    config.averageDecay = 0.9
    config.optimizer = .adamw
    config.weightDecay = 0.01
    return config
  }()
}

/// The mean loss over examples, by the weights it is given.
struct LossValidator: Validator {
  var network: EncoderDecoder
  var data: ReverseTask

  init(_ run: TrainingRun) throws {
    network = try EncoderDecoder(run.model)
    data = ReverseTask(count: 20, seed: 99)
  }

  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult {
    validate(on: weights.graph())
  }

  /// - Parameter weights: flat.
  func validate(_ weights: Tensor) -> ValidationResult { validate(on: Graph(weights: weights)) }

  private func validate(on graph: Graph) -> ValidationResult {
    let sums = network.loss(data.examples, on: graph)
    let tokens = data.examples.reduce(0) { $0 + $1.target.count + 1 }
    return ValidationResult(loss: sums.negativeLogLikelihood / Double(tokens), bleu: nil)
  }
}

/// Results as written down beforehand, whatever the weights; the last one again and again.
final class ScriptedValidator: Validator {
  private let results: [ValidationResult]
  private(set) var calls = 0

  init(losses: [Double], bleu: [Double]? = nil) {
    results = losses.enumerated().map { ValidationResult(loss: $1, bleu: bleu?[$0]) }
  }

  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult {
    defer { calls += 1 }
    return results[min(calls, results.count - 1)]
  }
}
