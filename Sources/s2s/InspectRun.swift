import ArgumentParser
import Captioning
import Comparing
import Completion
import Plotting
import Recipes
import Seq2Seq
import Tensors
import Translation

struct InspectRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "How a training run went, and what to try.",
    discussion: """
      Reads the log of a run, measures how far gradients reach in its best model, and says in plain words what of \
      that is a sign of vanishing or exploding gradients, of overfitting or underfitting, or of too short a training. \
      `s2s train` says the same when it ends. The training loss beside the development loss is measured like it, \
      without dropout and label smoothing, on some of the training data; runs of older versions have not noted it.

      EXAMPLES:
        s2s inspect run Runs/tiny
        s2s inspect run Runs/tiny --svg run.svg     losses, BLEU and learning rate over the updates
        s2s inspect run Runs/tiny --json
      """)

  @Argument(
    help: ArgumentHelp("The folder of a training run.", valueName: "run"), completion: .directory)
  var folder: String

  @Flag(help: "Print a JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Write plots there.", valueName: "file"), completion: .file())
  var svg: String?

  func run() throws {
    let log = try RunLog(run: folder)
    if let failure = matrixLibraryFailure() { throw Failure(.software, failure) }
    let remarks = try RunReport.remarks(of: folder, log)
    let report = RunReport(name: folder, log, remarks)
    if let svg {
      try writeFile(
        report.sheet.svg, to: svg,
        apartFrom: [RunFolder.log(of: folder), RunFolder.recipe(of: folder)])
    }
    let output = try TextOutput(path: nil)
    try output.write(json ? report.object.text : report.text)
    try output.close()
  }
}

/// A run's figures and the remarks on it, for people and for programs.
struct RunReport {
  private let name: String
  private let log: RunLog
  private let remarks: [RunRemark]

  init(name: String, _ log: RunLog, _ remarks: [RunRemark]) {
    (self.name, self.log, self.remarks) = (name, log, remarks)
  }

  /// What there is to say of the run in a folder.
  static func remarks(of run: String, _ log: RunLog) throws -> [RunRemark] {
    let recipe = RunFolder.recipe(of: run)
    let kind = try RecipeKind(contentsOf: recipe)
    var remarked: RunRemark.Run
    switch kind {
    case .translation:
      let recipe = try Recipe(contentsOf: recipe)
      remarked = .init(kind, recipe.training)
      remarked.cells = recipe.model
      remarked.beginsWithModel = !recipe.start.isEmpty
    case .caption:
      let recipe = try CaptionRecipe(contentsOf: recipe)
      remarked = .init(kind, recipe.training)
      remarked.cells = recipe.model
      remarked.beginsWithModel = !recipe.start.isEmpty
      remarked.followsLikelihood = !recipe.objective.selfCritical
    case .languageModel:
      let recipe = try LanguageRecipe(contentsOf: recipe)
      remarked = .init(kind, recipe.training)
      remarked.cells = recipe.model
      remarked.beginsWithModel = !recipe.start.isEmpty
      remarked.layers = recipe.model.layers
    }
    remarked.traces = try traces(of: run)
    remarked.isCompared = isCompared(run)
    return RunRemark.remarks(on: log, of: remarked)
  }

  /// Whether a run is a variant of a comparison.
  static func isCompared(_ run: String) -> Bool { exists(run + "/../" + ComparisonRecord.file) }

  /// How far gradients reach in a run's best model, in a fraction of a second; none where it has no model yet.
  private static func traces(of run: String) throws -> [GradientFlow.Trace] {
    guard exists(RunFolder.best(of: run) + "/model.json") else { return [] }
    var flow = GradientFlow()
    flow.distances = [RunRemark.Threshold.vanishingSteps]
    flow.vectors = 4
    return try InspectedModel(run, checkpoint: .best).gradientTraces(flow)
  }

  /// The remarks as lines, a wish for each.
  static func lines(_ remarks: [RunRemark]) -> [String] {
    remarks.map { "Note: \($0.finding).\n      \($0.advice)." }
  }

  var text: String {
    var lines = ["\(name): \(log.updates) updates" + ending]
    if let parameters = log.parameters { lines[0] += ", \(parameters) weights" }
    if let speed = log.tokensPerSecond { lines.append("\(fixed(speed, 0)) target tokens a second") }
    if let best = log.best { lines.append("best:  " + figures(best)) }
    if let last = log.validations.last { lines.append("last:  " + figures(last)) }
    let said = Self.lines(remarks)
    return (lines + (said.isEmpty ? ["Nothing to remark."] : said)).joined(separator: "\n")
  }

  private var ending: String {
    guard let stop = log.stop else { return ", not stopped (or killed)" }
    return ", stopped: \(stop.reason.rawValue)"
  }

  private func figures(_ validation: RunLog.Validation) -> String {
    let result = validation.result
    var text = "update \(validation.update), development loss \(fixed(result.loss, 4))"
    if let loss = result.trainingLoss { text += ", training loss \(fixed(loss, 4))" }
    if let bleu = result.bleu { text += ", BLEU \(fixed(bleu, 2))" }
    if let cider = result.cider { text += ", CIDEr \(fixed(cider, 3))" }
    if let perplexity = result.perplexity { text += ", perplexity \(fixed(perplexity, 2)) a word" }
    return text
  }

  var object: JSON {
    func object(_ validation: RunLog.Validation?) -> JSON {
      guard let validation else { return .null }
      let result = validation.result
      return .object([
        ("update", .integer(validation.update)), ("loss", .number(result.loss)),
        ("trainingLoss", .known(result.trainingLoss)), ("bleu", .known(result.bleu)),
        ("cider", .known(result.cider)), ("perplexity", .known(result.perplexity)),
        ("bitsPerCharacter", .known(result.bitsPerCharacter)),
      ])
    }
    return .object([
      ("run", .string(name)), ("updates", .integer(log.updates)),
      ("stopped", log.stop.map { .string($0.reason.rawValue) } ?? .null),
      ("parameters", log.parameters.map(JSON.integer) ?? .null),
      ("tokensPerSecond", .known(log.tokensPerSecond)), ("best", object(log.best)),
      ("last", object(log.validations.last)), ("undone", .integer(log.undone.count)),
      (
        "remarks",
        .array(
          remarks.map {
            .object([
              ("kind", .string($0.kind.rawValue)), ("finding", .string($0.finding)),
              ("advice", .string($0.advice)),
            ])
          })
      ),
    ])
  }

  /// Losses, scores and learning rate over the updates.
  var sheet: PlotSheet {
    typealias Point = LinePlot.Point
    func progress(_ value: KeyPath<RunLog.Progress, Double>) -> [Point] {
      log.progress.map { Point(Double($0.update), $0[keyPath: value]) }
    }
    func validations(_ value: (ValidationResult) -> Double?) -> [Point] {
      log.validations.compactMap { validation in
        value(validation.result).map { Point(Double(validation.update), $0) }
      }
    }
    func plot(_ title: String, _ y: LinePlot.Axis, _ series: [LinePlot.Series]) -> LinePlot? {
      let series = series.filter { !$0.points.isEmpty }
      return series.isEmpty
        ? nil
        : LinePlot(
          title: title, x: .init("updates", including: [0, Double(log.updates)]), y: y,
          series: series)
    }
    let plots = [
      plot(
        "Loss", .init("nats a token"),
        [
          .init("while training", progress(\.loss)),
          .init("training data", validations(\.trainingLoss)),
          .init("development data", validations(\.loss)),
        ]),
      plot("BLEU", .init("BLEU"), [.init("development data", validations(\.bleu))]),
      plot("CIDEr", .init("CIDEr"), [.init("development data", validations(\.cider))]),
      plot(
        "Perplexity", .init("perplexity a word", .logarithmic),
        [.init("development data", validations(\.perplexity))]),
      plot(
        "Learning rate", .init("learning rate"), [.init("learning rate", progress(\.learningRate))]),
      plot(
        "Gradient", .init("norm before clipping", .logarithmic),
        [.init("gradient", progress(\.gradientNorm))]),
    ]
    return PlotSheet(title: "\(name): training", plots: plots.compactMap(\.self))
  }
}
