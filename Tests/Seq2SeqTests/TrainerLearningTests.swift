import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct TrainerLearningTests {
  private func plain(updates: Int) -> TrainingConfig {
    var config = TrainingConfig()
    config.batchTokens = 250
    config.memoryLimit = 300
    config.maxLength = 20
    config.updates = updates
    config.learningRate = 0.01
    config.warmup = 20
    config.schedule = .inverseSquareRoot
    config.labelSmoothing = 0
    config.inputDropout = 0
    config.outputDropout = 0
    config.validationInterval = 100
    config.criterion = .loss
    config.patience = 0
    return config
  }

  @Test func learnsToReverse() throws {
    let run = try TrainingRun()
    run.model = ReverseTask.config(hiddenSize: 48)
    run.config = plain(updates: 500)
    run.data = ReverseTask(count: 3000)
    run.validator = try LossValidator(run)
    let trainer = try run.trainer()
    #expect(try trainer.run() == .updates)
    let losses = run.validations
    #expect(losses.count == 5)
    #expect(try #require(losses.first) < log(20))
    #expect(try #require(losses.last) < 0.5 * (try #require(losses.first)))
    let unseen = ReverseTask(count: 100, seed: 99).examples
    let scorer = ModelScorer(
      trainer.network, weights: trainer.evaluationWeights, sources: unseen.map(\.source))
    let found = greedy(scorer, limit: 10)
    let right = zip(found, unseen).count { $0 == $1.target }
    #expect(right > 80, "\(right) of 100; losses \(losses)")
  }

  @Test(arguments: CellKind.allCases) func overfitsAFewPairs(_ kind: CellKind) throws {
    let run = try TrainingRun()
    run.model.cell = kind
    run.config = plain(updates: kind == .rnn ? 400 : 200)
    run.data = ReverseTask(count: 4)
    let trainer = try run.trainer()
    let tokens = Double(run.data.examples.reduce(0) { $0 + $1.target.count + 1 })
    func loss() -> Double {
      trainer.network.loss(run.data.examples, on: Graph(weights: trainer.weights))
        .negativeLogLikelihood / tokens
    }
    #expect(abs(loss() - log(20)) < 0.3)
    #expect(try trainer.run() == .updates)
    #expect(loss() < 0.05, "\(loss())")
    // What was learned is what is said, with 8 bits too.
    let sources = run.data.examples.map(\.source)
    for scorer in try [
      ModelScorer(trainer.network, weights: trainer.weights, sources: sources),
      ModelScorer(
        trainer.network, sources: sources,
        on: quantized(trainer.network.table, trainer.weights).borrow()),
    ] {
      #expect(greedy(scorer, limit: 10) == run.data.examples.map(\.target))
    }
  }

  /// All matrices in 8 bits.
  private func quantized(_ table: ParameterTable, _ weights: Tensor) throws -> InferenceWeights {
    var int8: [String: Int8Matrix] = [:]
    for parameter in table.parameters where parameter.rows > 1 {
      let matrix = Int8Matrix(depth: parameter.columns, columns: parameter.rows)
      matrix.pack(transposed: parameter.cut(from: weights), panels: 0..<matrix.panels)
      int8[parameter.name] = matrix
    }
    return InferenceWeights(table, weights: weights, int8: int8, workers: Workers(count: 1))
  }

  /// Regularisers of cells: the task is still learned, and a seed makes the same weights however many work on it.
  @Test func learnsWithZoneoutAndDropConnect() throws {
    var weights: [[Float]] = []
    for workers in [1, 2] {
      let run = try TrainingRun()
      run.model.zoneoutHidden = 0.05
      run.model.zoneoutCell = 0.05
      run.model.initialization = .orthogonal
      run.config = plain(updates: 60)
      run.config.recurrentWeightDropout = 0.1
      run.data = ReverseTask(count: 8)
      let trainer = try run.trainer(workers: workers)
      let before = trainer.network.loss(run.data.examples, on: Graph(weights: trainer.weights))
      #expect(try trainer.run() == .updates)
      let after = trainer.network.loss(run.data.examples, on: Graph(weights: trainer.weights))
      #expect(after.negativeLogLikelihood < 0.5 * before.negativeLogLikelihood)
      weights.append(trainer.weights.values)
    }
    #expect(weights[0] == weights[1])
  }

  @Test func everyOptimizerAndScheduleBringsTheLossDown() throws {
    for optimizer in TrainingConfig.Optimizer.allCases {
      for schedule in TrainingConfig.Schedule.allCases {
        let run = try TrainingRun()
        run.config = plain(updates: 40)
        run.config.optimizer = optimizer
        run.config.schedule = schedule
        if optimizer == .sgd {
          run.config.learningRate = 0.5
          run.config.momentum = 0.9
        }
        run.config.averageDecay = schedule == .constant ? 0.9 : 0
        run.data = ReverseTask(count: 40)
        let validator = try LossValidator(run)
        let trainer = try run.trainer()
        let first = validator.validate(trainer.evaluationWeights).loss
        #expect(try trainer.run() == .updates)
        let last = validator.validate(trainer.evaluationWeights).loss
        #expect(last < first - 0.05, "\(optimizer), \(schedule): \(first) to \(last)")
      }
    }
  }
}
