import Foundation
import Neural
import Recipes
import Seq2Seq
import TestSupport
import Testing
import Translation

/// Logs made up, line by line.
private struct MadeUpLog {
  private(set) var lines: [String] = ["{\"event\":\"started\",\"update\":0,\"parameters\":7}"]

  /// A progress line at each hundred updates.
  mutating func progress(_ losses: [Double], norms: [Double]? = nil) {
    for (number, loss) in losses.enumerated() {
      lines.append(
        "{\"event\":\"progress\",\"update\":\(100 * (number + 1)),\"loss\":\(loss),"
          + "\"gradientNorm\":\(norms?[number] ?? 1),\"elapsed\":\(10 * (number + 1)),"
          + "\"learningRate\":0.001,\"tokensPerSecond\":1000}")
    }
  }

  mutating func validations(_ losses: [Double], training: [Double]? = nil) {
    for (number, loss) in losses.enumerated() {
      let own = training.map { ",\"trainingLoss\":\($0[number])" } ?? ""
      let isBest = loss <= losses[...number].min() ?? loss
      lines.append(
        "{\"event\":\"validated\",\"update\":\(100 * (number + 1)),\"loss\":\(loss)\(own),"
          + "\"best\":\(isBest),\"bleu\":\(number),\"elapsed\":\(10 * (number + 1))}")
    }
  }

  mutating func add(_ line: String) { lines.append(line) }

  mutating func stop(_ reason: String) {
    add(
      "{\"event\":\"stopped\",\"update\":900,\"reason\":\"\(reason)\",\"tokens\":5000,"
        + "\"trainingSeconds\":10}")
  }

  var log: RunLog { RunLog(lines: Data(lines.joined(separator: "\n").utf8)) }
}

private func traces(_ hidden: Double, _ cell: Double, layer: String = "decoder.0")
  -> [GradientFlow.Trace]
{
  [(GradientFlow.State.hidden, hidden), (.cell, cell)].map { state, left in
    GradientFlow.Trace(
      layer: layer, state: state, points: [.init(steps: 20, mean: left, deviation: 0)])
  }
}

@Suite struct RunRemarkTests {
  private func remarks(
    _ log: RunLog, _ kind: RecipeKind = .translation, traces: [GradientFlow.Trace] = [],
    followsLikelihood: Bool = true, isCompared: Bool = false,
    _ set: (inout TrainingConfig) -> Void = { _ in }
  ) -> [RunRemark] {
    var training = TrainingConfig()
    set(&training)
    var run = RunRemark.Run(kind, training)
    run.traces = traces
    run.followsLikelihood = followsLikelihood
    run.isCompared = isCompared
    return RunRemark.remarks(on: log, of: run)
  }

  private func kinds(
    _ log: RunLog, traces: [GradientFlow.Trace] = [], clipNorm: Float = 5
  ) -> [RunRemark.Kind] {
    remarks(log, traces: traces) { $0.clipNorm = clipNorm }.map(\.kind)
  }

  @Test func nothingIsSaidOfAnOrdinaryRun() {
    var made = MadeUpLog()
    made.progress([5, 4, 3.5, 3.4])
    made.validations([5, 4, 3.5, 3.45, 3.46], training: [5, 3.9, 3.2, 3.1, 3.05])
    made.stop("patience")
    #expect(kinds(made.log, traces: traces(0.002, 0.3)).isEmpty)
    #expect(kinds(RunLog()).isEmpty)
  }

  /// What counts is the part of a layer's state that keeps most.
  @Test func vanishing() throws {
    #expect(kinds(RunLog(), traces: traces(1e-5, 1e-2)).isEmpty)
    #expect(kinds(RunLog(), traces: traces(1e-5, 0.9e-3)) == [.vanishingGradients])
    let found = remarks(
      RunLog(), traces: traces(0.5, 0.5) + traces(1e-5, 1e-6, layer: "encoder.0.forward"))
    let remark = try #require(found.first)
    #expect(found.count == 1 && remark.finding.contains("encoder.0.forward 1e-05"))
    #expect(!remark.finding.contains("decoder.0"))
    for cure in [
      "model.layerNormalization", "model.forgetBias", "model.initialization' orthogonal",
    ] {
      #expect(remark.advice.contains(cure), "\(remark.advice)")
    }
    #expect(!remark.advice.contains("ropout"))
  }

  @Test func exploding() {
    #expect(kinds(RunLog(), traces: traces(11, 1)) == [.explodingGradients])
    #expect(kinds(RunLog(), traces: traces(9, 1)).isEmpty)
    var undone = MadeUpLog()
    undone.add(
      "{\"event\":\"stepUndone\",\"update\":100,\"failed\":150,\"loss\":\"not finite\",\"scale\":0.5}"
    )
    #expect(kinds(undone.log) == [.explodingGradients])
  }

  /// A gradient is long by what is usual in its run, and what is usual by far more than clipping allows.
  @Test func explodingLengths() throws {
    func log(_ norms: [Double]) -> RunLog {
      var made = MadeUpLog()
      made.progress([Double](repeating: 3, count: norms.count), norms: norms)
      return made.log
    }
    // Clipped at most updates, as usual.
    let usual = [0.9, 1.03, 1.1, 1.2, 1.3, 1.3, 2.5, 4]
    #expect(kinds(log(usual), clipNorm: 1).isEmpty)
    #expect(kinds(log(usual.map { 4.9 / 1.3 * $0 }), clipNorm: 1).isEmpty)
    #expect(kinds(log(usual.map { 5.1 / 1.3 * $0 }), clipNorm: 1) == [.explodingGradients])
    #expect(kinds(log(usual.map { 5.1 / 1.3 * $0 }), clipNorm: 0).isEmpty)
    #expect(kinds(log(usual.dropLast() + [25]), clipNorm: 0).isEmpty)
    let spike = log(usual.dropLast() + [27])
    let remark = try #require(remarks(spike) { $0.clipNorm = 1 }.first)
    #expect(remark.finding.contains("gradient of update 800, 27, is 20 times as long"))
    #expect(!remark.advice.contains("clipNorm"))
    #expect(
      remarks(spike) { $0.clipNorm = 0 }.first?.advice.contains("'training.clipNorm'") == true)
    // The longest of all updates counts, even if another was noted when progress was.
    var between = MadeUpLog()
    between.progress([Double](repeating: 3, count: usual.count), norms: usual)
    between.add(
      "{\"event\":\"progress\",\"update\":950,\"loss\":3,\"gradientNorm\":1.1,\"longestGradient\":40,"
        + "\"longestGradientUpdate\":907,\"elapsed\":95}")
    #expect(
      remarks(between.log).first?.finding.contains("gradient of update 907, 40, is 33 times")
        == true)
    // While the learning rate rises they are those of random weights.
    #expect(!remarks(between.log) { $0.warmup = 906 }.isEmpty)
    #expect(remarks(between.log) { $0.warmup = 907 }.isEmpty)
    // Too few to know what is usual.
    #expect(kinds(log([1, 1, 1, 900]), clipNorm: 1).isEmpty)
  }

  @Test func overfitting() throws {
    var made = MadeUpLog()
    made.validations([4, 3, 3.1, 3.2], training: [4, 2.9, 2.4, 2])
    #expect(kinds(made.log) == [.overfitting])
    let remark = try #require(remarks(made.log).first)
    for figure in ["3.000", "update 200", "3.200", "2.000"] {
      #expect(remark.finding.contains(figure), "\(figure) in \(remark.finding)")
    }
    #expect(remark.advice.contains("best by bleu, is that of update 200"), "\(remark.advice)")
    // It rises a little only; it falls; the two lie close; both rise.
    for (losses, training) in [
      ([4, 3, 3.02], [4, 2.9, 2.4]), ([4, 3, 2.9], [4, 2, 1]), ([4, 3, 3.1], [4, 3.05, 3.04]),
      ([4, 3, 3.2], [4, 2.5, 2.6]),
    ] {
      var other = MadeUpLog()
      other.validations(losses, training: training)
      #expect(!kinds(other.log).contains(.overfitting), "\(losses) \(training)")
    }
  }

  /// Where training goes by rewards the loss rises of itself.
  @Test func rewardsAreNotJudgedByLosses() {
    var made = MadeUpLog()
    made.validations([4, 3, 3.1, 3.2], training: [4, 2.9, 2.4, 2])
    let found = remarks(made.log, traces: traces(1e-5, 1e-5), followsLikelihood: false)
    #expect(found.map(\.kind) == [.vanishingGradients])
  }

  /// An older log has the loss while training alone: with dropout in it that may lie above, but its fall counts.
  @Test func overfittingInOlderLogs() {
    for (falls, expected) in [(true, [RunRemark.Kind.overfitting]), (false, [])] {
      var made = MadeUpLog()
      made.progress(falls ? [5, 4.5, 4.2, 4, 3.8] : [5, 4.5, 4.6, 4.7, 4.8])
      made.validations([4, 3, 3.1, 3.2, 3.3])
      #expect(kinds(made.log) == expected)
    }
    var alone = MadeUpLog()
    alone.validations([4, 3, 3.1, 3.2])
    #expect(kinds(alone.log).isEmpty)
  }

  @Test func underfitting() {
    for (reason, training, expected) in [
      ("patience", 2.98, [RunRemark.Kind.underfitting]), ("patience", 2.9, []),
      ("updates", 2.98, []),
    ] {
      var made = MadeUpLog()
      made.validations([3.01, 3.0, 3.005], training: [3, 3, training])
      made.stop(reason)
      #expect(kinds(made.log) == expected, "\(reason) \(training)")
    }
  }

  @Test func tooShort() throws {
    for (losses, reason, expected) in [
      ([5, 4, 3.5, 3.4], "budget", [RunRemark.Kind.tooShort]),
      ([5, 4, 3.5, 3.4], "updates", [.tooShort]), ([5, 4, 3.5, 3.4], "epochs", [.tooShort]),
      ([5, 4, 3.5, 3.4], "interrupted", []), ([5, 4, 3.5, 3.48], "budget", []),
      ([5, 4, 3], "budget", []),
    ] {
      var made = MadeUpLog()
      made.validations(losses)
      made.stop(reason)
      #expect(kinds(made.log) == expected, "\(losses) \(reason)")
    }
  }

  /// What is said to go on goes on.
  @Test func longerTrainingIsAdvisedAsItCanBeHad() {
    func advice(
      _ reason: String, isCompared: Bool = false, _ set: (inout TrainingConfig) -> Void = { _ in }
    ) -> String {
      var made = MadeUpLog()
      made.validations([5, 4, 3.5, 3.4])
      made.stop(reason)
      return remarks(made.log, isCompared: isCompared, set).first?.advice ?? ""
    }
    #expect(advice("updates").contains("'training.updates': the same command goes on"))
    #expect(advice("budget").contains("--budget: the same command goes on"))
    let linear = advice("updates") { $0.schedule = .linear }
    #expect(linear.contains("'training.updates'") && linear.contains("another --out"))
    #expect(!linear.contains("goes on"))
    for reason in ["budget", "updates", "epochs"] {
      let compared = advice(reason, isCompared: true)
      #expect(compared.contains("another --out") && !compared.contains("goes on"), "\(compared)")
    }
  }

  @Test func whatIsOnAlreadyIsNotAdvised() {
    var made = MadeUpLog()
    made.validations([4, 3, 3.1, 3.2], training: [4, 2.9, 2.4, 2])
    func advice(_ kind: RecipeKind, _ rDrop: Float = 0) -> String {
      remarks(made.log, kind) { $0.rDrop = rDrop }.first?.advice ?? ""
    }
    #expect(
      advice(.translation).contains("'training.rDrop'")
        && !advice(.translation, 1).contains("'training.rDrop'"))
    #expect(
      advice(.caption).contains("'training.rDrop'") && !advice(.caption).contains("wordDropout"))
    #expect(advice(.languageModel).contains("'training.layerDropout' (0.0 now)"))
    #expect(!advice(.languageModel).contains("'training.rDrop'"))
    var run = RunRemark.Run(.languageModel, TrainingConfig())
    run.layers = 1
    let ofOneLayer = RunRemark.remarks(on: made.log, of: run).first?.advice ?? ""
    #expect(ofOneLayer.contains("ropout") && !ofOneLayer.contains("layerDropout"))
    // Nor what the model's cells have or cannot have.
    var cells = ModelConfig()
    (cells.cell, cells.initialization, cells.layerNormalization) = (.gru, .orthogonal, true)
    run.cells = cells
    run.traces = traces(1e-5, 1e-5)
    let vanishing = RunRemark.remarks(on: RunLog(), of: run).first?.advice ?? ""
    #expect(vanishing.contains("'model.cell'") && vanishing.contains("--out"))
    for key in ["forgetBias", "initialization", "layerNormalization"] {
      #expect(!vanishing.contains(key), "\(vanishing)")
    }
    // Normalised layers do not depend on the size of their weights.
    run.traces = traces(11, 11)
    let exploding = RunRemark.remarks(on: RunLog(), of: run).first?.advice ?? ""
    #expect(exploding.contains("'model.cell'") && !exploding.contains("initializationScale"))
  }

  /// Who begins with a model has its network; another one is to be had without `start` alone.
  @Test func anotherNetworkIsToBeHadWithoutStart() {
    var made = MadeUpLog()
    made.validations([4, 3, 3.1, 3.2], training: [4, 2.9, 2.4, 2])
    var under = MadeUpLog()
    under.validations([3.01, 3.0, 3.005], training: [3, 3, 2.98])
    under.stop("patience")
    for begins in [false, true] {
      var run = RunRemark.Run(.caption, TrainingConfig())
      run.beginsWithModel = begins
      var advice = [made.log, under.log].flatMap { RunRemark.remarks(on: $0, of: run) }
      for trace in [1e-5, 11] {
        run.traces = traces(trace, trace)
        advice += RunRemark.remarks(on: RunLog(), of: run)
      }
      #expect(advice.count == 4)
      for remark in advice {
        #expect(remark.advice.contains("no 'start'") == begins, "\(remark.advice)")
      }
    }
  }

  /// Every setting that a translator's owner is told of can be set.
  @Test func advisedSettingsAreThereForTranslators() throws {
    let recipe = projectFolder + "/Recipes/tiny.yaml"
    for setting in try advisedSettings(.translation) {
      #expect(throws: Never.self) { try Recipe(contentsOf: recipe, overrides: [setting]) }
    }
  }
}

@Suite struct RunLogTests {
  /// The best model stays what it is when the update after it is undone, back to a checkpoint before it.
  @Test func theBestModelOutlivesAnUndoneStep() {
    var made = MadeUpLog()
    made.validations([5, 4])
    made.add("{\"event\":\"stepUndone\",\"update\":100,\"failed\":201,\"scale\":0.5}")
    #expect(made.log.validations.map(\.update) == [100])
    #expect(made.log.best?.update == 200 && made.log.best?.result.loss == 4)
  }

  /// It does too when the run was stopped before it came as far again, and so forgot that validation.
  @Test func theBestModelIsWhatTheRunSaved() throws {
    let folder = try TemporaryFolder()
    var made = MadeUpLog()
    made.validations([5])
    try Data(made.lines.joined(separator: "\n").utf8).write(
      to: URL(fileURLWithPath: folder.path + "/log.jsonl"))
    #expect(try RunLog(run: folder.path).best?.update == 100)
    var facts = RunFolder.Facts(
      trainingFingerprint: "1", trainingPairs: 3, developmentFingerprint: nil)
    facts.best = TrainingState.Milestone(update: 200, result: ValidationResult(loss: 4, bleu: nil))
    try JSONEncoder().encode(facts).write(to: URL(fileURLWithPath: folder.path + "/run.json"))
    let best = try RunLog(run: folder.path).best
    #expect(best?.update == 200 && best?.result.loss == 4)
  }

  @Test func sessionsFollowEachOtherInTime() throws {
    var made = MadeUpLog()
    made.progress([5, 4])
    made.add("{\"event\":\"started\",\"update\":200,\"parameters\":7,\"batches\":3}")
    made.add(
      "{\"event\":\"progress\",\"update\":300,\"loss\":3,\"elapsed\":10,\"tokensPerSecond\":500}")
    made.add("{\"event\":\"validated\",\"update\":300,\"loss\":3.5,\"best\":true,\"elapsed\":12}")
    made.stop("updates")
    let log = made.log
    #expect(log.parameters == 7)
    #expect(log.progress.map(\.seconds) == [10, 20, 30])
    #expect(log.validations.map(\.seconds) == [32])
    #expect(log.best?.update == 300 && log.best?.result.trainingLoss == nil)
    #expect(log.updates == 900 && log.stop?.reason == .updates)
    #expect(log.tokensPerSecond == 500)
  }

  @Test func whatWasUndoneIsLeftOut() {
    var made = MadeUpLog()
    made.progress([5, 4, 3])
    made.validations([5, 4, 3])
    made.add("{\"event\":\"stepUndone\",\"update\":100,\"failed\":310,\"loss\":99,\"scale\":0.5}")
    let log = made.log
    #expect(log.undone == [310])
    #expect(log.progress.map(\.update) == [100] && log.validations.map(\.update) == [100])
  }

  @Test func damagedLinesArePassedOver() {
    var made = MadeUpLog()
    made.add("{\"event\":\"progress\",\"upd")
    made.add("not JSON")
    made.progress([5])
    #expect(made.log.progress.count == 1)
    #expect(throws: ModelError.self) { try RunLog(run: "/nonexistent") }
  }
}
