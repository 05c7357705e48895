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
      may be added. The budget counts from when a variant's data is read to its last checkpoint. Features of pictures \
      that are kept in data.featureCache are computed in the time of the first variant that needs them.

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
    help: ArgumentHelp(
      "Write plots there: quality over time, and by speed, size and memory.", valueName: "file"),
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
    let recipes = try variants.map {
      (variant: $0, recipe: try C.Document(contentsOf: recipe, overrides: $0.settings))
    }
    let contests = try C.all(recipes, test: test, threads: threads)
    if let failure = matrixLibraryFailure() { throw Failure(.software, failure) }
    let name = recipes[0].recipe.name
    let folder = out ?? "Runs/\(name)-compared"
    if let svg { try checkCanWrite(svg, apartFrom: [recipe]) }
    try makeFolder(folder)
    let comparison = try Comparison(
      folder: folder, variants: variants,
      settings: .init(recipe: recipe, budget: budget?.seconds, threads: threads))
    for (variant, recipe) in recipes { try comparison.checkFits(recipe, variant) }
    if let difference = comparison.differenceOfData { throw Failure(.data, difference) }
    guard let program = Bundle.main.executablePath else {
      throw Failure(.software, "this program does not know where it lies, and cannot start itself")
    }
    for line in Set(recipes.compactMap { C.note(on: $0.recipe) }).sorted() { remark(line) }
    if Set(contests.map(\.developmentFingerprint)).count > 1 {
      remark(
        "the variants have different development data; what they come to on it says nothing of which is better"
      )
    }
    Interruption.catchSignals()
    let isWhole = try comparison.train(
      program: program, interruption: { Interruption.signal }, report: say)
    guard isWhole else {
      remark("stopped; the same command goes on where it was (in \(folder))")
      throw SilentEnd(signal: Interruption.signal)
    }
    let difference = comparison.differenceOfData
    if let difference { remark(difference) }
    let areJudged = try judge(comparison, contests)
    let report = ComparisonReport(
      comparison, recipe: name, metric: C.metric, hasTest: test.isGiven)
    // The table first, for which nothing can be amiss.
    let output = try TextOutput(path: nil)
    try output.write(json ? report.object.text : report.table)
    try output.close()
    if let svg { try writeFile(report.sheet.svg, to: svg, apartFrom: [recipe]) }
    let areTrained = comparison.entries.allSatisfy { $0.status != .failed }
    let areEqual = comparison.entries.allSatisfy { comparison.trainedOutside($0) == nil }
    guard areTrained, areJudged, areEqual, difference == nil else {
      throw SilentEnd(status: .someFailed)
    }
  }

  /// Judges the best model of each variant; what was judged before is not judged again.
  ///
  /// - Returns: whether all could be judged.
  private func judge(_ comparison: Comparison, _ contests: [some Contest]) throws -> Bool {
    var areJudged = true
    for (entry, contest) in zip(comparison.entries, contests) where entry.status == .done {
      let run = comparison.run(of: entry.variant)
      do {
        guard let best = try RunLog(run: run).best else { continue }
        if let known = entry.quality, known.update == best.update, contest.made(known) { continue }
        if Interruption.signal != 0 { throw SilentEnd(signal: Interruption.signal) }
        remark("judging \(entry.variant.name)")
        let quality = try contest.quality(of: RunFolder.best(of: run), update: best.update)
        try comparison.note(quality, of: entry.variant)
      } catch let end as SilentEnd {
        throw end
      } catch let error as WritingError {
        throw error
      } catch {
        // The others can be judged all the same.
        let problem = Failure(known: error)?.message ?? "\(error)"
        remark("\(entry.variant.name): cannot be judged: \(problem)")
        try comparison.forgetQuality(of: entry.variant)
        areJudged = false
      }
    }
    return areJudged
  }

  private func say(_ event: Comparison.Event) {
    switch event {
    case .training(let variant, let number, let count, let run):
      remark("variant \(number) of \(count): \(variant.name) (in \(run))")
    case .alreadyDone(let variant): remark("\(variant.name): trained before")
    case .trainedOn(let variant, let before, let now):
      remark(
        "\(variant.name): was trained on outside this comparison, from update \(before) to \(now), and has had more "
          + "time than the others; compare anew with another --out")
    case .waiting(let variant):
      remark("\(variant.name): another process is still training it; waiting for its end")
    case .failed(let variant, let exitCode):
      remark("\(variant.name): failed (exit code \(exitCode)); the same command tries it again")
    }
  }
}
