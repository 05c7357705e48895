import Foundation
import Seq2Seq
import TestSupport
import Testing

@Suite struct TrainerStoppingTests {
  @Test func updatesDoneStayDone() throws {
    let run = try TrainingRun()
    #expect(try run.session() == .updates)
    let before = try run.buffers()
    let trainer = try run.trainer()
    #expect(trainer.state.update == 24 && trainer.state.finished == .updates)
    #expect(try trainer.run() == .updates)
    let same = try run.buffers() == before
    #expect(same)
  }

  @Test func aFinishedRunGoesOnWhenMoreIsAskedFor() throws {
    let run = try TrainingRun()
    #expect(try run.session() == .updates)
    // Where a validation is due, and where none is.
    for updates in [30, 32] {
      run.config.updates = updates
      #expect(try run.session() == .updates)
      #expect(try run.trainer().state.update == updates)
    }
  }

  @Test func budgetAndInterruptionLetTheRunGoOn() throws {
    let run = try TrainingRun()
    let validator = ScriptedValidator(losses: [5, 4, 3, 2, 1])
    run.validator = validator
    let trainer = try run.trainer()
    #expect(try trainer.run(budget: 0) == .budget)
    // The best so far is wanted even then.
    #expect(validator.calls == 1 && run.best.map(\.update) == [0])
    #expect(trainer.state.finished == nil && trainer.state.update == 0)
    #expect(try trainer.run(isInterrupted: { trainer.state.update >= 3 }) == .interrupted)
    // Whoever asks to stop wants no validation first, but a checkpoint.
    #expect(validator.calls == 1)
    #expect(run.checkpoints.all().last?.hasSuffix("update-00000003.safetensors") == true)
    #expect(try run.session() == .updates)
    guard case .stopped(.updates, let state) = try #require(run.events.last) else {
      Issue.record("\(run.events.last as Any)")
      return
    }
    #expect(state.update == 24)
  }

  @Test func patienceEnds() throws {
    let run = try TrainingRun()
    run.config.updates = 0
    run.config.patience = 3
    run.config.decayPatience = 2
    run.config.decayFactor = 0.5
    run.validator = ScriptedValidator(losses: [4, 3, 3.5, 3.2, 3.1])
    let trainer = try run.trainer()
    #expect(try trainer.run() == .patience)
    #expect(trainer.state.update == 30)
    #expect(run.best.map(\.update) == [6, 12])
    #expect(trainer.state.best?.update == 12)
    // Two validations without progress: the rate fell once.
    #expect(trainer.state.learningRateScale == 0.5)
    let reductions = run.events.compactMap { event -> [Double]? in
      if case .learningRateReduced(let update, let scale) = event {
        [Double(update), scale]
      } else {
        nil
      }
    }
    #expect(reductions == [[24, 0.5]])
  }

  /// Of equal BLEU the lower loss is better.
  @Test func bestByBLEUOrLoss() throws {
    for (criterion, expected) in [
      (TrainingConfig.Criterion.bleu, [6, 18, 24]), (.loss, [6, 12, 24]),
    ] {
      let run = try TrainingRun()
      run.config.criterion = criterion
      run.validator = ScriptedValidator(losses: [4, 3, 3.5, 2], bleu: [10, 9, 12, 12])
      try run.session()
      #expect(run.best.map(\.update) == expected)
    }
  }

  /// A resumed run does not take a worse model for the best.
  @Test func theBestOfEarlierSessionsCounts() throws {
    let run = try TrainingRun()
    run.bestSaved = TrainingState.Milestone(
      update: 999, result: ValidationResult(loss: 2.5, bleu: nil))
    run.validator = ScriptedValidator(losses: [4, 3, 2, 2.4])
    try run.session()
    #expect(run.best.map(\.update) == [18])
  }

  @Test func epochsEnd() throws {
    let run = try TrainingRun()
    run.config.updates = 0
    run.config.epochs = 2
    run.config.validationInterval = 0
    let validator = ScriptedValidator(losses: [3, 2])
    run.validator = validator
    let trainer = try run.trainer()
    #expect(try trainer.run() == .epochs)
    #expect(trainer.state.epoch == 2 && trainer.state.batch == 0)
    #expect(validator.calls == 2)
    let tokens = run.data.examples.reduce(0) { $0 + $1.target.count + 1 }
    #expect(trainer.state.tokens == 2 * tokens)
  }

  @Test func oldCheckpointsGo() throws {
    let run = try TrainingRun()
    run.config.keepCheckpoints = 2
    try run.session()
    #expect(run.checkpoints.all().map { $0.suffix(14) } == ["18.safetensors", "24.safetensors"])
  }

  @Test func nothingToTrainOn() throws {
    let run = try TrainingRun()
    run.data = ReverseTask(count: 0)
    let error = #expect(throws: TrainingError.self) { try run.session() }
    #expect(error?.description == "there is nothing to train on")
  }
}
