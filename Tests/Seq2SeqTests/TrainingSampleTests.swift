import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// The loss on what is learned from, measured as on development data.
@Suite struct TrainingSampleTests {
  private func measured(
    workers: Int, _ change: (TrainingRun) -> Void = { _ in }
  ) throws -> (loss: Double, expected: Double) {
    let run = try TrainingRun()
    run.data = ReverseTask(count: 120)
    run.config.averageDecay = 0
    change(run)
    run.validator = try LossValidator(run)
    let trainer = try run.trainer(workers: workers)
    #expect(try trainer.run() == .updates)
    let found = run.events.compactMap { event in
      if case .validated(let milestone, _, _) = event { return milestone.result.trainingLoss }
      return nil
    }
    let graph = Graph(weights: trainer.weights)
    let sums = trainer.network.loss(run.data.examples, on: graph)
    return (
      try #require(found.last), sums.negativeLogLikelihood / Double(sums.tokens)
    )
  }

  /// Neither dropout nor label smoothing is in it, and all of a few examples count.
  @Test func isTheLossOfAllOfFewExamples() throws {
    let (loss, expected) = try measured(workers: 2) {
      $0.config.inputDropout = 0.5
      $0.config.rDrop = 1
    }
    #expect(abs(loss - expected) < 1e-4, "\(loss), \(expected)")
  }

  @Test func doesNotDependOnWorkers() throws {
    #expect(try measured(workers: 1).loss == measured(workers: 3).loss)
  }

  /// A few thousand tokens are enough, from all over the data.
  @Test func ofMuchDataSomeIsTaken() throws {
    let (loss, expected) = try measured(workers: 2) { $0.data = ReverseTask(count: 3000) }
    #expect(loss != expected && abs(loss - expected) < 0.1 * expected, "\(loss), \(expected)")
  }
}
