import ArgumentParser
import Recipes
import Translation

/// Which model a command runs.
struct ModelArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Language to translate from, such as de.", valueName: "language"))
  var src: String?

  @Option(help: ArgumentHelp("Language to translate into, such as en.", valueName: "language"))
  var tgt: String?

  @Option(
    help: ArgumentHelp(
      "A model: its folder, its name, or a pair such as de-en. Several, each behind a --model of its "
        + "own, translate together as an ensemble.", valueName: "model"),
    completion: .directory)
  var model: [String] = []

  func validate() throws {
    if !model.isEmpty, src != nil || tgt != nil {
      throw ValidationError("Give either --model, or --src and --tgt.")
    }
    if (src == nil) != (tgt == nil) {
      throw ValidationError(
        "--src and --tgt go together; '\(src == nil ? "--src" : "--tgt")' is missing.")
    }
  }

  /// Whether a model was named.
  var isGiven: Bool { !model.isEmpty || src != nil }

  /// Throws unless a model was named.
  func require() throws {
    if !isGiven {
      throw ValidationError(
        "Which model? Give --src and --tgt, such as --src de --tgt en, or --model with its folder.")
    }
  }

  /// The folders.
  func paths() throws -> [String] {
    let library = ModelLibrary()
    if let src, let tgt { return [try library.model(source: src, target: tgt).path] }
    return model.map { library.path(of: $0) }
  }

  /// - Parameter languageModel: folder of what searches along, if anything does.
  func translator(languageModel: String? = nil) throws -> Translator {
    try Translator(paths: paths(), languageModel: languageModel)
  }
}

/// How much of the machine a command uses.
struct WorkArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Sentences decoded at once by each thread.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("Threads; all processors unless told.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Say on standard error how many lines it was, and how long they took.")
  var timing = false

  func validate() throws {
    try check("--batch", batch, 1...4096)
    try check("--threads", threads, 1...1024)
  }

  /// The first of the options that was given and that only a model reads.
  var given: String? { batch != nil ? "--batch" : threads != nil ? "--threads" : nil }

  func apply(to options: inout Translator.Options) {
    if let batch { options.batchSize = batch }
    if let threads { options.threads = threads }
  }
}

/// Throws if a number given is outside of its range.
func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
  if let value, !range.contains(value) {
    throw ValidationError(
      "\(name) is \(value); it must be \(range.lowerBound) to \(range.upperBound).")
  }
}
