import ArgumentParser
import Metrics
import Translation

/// What a metric compares: hypotheses, made elsewhere or by a model now, and references.
struct EvaluationInput: ParsableArguments {
  @Option(
    name: [.customShort("r"), .customLong("reference")],
    help: ArgumentHelp(
      "References, a line for each line (or image); several files for several references, each behind "
        + "an -r.",
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

  @Argument(
    help: "What is to be judged, a file a system; standard input where not given.",
    completion: .file())
  var hypotheses: [String] = []

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup(title: "Search") var search: TextSearchArguments
  @OptionGroup(title: "Work") var work: WorkArguments

  func validate() throws {
    if references.isEmpty {
      throw ValidationError("Which reference? Give -r with its file, once for each reference.")
    }
    if model.isGiven {
      if !hypotheses.isEmpty {
        throw ValidationError(
          "Give either lines to be judged or a model that makes them, not both.")
      }
      if source == nil {
        throw ValidationError("A model needs -s with the lines it shall translate.")
      }
    } else if source != nil || output != nil {
      throw ValidationError("-s and --output go with a model: --src and --tgt, or --model.")
    } else if let option = search.given ?? work.given {
      throw ValidationError("\(option) goes with a model: --src and --tgt, or --model.")
    }
  }

  /// All lines.
  func read() throws -> EvaluatedLines {
    let references = try references.map { try readLines($0) }
    return EvaluatedLines(
      systems: try systems(), references: references, names: self.references)
  }

  /// All captions.
  func readCaptions(onlyAnswered: Bool) throws -> EvaluatedLines {
    var all = CaptionsByImage()
    for path in references {
      let read = try captions(in: path)
      for (image, captions) in zip(read.images, read.captions) {
        all.add(image: image)
        for caption in captions { all.add(caption, image: image) }
      }
    }
    let systems =
      hypotheses.isEmpty
      ? [("standard input", try captions(in: "-"))]
      : try hypotheses.map { ($0, try captions(in: $0)) }
    return try EvaluatedLines(captions: systems, references: all, onlyAnswered: onlyAnswered)
  }

  /// - Parameter path: `-` for standard input.
  private func captions(in path: String) throws -> CaptionsByImage {
    guard path == "-" else { return try CaptionsByImage(path: path) }
    let text = try readLines(nil).joined(separator: "\n")
    return try CaptionsByImage(bytes: Array(text.utf8), file: "standard input")
  }

  private func systems() throws -> [EvaluatedLines.System] {
    if model.isGiven {
      return [EvaluatedLines.System(name: source ?? "the model", lines: try translated())]
    }
    if hypotheses.isEmpty {
      return [EvaluatedLines.System(name: "standard input", lines: try readLines(nil))]
    }
    return try hypotheses.map { EvaluatedLines.System(name: $0, lines: try readLines($0)) }
  }

  private func translated() throws -> [String] {
    let translator = try model.translator()
    var options = translator.defaultOptions
    options.search = search.applied(to: options.search, nbest: nil)
    try search.search.check(options.search)
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
