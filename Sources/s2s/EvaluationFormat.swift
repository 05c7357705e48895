import ArgumentParser

/// How scores are printed.
struct EvaluationFormat: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Decimals of scores: 1, with --sentence 2, of captions 3 unless told.", valueName: "n"))
  var decimals: Int?

  @Flag(help: "Print numbers alone, a line a metric.")
  var scoreOnly = false

  @Flag(help: "Print a JSON object for each score; with --sentence for each line.")
  var json = false

  @Flag(help: "Score each line (or image): a line of output for each, TAB between metrics.")
  var sentence = false

  @Flag(help: "WER or CER: show each line beside its reference, errors marked.")
  var align = false

  func validate() throws {
    try check("--decimals", decimals, 0...12)
    if scoreOnly && json { throw ValidationError("Give either --score-only or --json.") }
    if sentence && scoreOnly {
      throw ValidationError("--sentence prints numbers alone as it is; leave out --score-only.")
    }
    if align, json || scoreOnly || sentence {
      throw ValidationError("--align is for reading; leave out --json, --score-only, --sentence.")
    }
  }
}
