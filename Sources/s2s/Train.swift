import ArgumentParser
import Foundation
import Neural
import Seq2Seq
import Tensors
import Tokenization
import Translation

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a translator as a recipe says, or go on with a training run.",
    discussion: """
      The run's folder holds the resolved recipe, log.jsonl, checkpoints/ and, in best/, the best \
      model so far. A run that was stopped or killed goes on when the same command is given again, \
      to the very weights of an unbroken one. Ctrl-C finishes the update, writes a checkpoint and \
      ends with exit code 130 (after SIGTERM 143); a second Ctrl-C ends at once.

      EXAMPLES:
        s2s train Recipes/tiny.yaml --out Runs/tiny
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
      "Stop in time, with the best model so far saved: 90s, 30m, 1.5h, or seconds.",
      valueName: "time"))
  var budget: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Threads; all processors unless told. The weights do not depend on it.", valueName: "n"))
  var threads: Int?

  func validate() throws { try check("--threads", threads, 1...1024) }

  func run() throws {
    let clock = ContinuousClock()
    let began = clock.now
    let recipe = try Recipe(contentsOf: recipe, overrides: settings)
    if let failure = matrixLibraryFailure() { throw Failure(.software, failure) }
    let folder = out ?? "Runs/" + recipe.name
    let display = TrainingDisplay()
    display.say("\(recipe.name): \(recipe.source) to \(recipe.target), in \(folder)")
    try makeFolder(folder)
    let training = try writing(isUnderWay: false) {
      try TranslationTraining(
        recipe, folder: folder, workers: threads ?? ProcessInfo.processInfo.activeProcessorCount,
        report: display.show)
    }
    for summary in training.summaries { display.say("\(summary)") }
    if training.tooLong > 0 {
      display.say("\(training.tooLong) pairs left out: longer than training.maxLength")
    }
    Interruption.catchSignals()
    // What preparing took counts too.
    let rest = budget.map { max(0, $0.seconds - (clock.now - began) / .seconds(1)) }
    let reason = try writing(isUnderWay: true) {
      try training.run(budget: rest, isInterrupted: { Interruption.signal != 0 })
    }
    display.say(ending(reason, training, folder: folder))
    if reason == .interrupted { throw SilentEnd(signal: Interruption.signal) }
  }

  /// Runs what writes into the run's folder.
  ///
  /// - Parameter isUnderWay: whether all that is to be read has been read.
  private func writing<Result>(isUnderWay: Bool, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      guard error is ModelError || error is SafetensorsError || error is SubwordsError,
        let failure = Failure(known: error)
      else { throw error }
      // A file of the run that is not there could not be written.
      guard isUnderWay || failure.status == .noInput else { throw failure }
      throw Failure(
        .io, failure.message + "\nThe same command goes on from the last checkpoint.")
    }
  }

  /// Where the run stands, and what can be done now.
  private func ending(
    _ reason: StopReason, _ training: TranslationTraining, folder: String
  ) -> String {
    let why =
      switch reason {
      case .updates: "all updates are made"
      case .epochs: "all epochs are made"
      case .patience: "validations stopped getting better"
      case .budget: "the time is used up"
      case .interrupted: "asked to stop; a checkpoint is written"
      }
    var lines = ["Stopped after update \(training.state.update): \(why)."]
    if !reason.isFinal {
      let settings = settings.map { " --set '\($0)'" }.joined()
      lines.append("To go on:     s2s train \(recipe) --out \(folder)\(settings)")
    }
    if exists(training.bestModel) {
      lines.append("To translate: s2s translate --model \(training.bestModel)")
    }
    return lines.joined(separator: "\n")
  }
}
