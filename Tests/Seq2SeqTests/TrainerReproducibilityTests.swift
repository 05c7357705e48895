import Foundation
import Seq2Seq
import TestSupport
import Testing

/// The weights after an update are a function of recipe, data and update, to the last bit.
@Suite struct TrainerReproducibilityTests {
  /// A run with a validator that makes the learning rate fall, like any that ends on a plateau.
  private func run(_ change: (inout TrainingConfig) -> Void = { _ in }) throws -> TrainingRun {
    let run = try TrainingRun()
    change(&run.config)
    run.validator = try LossValidator(run)
    return run
  }

  private func finished(workers: Int = 1, _ change: (inout TrainingConfig) -> Void = { _ in })
    throws -> [String: [UInt32]]
  {
    let run = try run(change)
    #expect(try run.session(workers: workers) == .updates)
    return try run.buffers()
  }

  @Test func anyNumberOfWorkers() throws {
    let one = try finished()
    #expect(Set(one.keys) == ["weights", "firstMoment", "secondMoment", "average"])
    for workers in [2, 5] {
      let same = try finished(workers: workers) == one
      #expect(same, "\(workers) workers")
    }
  }

  /// Validation lays out the average in the memory that training multiplies from, which must not be felt.
  @Test(arguments: [0, 0.9] as [Float]) func howOftenItIsValidated(averageDecay: Float) throws {
    func finished(every interval: Int) throws -> [String: [UInt32]] {
      try self.finished {
        $0.schedule = .constant
        $0.averageDecay = averageDecay
        $0.validationInterval = interval
      }
    }
    let same = try finished(every: 1) == finished(every: 100)
    #expect(same)
  }

  /// It judges the weights it is given, not those that training has laid out.
  @Test func theAverageIsWhatIsValidated() throws {
    let run = try run { $0.schedule = .constant }
    let trainer = try run.trainer()
    #expect(try trainer.run() == .updates)
    let expected = try LossValidator(run).validate(trainer.evaluationWeights).loss
    #expect(abs(try #require(run.validations.last) - expected) < 1e-4)
  }

  @Test func theSeedMatters() throws {
    let different = try finished() != finished { $0.seed = 2 }
    #expect(different)
    // Chance in the examples is part of it.
    let run = try run()
    run.data = ReverseTask(count: 120)
    try run.session()
    let changed = try run.buffers() != finished()
    #expect(changed)
  }

  @Test(arguments: [[1], [5, 1, 1], [6], [7, 11], [3, 3, 3, 3, 3, 3]])
  func stoppedAndResumed(_ sessions: [Int]) throws {
    let unbroken = try finished()
    let run = try run()
    for updates in sessions {
      #expect(try run.session(updates: updates, workers: 2) == .interrupted)
    }
    #expect(try run.session() == .updates)
    let same = try run.buffers() == unbroken
    #expect(same)
  }

  /// Killed between two checkpoints: what came after the last one is lost and done again.
  @Test func killedBetweenCheckpoints() throws {
    let unbroken = try finished()
    for updates in [6, 8, 13, 23] {
      let run = try run()
      try run.session(updates: updates)
      let all = run.checkpoints.all()
      try FileManager.default.removeItem(atPath: try #require(all.last))
      // What a kill in the middle of writing leaves behind.
      let partial = run.folder.path + "/update-00000099.safetensors.partial"
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: partial))
      #expect(try run.session() == .updates)
      let same = try run.buffers() == unbroken
      #expect(same, "after \(updates)")
    }
  }

  @Test func epochsAndWeightsOfExamples() throws {
    func change(_ config: inout TrainingConfig) {
      config.validationInterval = 0
      config.updates = 0
      config.epochs = 3
    }
    func prepared() throws -> TrainingRun {
      let run = try run(change)
      var weights = ExampleWeights()
      for number in 0..<60 { weights.append([0.5, 1, 2.25][number % 3], count: 1) }
      run.data = ReverseTask(count: 60, weights: weights, doubling: 0.1)
      return run
    }
    let whole = try prepared()
    #expect(try whole.session() == .epochs)
    #expect(whole.validations.count == 3)
    let broken = try prepared()
    while try broken.session(updates: 2, workers: 2) == .interrupted {}
    let same = try broken.buffers() == whole.buffers()
    #expect(same)
  }

  /// The same holds when a step explodes and is undone, wherever the run was stopped before.
  @Test func stoppedBeforeAnExplosion() throws {
    func prepared() throws -> TrainingRun {
      let run = try run {
        // The rate rises until a step goes wrong.
        $0.learningRate = 40
        $0.warmup = 200
        $0.clipNorm = 0
        $0.validationInterval = 5
        $0.schedule = .constant
        $0.updates = 30
        $0.patience = 0
      }
      return run
    }
    let whole = try prepared()
    #expect(try whole.session() == .updates)
    let first = try #require(whole.undone.first)
    #expect(first.backTo.isMultiple(of: 5) && first.backTo < first.update)
    let expected = try whole.buffers()
    for updates in Set([1, 2, first.update - 2, first.update - 1]) where updates > 0 {
      let run = try prepared()
      try run.session(updates: updates)
      #expect(try run.session() == .updates)
      let same = try run.buffers() == expected
      #expect(same, "stopped after \(updates), undone \(run.undone), else \(whole.undone)")
    }
  }
}
