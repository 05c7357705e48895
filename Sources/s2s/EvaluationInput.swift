import ArgumentParser
import Translation

/// What a metric compares: hypotheses, made elsewhere or by a model now, and references.
struct EvaluationInput: ParsableArguments {
  @Option(
    name: [.customShort("r"), .customLong("reference")],
    help: ArgumentHelp(
      "References, a line for each line; several files for several references, each behind an -r.",
      valueName: "file"),
    completion: .file())
  var references: [String] = []

  @Option(
    name: [.customShort("s"), .customLong("source")],
    help: ArgumentHelp(
      "With a model: the lines it shall translate; - is standard input.", valueName: "file"),
    completion: .file())
  var source: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("With a model: keep its translations there.", valueName: "file"),
    completion: .file())
  var output: String?

  @Argument(help: "The lines to be judged; standard input where not given.", completion: .file())
  var hypotheses: String?

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup(title: "Search") var search: SearchArguments
  @OptionGroup(title: "Work") var work: WorkArguments

  func validate() throws {
    if references.isEmpty {
      throw ValidationError("Which reference? Give -r with its file, once for each reference.")
    }
    if model.isGiven {
      if hypotheses != nil {
        throw ValidationError(
          "Give either lines to be judged or a model that makes them, not both.")
      }
      if source == nil {
        throw ValidationError("A model needs -s with the lines it shall translate.")
      }
    } else if source != nil || output != nil {
      throw ValidationError("-s and --output go with a model: --src and --tgt, or --model.")
    }
  }

  /// All lines.
  func read() throws -> (hypotheses: [String], references: [[String]]) {
    let references = try references.map { try readLines($0) }
    return (try model.isGiven ? translated() : readLines(hypotheses), references)
  }

  private func translated() throws -> [String] {
    let translator = try model.translator()
    var options = translator.defaultOptions
    options.search = search.applied(to: options.search, nbest: nil)
    try search.check(options.search)
    work.apply(to: &options)
    let lines = try readLines(source)
    let output = try output.map { path throws(Failure) in
      try TextOutput(path: path, apartFrom: self.references + [source].compactMap(\.self))
    }
    let clock = ContinuousClock()
    let began = clock.now
    let texts = try translator.translate(lines, options: options).map(\.text)
    for text in texts { try output?.write(text) }
    try output?.close()
    if work.timing { remark(timing(lines: texts.count, clock.now - began)) }
    return texts
  }
}
