import ArgumentParser
import Captioning
import Completion
import Foundation
import Neural
import Recipes
import Seq2Seq
import Tensors
import Tokenization
import Translation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Train a translator, a captioner or a language model as a recipe says, or go on with a training run.",
    discussion: """
      The run's folder holds the resolved recipe, the training pairs as tokens, log.jsonl, checkpoints/ and, \
      in best/, the best model so far. A run that was stopped or killed goes on when the same command is given again, \
      to the very weights of an unbroken one. Ctrl-C finishes the update, writes a checkpoint and \
      ends with exit code 130 (after SIGTERM 143); a second Ctrl-C ends at once, and so does one before \
      the first update, while data is read and features of pictures are computed.

      EXAMPLES:
        s2s train Recipes/tiny.yaml --out Runs/tiny
        s2s train Recipes/tiny-captions.yaml --out Runs/tiny-captions
        s2s train my.yaml --set start=Runs/de-en/best               begin with a model, to adapt it
        s2s train my.yaml --budget 30m --set training.learningRate=0.002 --set vocabulary.size=4000
        s2s translate --model Runs/tiny/best < text.de
      """)

  @Argument(help: "A recipe, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting that counts more than the recipe's, such as training.batchTokens=2000.",
      valueName: "key=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp("Folder of the run; Runs/ and the recipe's name unless told."),
    completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Stop in time, with the best model so far saved: 90s, 30m, 1.5h, or seconds. What is done before the first "
        + "update (reading, features of pictures) counts, but is not cut short.",
      valueName: "time"))
  var budget: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Threads; all processors unless told. The weights do not depend on it.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "A process whose end stops training with a checkpoint: the one that started this.",
      visibility: .private))
  var parent: Int32?

  func validate() throws { try check("--threads", threads, 1...1024) }

  func run() throws {
    let kind = try RecipeKind(contentsOf: recipe, overrides: settings)
    if let failure = matrixLibraryFailure() { throw Failure(.software, failure) }
    let display = TrainingDisplay()
    let run: any DescribedRun
    switch kind {
    case .translation:
      let recipe = try Recipe(contentsOf: recipe, overrides: settings)
      run = try begin(recipe, "\(recipe.source) to \(recipe.target)", display) {
        try TranslationTraining(
          recipe, folder: $0, workers: workers, prepare: display.show, report: display.show)
      }
    case .caption:
      let recipe = try CaptionRecipe(contentsOf: recipe, overrides: settings)
      run = try begin(recipe, "pictures to \(recipe.target)", display) {
        try CaptionTraining(
          recipe, folder: $0, workers: workers, prepare: display.show, report: display.show)
      }
    case .languageModel:
      let recipe = try LanguageRecipe(contentsOf: recipe, overrides: settings)
      run = try begin(recipe, "a language model of \(recipe.language)", display) {
        try LanguageTraining(recipe, folder: $0, workers: workers, report: display.show)
      }
    }
    for line in run.remarks { display.say(line) }
    Interruption.catchSignals()
    let reason = try writing(to: run.folder, isUnderWay: true) {
      // What preparing took is counted by the run.
      try run.run(budget: budget?.seconds, isInterrupted: { isInterrupted })
    }
    display.say(ending(reason, run))
    if reason != .interrupted { sayRemarks(on: run, display) }
    if reason == .interrupted { throw SilentEnd(signal: max(Interruption.signal, 1)) }
  }

  private var isInterrupted: Bool {
    Interruption.signal != 0 || parent.map { $0 != getppid() } ?? false
  }

  /// Says what the run's log and model are a sign of; a run that is over is no failure for want of that.
  private func sayRemarks(on run: any DescribedRun, _ display: TrainingDisplay) {
    guard let log = try? RunLog(run: run.folder),
      let remarks = try? RunReport.remarks(of: run.folder, log)
    else { return }
    for line in RunReport.lines(remarks) { display.say(line) }
  }

  private var workers: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  /// Says what is trained, and makes the run in its folder.
  private func begin<Run>(
    _ recipe: some RecipeDocument, _ task: String, _ display: TrainingDisplay,
    _ make: (_ folder: String) throws -> Run
  ) throws -> Run {
    let folder = out ?? "Runs/" + recipe.name
    display.say("\(recipe.name): \(task), in \(folder)")
    try makeFolder(folder)
    return try writing(to: folder, isUnderWay: false) { try make(folder) }
  }

  /// Runs what writes into the run's folder.
  ///
  /// - Parameter isUnderWay: whether all that is to be read has been read.
  private func writing<Result>(
    to folder: String, isUnderWay: Bool, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      let path: String? =
        switch error {
        case let error as WritingError: error.path
        case let error as ModelError: error.path
        case let error as SafetensorsError: error.path
        case let error as SubwordsError: error.file
        default: nil
        }
      guard let path, path.hasPrefix(folder + "/"), let failure = Failure(known: error) else {
        throw error
      }
      // A file of the run that is not there could not be written.
      guard isUnderWay || failure.status == .noInput else { throw failure }
      throw Failure(
        .io, failure.message + "\nThe same command goes on from the last checkpoint.")
    }
  }

  /// Where the run stands, and what can be done now.
  private func ending(_ reason: StopReason, _ run: any DescribedRun) -> String {
    let why =
      switch reason {
      case .updates: "all updates are made"
      case .epochs: "all epochs are made"
      case .patience: "validations stopped getting better"
      case .budget: "the time is used up"
      case .interrupted: "asked to stop; a checkpoint is written"
      }
    var lines = ["Stopped after update \(run.state.update): \(why)."]
    // A variant of a comparison goes on with that, or it would be compared no more.
    if !reason.isFinal, parent == nil, !RunReport.isCompared(run.folder) {
      let settings = settings.map { " --set '\($0)'" }.joined()
      lines.append("To go on:     s2s train \(recipe) --out \(run.folder)\(settings)")
    }
    if exists(run.bestModel) { lines.append(run.use) }
    return lines.joined(separator: "\n")
  }
}

/// A training run of which there is something to say.
private protocol DescribedRun: TrainingRun {
  /// What there is to say of the data.
  var remarks: [String] { get }
  /// How the best model is used.
  var use: String { get }
}

extension TranslationTraining: DescribedRun {
  var remarks: [String] {
    summaries.map { "\($0)" } + (remark.map { [$0] } ?? [])
      + (tooLong > 0 ? ["\(tooLong) pairs left out: longer than training.maxLength"] : [])
  }

  var use: String { "To translate: s2s translate --model \(bestModel)" }
}

extension CaptionTraining: DescribedRun {
  var remarks: [String] {
    summaries.map { "\($0)" }
      + (tooLong > 0 ? ["\(tooLong) captions left out: longer than training.maxLength"] : [])
  }

  var use: String { "To caption:   s2s caption --model \(bestModel) photo.jpg" }
}

extension LanguageTraining: DescribedRun {
  var remarks: [String] {
    summaries.map { "\($0)" }
      + (tooLong > 0 ? ["\(tooLong) lines left out: longer than training.maxLength"] : [])
      + (unknown > 0
        ? ["development data: \(unknown) unknown words, scored as <unk>; \(TextScore.caution)"]
        : [])
  }

  var use: String { "To complete:  s2s complete --model \(bestModel) 'The beginning'" }
}
