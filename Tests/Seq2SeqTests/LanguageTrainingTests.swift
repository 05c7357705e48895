import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

/// A language model's training run in a folder of its own, in one session or several.
private final class LanguageRun {
  let folder: TemporaryFolder
  var config = TrainingConfig()
  var data: (LanguageNetwork, TrainingConfig) -> any TrainingData<LanguageExample> = {
    StreamedText(tokens: LanguageTask.text(tokens: 600), stateSize: $0.stateSize, config: $1)
  }
  var validator: (any Validator)?
  private(set) var events: [TrainingEvent] = []

  init() throws {
    folder = try TemporaryFolder()
    (config.streams, config.steps, config.pieces) = (6, 7, 2)
    (config.updates, config.validationInterval, config.warmup) = (40, 10, 3)
    (config.learningRate, config.labelSmoothing, config.criterion) = (0.01, 0, .loss)
    (config.layerDropout, config.embeddingDropout, config.activationPenalty) = (0.1, 0.1, 1)
    (config.patience, config.memoryLimit) = (0, 500)
  }

  func trainer(workers: Int = 1) throws -> Trainer<LanguageNetwork> {
    let network = try LanguageNetwork(LanguageTask.config())
    return try Trainer(
      network: network, config: config, data: data(network, config), validator: validator,
      checkpoints: CheckpointFolder(path: folder.path), workers: workers,
      report: { [unowned self] in events.append($0) }, saveBest: { _, _ in })
  }

  @discardableResult
  func session(updates: Int = .max, workers: Int = 1) throws -> StopReason {
    let trainer = try trainer(workers: workers)
    let last = updates == .max ? Int.max : trainer.state.update + updates
    return try trainer.run(isInterrupted: { trainer.state.update >= last })
  }

  /// What the last checkpoint has, bit by bit.
  func buffers() throws -> [String: [UInt32]] {
    let file = try SafetensorsFile(
      path: try #require(CheckpointFolder(path: folder.path).all().last))
    return try Dictionary(
      uniqueKeysWithValues: file.tensors.map {
        ($0.name, try file.floats($0.name).map(\.bitPattern))
      })
  }

  var averagingBegan: [Int] {
    events.compactMap { event in
      if case .averagingBegan(let update) = event { return update }
      return nil
    }
  }
}

@Suite struct LanguageTrainingTests {
  /// The state is in the checkpoint: a run that was killed comes to the very same weights.
  @Test(arguments: [false, true]) func stoppedKilledAndResumed(_ isRandom: Bool) throws {
    func run() throws -> LanguageRun {
      let run = try LanguageRun()
      run.config.randomSteps = isRandom
      return run
    }
    let whole = try run()
    #expect(try whole.session() == .updates)
    let expected = try whole.buffers()
    #expect(
      Set(expected.keys) == ["weights", "firstMoment", "secondMoment", "carried"])
    #expect(try #require(expected["carried"]).contains { $0 != 0 })
    for sessions in [[1], [11, 9, 5]] {
      let run = try run()
      for updates in sessions { try run.session(updates: updates, workers: 2) }
      #expect(try run.session() == .updates)
      let same = try run.buffers() == expected
      #expect(same, "\(sessions)")
    }
    let killed = try run()
    try killed.session(updates: 13)
    let last = try #require(CheckpointFolder(path: killed.folder.path).all().last)
    try FileManager.default.removeItem(atPath: last)
    #expect(try killed.session() == .updates)
    let same = try killed.buffers() == expected
    #expect(same)
  }

  /// Without the state the weights would be others: what is carried matters.
  @Test func theStateMatters() throws {
    let whole = try LanguageRun()
    try whole.session()
    let forgetful = try LanguageRun()
    forgetful.data = { network, config in
      Forgetful(
        base: StreamedText(
          tokens: LanguageTask.text(tokens: 600), stateSize: network.stateSize, config: config))
    }
    try forgetful.session()
    let different = try whole.buffers()["weights"] != forgetful.buffers()["weights"]
    #expect(different)
  }

  private struct Forgetful: TrainingData {
    let base: StreamedText
    var count: Int { base.count }
    var weights: ExampleWeights? { nil }
    func lengths(_ index: Int) -> (source: Int, target: Int) { base.lengths(index) }
    func plan(_ config: TrainingConfig, maximumCells: Int) throws -> any TrainingPlan {
      try base.plan(config, maximumCells: maximumCells)
    }
    func example(_ number: Int, using generator: inout RandomGenerator) -> LanguageExample {
      var example = base.example(number, using: &generator)
      example.isBeginning = true
      return example
    }
  }

  /// A text in which every word has two that may follow is soon known.
  @Test func itLearns() throws {
    let run = try LanguageRun()
    (run.config.updates, run.config.learningRate) = (250, 0.02)
    (run.config.layerDropout, run.config.embeddingDropout, run.config.activationPenalty) = (0, 0, 0)
    (run.config.inputDropout, run.config.outputDropout) = (0, 0)
    let trainer = try run.trainer(workers: 2)
    #expect(try trainer.run() == .updates)
    let text = LanguageText(lines: [LanguageTask.text(tokens: 200, seed: 5)], isContinuous: true)
    let weights = InferenceWeights(
      trainer.network.table, weights: trainer.weights, workers: Workers(count: 1))
    let sums = text.cost(trainer.network, weights, workers: Workers(count: 1))
    // The entropy is 0.61 nats; an even guess costs 2.48.
    #expect(sums.negativeLogLikelihood / Double(sums.tokens) < 1)
    #expect(sums.tokens == 201)
  }

  /// Lines that stand alone are batches like any others.
  @Test func separateLines() throws {
    let run = try LanguageRun()
    run.config.batchTokens = 30
    let lines = (0..<40).map { LanguageTask.text(tokens: 3 + $0 % 5, seed: UInt64($0)) }
    run.data = { _, _ in SeparateLines(lines) }
    #expect(try run.session(workers: 2) == .updates)
    #expect(try run.buffers()["carried"] == nil)
    let again = try LanguageRun()
    again.config.batchTokens = 30
    again.data = run.data
    while try again.session(updates: 9) == .interrupted {}
    let same = try again.buffers() == run.buffers()
    #expect(same)
  }

  /// How much was learned by heart is measured on lines as development data is cut.
  @Test func plainExamplesAreNotCutByChance() throws {
    let lines = (0..<3).map { LanguageTask.text(tokens: 3 + $0, seed: UInt64($0)) }
    let data = SeparateLines(
      tokens: lines.flatMap(\.self), starts: [0, 3, 7, 12], cutAgain: { _, _ in [] })
    var generator = RandomGenerator(seed: 1)
    for (number, line) in lines.enumerated() {
      #expect(data.example(number, using: &generator).targets == [Mark.end])
      #expect(data.plainExample(number).targets == line + [Mark.end])
    }
  }

  // MARK: - Averaging, clipping

  /// What a penalty costs says nothing of whether the model still learns.
  @Test func aLargePenaltyIsNoExplosion() throws {
    let run = try LanguageRun()
    run.config.activationPenalty = 10_000
    let network = try LanguageNetwork(LanguageTask.config())
    let weights = network.table.initialWeights(seed: run.config.seed)
    var regularization = LanguageRegularization()
    regularization.activationPenalty = run.config.activationPenalty
    let cost = network.loss(
      [LanguageExample(line: LanguageTask.text(tokens: 20))], regularization,
      on: Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count)))
    // Far more than any model's cross-entropy.
    #expect(cost.smoothed / Double(cost.tokens) > 10)
    #expect(try run.session() == .updates)
    for event in run.events {
      if case .stepUndone = event { Issue.record("a step was undone") }
    }
  }

  /// Validations that made averaging begin do not count for what comes of it.
  @Test func patienceBeginsAnewWithAveraging() throws {
    let run = try LanguageRun()
    (run.config.averageAfter, run.config.validationInterval, run.config.patience) = (2, 4, 2)
    (run.config.optimizer, run.config.learningRate, run.config.schedule) = (.sgd, 0.5, .constant)
    run.validator = ScriptedValidator(losses: [3.0, 2.9, 2.85, 2.95, 2.94, 3.2, 3.3, 3.4, 3.5])
    let reason = try run.session()
    #expect(run.averagingBegan == [20])
    #expect(reason == .patience)
    let last = try run.trainer().state.update
    #expect(last == 28)
  }

  /// Begins when a loss is worse than the best that lies at least so many validations back (Merity et al. 2018,
  /// algorithm 1), and then holds the mean of the weights since.
  @Test func averagingBeginsWhenValidationsStopGettingBetter() throws {
    func run(losses: [Double], updates: Int = 40) throws -> LanguageRun {
      let run = try LanguageRun()
      (run.config.averageAfter, run.config.validationInterval) = (2, 4)
      (run.config.optimizer, run.config.learningRate) = (.sgd, 0.5)
      run.config.updates = updates
      run.validator = ScriptedValidator(losses: losses)
      return run
    }
    let falling = try run(losses: (0..<20).map { 9 - 0.1 * Double($0) })
    try falling.session()
    #expect(falling.averagingBegan.isEmpty)
    // Nothing is averaged until it begins, and then from the weights of that time on. Checkpoints before hold the weights
    // in its place, so that what is made of checkpoints' averages (`LanguageModel.average`) has learned.
    let untouched = try falling.buffers()
    #expect(untouched["average"] == untouched["weights"])
    let first = try run(losses: [9], updates: 1)
    try first.session()
    #expect(untouched["average"] != (try first.buffers()["average"]))
    let begun = try run(losses: [3.0, 2.9, 3.1, 3.05, 2.95, 3.2], updates: 16)
    try begun.session()
    #expect(begun.averagingBegan == [16])
    let atFirst = try begun.buffers()
    #expect(atFirst["average"] == atFirst["weights"])
    // Worse than the best of those before the last two: 3.0 beats neither 2.9 nor its successors.
    let risen = try run(losses: [3.0, 2.9, 3.1, 3.05, 2.95, 3.2, 3.3, 3.4, 3.5, 3.6])
    try risen.session()
    #expect(risen.averagingBegan == [20 - 4])
    let buffers = try risen.buffers()
    #expect(buffers["average"] != buffers["weights"])

    // The mean of the weights after updates 17, 18 and 19.
    var sum = [Double]()
    for updates in 17...19 {
      let run = try run(losses: [3.0, 2.9, 3.1, 3.05, 2.95, 3.2], updates: updates)
      try run.session()
      let weights = try #require(run.buffers()["weights"]).map { Double(Float(bitPattern: $0)) }
      sum = sum.isEmpty ? weights : zip(sum, weights).map { $0 + $1 }
      guard updates == 19 else { continue }
      let average = try #require(run.buffers()["average"]).map { Double(Float(bitPattern: $0)) }
      let worst = zip(sum, average).map { abs($0 / 3 - $1) }.max() ?? 1
      #expect(worst < 1e-6)
    }
    // Resumed on either side of it, all is the same.
    for stop in [15, 18] {
      let broken = try run(losses: [3.0, 2.9, 3.1, 3.05, 2.95, 3.2, 3.3, 3.4, 3.5, 3.6])
      try broken.session(updates: stop)
      try broken.session()
      let same = try broken.buffers() == buffers
      #expect(same, "\(stop)")
    }
  }

  @Test func clippingByValue() throws {
    func step(_ change: (inout TrainingConfig) -> Void) throws -> [Float] {
      let run = try LanguageRun()
      (run.config.optimizer, run.config.learningRate, run.config.warmup) = (.sgd, 1, 0)
      (run.config.updates, run.config.clipNorm) = (1, 0)
      change(&run.config)
      let before = try run.trainer().weights.values
      let trainer = try run.trainer()
      _ = try trainer.run()
      return zip(before, trainer.weights.values).map { $0 - $1 }
    }
    let plain = try step { _ in }
    let bound: Float = 0.01
    #expect(plain.contains { abs($0) > 2 * bound })
    let clipped = try step { $0.clipValue = bound }
    for (a, b) in zip(plain, clipped) {
      #expect(abs(max(-bound, min(bound, a)) - b) < 1e-5)
    }
    // The norm is that of what is left.
    let both = try step {
      $0.clipValue = bound
      $0.clipNorm = 0.05
    }
    let norm = both.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - 0.05) < 1e-3)
  }

  /// Lines that have more tokens than was planned with, as subwords that are cut at random may have.
  private struct Understated: TrainingData {
    let base: SeparateLines
    var count: Int { base.count }
    var weights: ExampleWeights? { nil }
    func lengths(_ index: Int) -> (source: Int, target: Int) {
      (0, (base.lengths(index).target + 1) / 2)
    }
    func example(_ index: Int, using generator: inout RandomGenerator) -> LanguageExample {
      base.example(index, using: &generator)
    }
  }

  /// Gradients are means over the tokens that there are, and it is these that are clipped.
  @Test func clippingByValueGoesByTheTokensThereAre() throws {
    let lines = SeparateLines(
      (0..<20).map { LanguageTask.text(tokens: 5 + $0 % 7, seed: UInt64($0)) })
    func step(_ data: any TrainingData<LanguageExample>, clipValue: Float) throws -> [Float] {
      let run = try LanguageRun()
      (run.config.optimizer, run.config.learningRate, run.config.warmup) = (.sgd, 1, 0)
      (run.config.updates, run.config.clipNorm, run.config.clipValue) = (1, 0, clipValue)
      (run.config.inputDropout, run.config.outputDropout) = (0, 0)
      (run.config.layerDropout, run.config.embeddingDropout) = (0, 0)
      (run.config.activationPenalty, run.config.batchTokens) = (0, 10_000)
      run.data = { _, _ in data }
      let before = try run.trainer().weights.values
      let trainer = try run.trainer()
      _ = try trainer.run()
      return zip(before, trainer.weights.values).map { $0 - $1 }
    }
    let bound: Float = 0.01
    let plain = try step(lines, clipValue: 0)
    #expect(plain.contains { abs($0) > 2 * bound })
    let clipped = try step(Understated(base: lines), clipValue: bound)
    for (a, b) in zip(plain, clipped) {
      #expect(abs(max(-bound, min(bound, a)) - b) < 1e-5)
    }
  }
}
