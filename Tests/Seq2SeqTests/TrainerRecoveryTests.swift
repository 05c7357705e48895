import Foundation
import Neural
import Seq2Seq
import TestSupport
import Testing

@Suite struct TrainerRecoveryTests {
  private func run(learningRate: Float) throws -> TrainingRun {
    let run = try TrainingRun()
    run.config.learningRate = learningRate
    run.config.warmup = 0
    run.config.schedule = .constant
    run.config.clipNorm = 0
    run.config.weightDecay = 0
    return run
  }

  @Test func anExplodingStepIsUndoneAndRetriedMoreSlowly() throws {
    let run = try run(learningRate: 20)
    let trainer = try run.trainer()
    #expect(try trainer.run() == .updates)
    let undone = run.undone
    #expect(!undone.isEmpty)
    #expect(trainer.state.undone == undone.count)
    for (number, step) in undone.enumerated() {
      #expect(step.scale == (0...number).reduce(1.0) { scale, _ in scale / 2 })
      #expect(step.backTo < step.update)
    }
    #expect(trainer.state.learningRateScale == undone.last?.scale)
    #expect(trainer.state.update == 24)
    // The lower rate is kept by a run that is killed and resumed.
    let resumed = try run.trainer()
    #expect(resumed.state.learningRateScale == trainer.state.learningRateScale)
  }

  @Test func givesUpWhenTenRetriesDoNotHelp() throws {
    let run = try run(learningRate: 1e9)
    let error = #expect(throws: TrainingError.self) { try run.session() }
    let message = try #require(error).description
    #expect(message.contains("diverges at update 2"), "\(message)")
    #expect(message.contains("lower 'training.learningRate'"))
    #expect(run.undone.count == 10)
    #expect(run.undone.last?.scale == 1.0 / 1024)
  }

  private func damageLastCheckpoint(_ run: TrainingRun) throws {
    let path = try #require(run.checkpoints.all().last)
    let file = try SafetensorsFile(path: path)
    let entries = try file.tensors.map { tensor in
      let floats = try file.floats(tensor.name)
      return SafetensorsEntry(
        name: tensor.name, shape: tensor.shape,
        floats: tensor.name == "weights" ? floats.map { _ in .nan } : floats)
    }
    try SafetensorsFile.write(entries, metadata: file.metadata, to: path)
  }

  /// A checkpoint whose own weights explode is no way back, at whatever rate.
  @Test func goesBackFurtherThanABadCheckpoint() throws {
    let run = try run(learningRate: 0.01)
    #expect(try run.session(updates: 12) == .interrupted)
    try damageLastCheckpoint(run)
    #expect(try run.session() == .updates)
    #expect(run.undone.count == 1)
    #expect(run.undone.first?.update == 13 && run.undone.first?.backTo == 6)
    #expect(run.undone.first?.scale == 0.5)
    let finite = try run.buffers().values.allSatisfy {
      $0.allSatisfy { Float(bitPattern: $0).isFinite }
    }
    #expect(finite)
  }

  @Test func firstWeightsThatExplodeAreNotRetried() throws {
    let run = try run(learningRate: 0.01)
    _ = try run.trainer()
    try damageLastCheckpoint(run)
    let error = #expect(throws: TrainingError.self) { try run.session() }
    #expect(try #require(error).description.contains("diverges at update 1"))
    #expect(run.undone.isEmpty)
  }

  /// A validation that gives no number is an explosion, not a record to beat.
  @Test(arguments: [Double.nan, .infinity]) func aValidationWithoutANumberIsUndone(_ loss: Double)
    throws
  {
    let run = try run(learningRate: 0.01)
    run.validator = ScriptedValidator(losses: [3, loss, 2.5, 2])
    #expect(try run.session() == .updates)
    #expect(run.best.map(\.result.loss) == [3, 2.5, 2])
    #expect(run.undone.map(\.update) == [12] && run.undone.map(\.backTo) == [6])
    // Nor at first, when there is nothing to compare it with.
    let first = try self.run(learningRate: 0.01)
    first.validator = ScriptedValidator(losses: [loss, 3])
    #expect(try first.session() == .updates)
    #expect(first.best.map(\.result.loss) == [3])
    // Nor at the end, off the rhythm.
    let last = try self.run(learningRate: 0.01)
    last.config.updates = 8
    last.validator = ScriptedValidator(losses: [3, loss])
    #expect(try last.session() == .updates)
    #expect(last.best.map(\.result.loss) == [3])
  }
}
