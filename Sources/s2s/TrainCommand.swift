import ArgumentParser
import Foundation
import Seq2Seq
import Translation

/// `s2s train`: a new training run, or the next session of one.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model by a recipe; a run that was stopped goes on where it was.",
    discussion: """
      The run lives in a folder: the resolved recipe, log.jsonl, checkpoints/, and in best/ the best \
      model so far, which `s2s translate --model` takes. Give the same command again to resume; the \
      result is the same to the last byte as that of an unbroken run, with any number of threads.

      Ctrl-C finishes the update and writes a checkpoint; a second one ends at once.

      EXAMPLES:
        s2s train Recipes/tiny.yaml --budget 2m
        s2s train my.yaml --set training.learningRate=0.002 --set vocabulary.size=4000 --out runs/my
        s2s translate --model runs/my/best < in.txt > out.txt
      """)

  @Argument(help: "The recipe, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A setting that counts more than the recipe's.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(
    help: "The run's folder. (default: runs/NAME, with the recipe's name)",
    completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Stop in this time and leave the best model so far: 90s, 30m, 1.5h, or seconds.",
      valueName: "time"))
  var budget: TimeSpan?

  @Option(help: "Threads; the result does not depend on it. (default: all cores)")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    let recipe = try Recipe(contentsOf: recipe, overrides: overrides)
    let folder = out ?? "runs/" + recipe.name
    let progress = TrainProgress(recipe: recipe, folder: folder)
    let training = try TranslationTraining(
      recipe, folder: folder,
      workers: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      report: progress.show)
    progress.describe(training)
    let interruption = Interruption()
    let reason = try training.run(budget: budget?.seconds) { interruption.isRequested }
    progress.finish(reason)
    if reason == .interrupted, let signal = interruption.signal { throw ExitCode(128 + signal) }
  }
}

/// A length of time as people write it: `90s`, `30m`, `1.5h`, or plain seconds.
struct TimeSpan: ExpressibleByArgument, Equatable {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    var text = Substring(argument)
    var factor = 1.0
    if let last = text.last, let unit = units[last] {
      factor = unit
      text = text.dropLast()
    }
    guard let number = Double(text), number > 0, number.isFinite else { return nil }
    seconds = number * factor
  }

  var defaultValueDescription: String { "\(seconds)s" }
}
