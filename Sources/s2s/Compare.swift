import ArgumentParser
import Captioning
import Comparing
import Completion
import Foundation
import Plotting
import Recipes
import Seq2Seq
import Tensors
import Translation

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train variants of a recipe under one budget, and compare what they come to.",
    discussion: """
      Each variant is an ordinary training run in the folder of the comparison, trained one after the other by a process \
      of its own; one that fails does not end the others. Then the best model of each is judged on the recipe's \
      development data (and on test data, if given) with the recipe's beam, and a table is printed: quality, target \
      tokens learned from a second, weights, size of the model's folder, most memory held, updates. A comparison that was \
      stopped or killed goes on when the same command is given again; what is trained stays trained, and variants \
      may be added.

      --vary may be given several times: all combinations are trained. A key may be given without its section where only \
      one has it. --variant gives a name to several settings at once; with --vary, each is combined with all.

      EXAMPLES:
        s2s compare my.yaml --vary cell=lstm,gru --budget 10m --out Runs/cells
        s2s compare my.yaml --vary inputDropout=0,0.2,0.4 --vary training.seed=1,2 --budget 10m --svg plot.svg
        s2s compare my.yaml --variant "as it is:" --variant "layer norm: model.layerNormalization=true" \\
          --budget 20m --source test.de --reference test.en --json
      """)

  @Argument(help: "A recipe, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @Option(
    help: ArgumentHelp(
      "A setting and the values that it takes, such as model.cell=lstm,gru.",
      valueName: "key=value,value"))
  var vary: [String] = []

  @Option(
    help: ArgumentHelp(
      "A variant with several settings, such as \"small: model.encoderHiddenSize=128, model.decoderHiddenSize=256\".",
      valueName: "name: settings"))
  var variant: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting of all variants that counts more than the recipe's.", valueName: "key=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Time for each variant: 90s, 30m, 1.5h, or seconds. Without, each is trained until the recipe says stop.",
      valueName: "time"))
  var budget: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Folder of the comparison; Runs/, the recipe's name and -compared unless told."),
    completion: .directory)
  var out: String?

  @OptionGroup(title: "Test data") var test: JudgedInput

  @Option(help: ArgumentHelp("Threads; all processors unless told.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Print a JSON object.")
  var json = false

  @Option(
    help: ArgumentHelp("Write a plot of quality over time there.", valueName: "file"),
    completion: .file())
  var svg: String?

  func validate() throws {
    try check("--threads", threads, 1...1024)
    if vary.isEmpty, variant.isEmpty {
      throw ValidationError(
        "What shall vary? Give --vary model.cell=lstm,gru, or several --variant.")
    }
  }

  func run() throws {
    switch try RecipeKind(contentsOf: recipe, overrides: settings) {
    case .translation: try run(TranslationContest.self)
    case .caption: try run(CaptionContest.self)
    case .languageModel: try run(LanguageContest.self)
    }
  }

  /// All of it, for one kind of recipe.
  private func run<C: Contest>(_: C.Type) throws {
    let variants = try Variant.all(
      varied: vary, named: variant,
      fullKey: { try C.Document.fullKey($0, path: recipe) }
    ).map { Variant(name: $0.name, settings: settings + $0.settings) }
    // Whatever is wrong with any of them is said before the first is trained.
    let recipes = try variants.map { try C.Document(contentsOf: recipe, overrides: $0.settings) }
    let first = recipes[0]
    let contest = try C(first, test: test, threads: threads)
    if let failure = matrixLibraryFailure() { throw Failure(.software, failure) }
    let folder = out ?? "Runs/\(first.name)-compared"
    try makeFolder(folder)
    let comparison = try Comparison(
      folder: folder, variants: variants,
      settings: .init(recipe: recipe, budget: budget?.seconds, threads: threads))
    for (variant, recipe) in zip(variants, recipes) {
      try comparison.checkFits(recipe, variant)
    }
    guard let program = Bundle.main.executablePath else {
      throw Failure(.software, "this program does not know where it lies, and cannot start itself")
    }
    Interruption.catchSignals()
    let isWhole = try comparison.train(
      program: program, interruption: { Interruption.signal }, report: say)
    guard isWhole else {
      remark("stopped; the same command goes on where it was (in \(folder))")
      throw SilentEnd(signal: Interruption.signal)
    }
    try judge(comparison, contest)
    let report = ComparisonReport(comparison, recipe: first.name, contest)
    if let svg { try writeFile(report.sheet.svg, to: svg, apartFrom: [recipe]) }
    let output = try TextOutput(path: nil)
    try output.write(json ? report.object.text : report.table)
    try output.close()
    if comparison.entries.contains(where: { $0.status == .failed }) {
      throw SilentEnd(status: .someFailed)
    }
  }

  /// Judges the best model of each variant; what was judged before is not judged again.
  private func judge(_ comparison: Comparison, _ contest: some Contest) throws {
    for entry in comparison.entries where entry.status == .done {
      let run = comparison.run(of: entry.variant)
      guard let best = try RunLog(run: run).best else { continue }
      if let known = entry.quality, known.update == best.update, known.beam == contest.beam,
        known.testFingerprint == contest.testFingerprint
      {
        continue
      }
      if Interruption.signal != 0 { throw SilentEnd(signal: Interruption.signal) }
      remark("judging \(entry.variant.name)")
      try comparison.note(
        try contest.quality(of: RunFolder.best(of: run), update: best.update), of: entry.variant)
    }
  }

  private func say(_ event: Comparison.Event) {
    switch event {
    case .training(let variant, let number, let count, let run):
      remark("variant \(number) of \(count): \(variant.name) (in \(run))")
    case .alreadyDone(let variant): remark("\(variant.name): trained before")
    case .waiting(let variant):
      remark("\(variant.name): another process is still training it; waiting for its end")
    case .failed(let variant, let exitCode):
      remark("\(variant.name): failed (exit code \(exitCode)); the same command tries it again")
    }
  }
}
