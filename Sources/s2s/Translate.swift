import ArgumentParser
import Translation

struct Translate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Translate lines of text: a line in, a line out.",
    discussion: """
      Reads files, or standard input where none is named, as UTF-8. First lines come out before the \
      last are read, and what has arrived is answered without waiting for more; on a terminal, each \
      line at once. Line n of the output always belongs to line n of the input: an empty line gives \
      an empty line, and so does one that is not UTF-8, which is named on standard error; the exit \
      code is 1 then.

      EXAMPLES:
        echo 'Wie geht es dir?' | s2s translate --src de --tgt en
        s2s translate --src de --tgt en chapter1.txt chapter2.txt --output book.en.txt
        s2s translate --model Runs/tiny/best --nbest 3 < text.de    line ||| text ||| score
        s2s translate --model a --model b < text.de                 an ensemble
        s2s translate --src de --tgt en --json --alignments < text.de
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup(title: "Search") var search: TextSearchArguments
  @OptionGroup(title: "Language model") var fusion: FusionArguments
  @OptionGroup(title: "Work") var work: WorkArguments

  @Option(
    help: ArgumentHelp(
      "The n best translations of each line, as: line number ||| text ||| score.", valueName: "n"))
  var nbest: Int?

  @Flag(help: "Add which words belong together: TEXT ||| 0-0 1-2 (source-target, from 0).")
  var alignments = false

  @Flag(
    help:
      "Consider the whole vocabulary though the model has a shortlist (see s2s models shortlist)."
  )
  var noShortlist = false

  @Flag(
    help: "Print one JSON object a line: line, source, text, score, candidates; error if it failed."
  )
  var json = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write there, not to standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Argument(help: "Files to translate; - is standard input.", completion: .file())
  var files: [String] = []

  func validate() throws {
    try model.require()
    try check("--nbest", nbest, 1...1000)
    if let nbest, let beam = search.search.beam, nbest > beam, !search.search.sampling {
      throw ValidationError(
        "--nbest is \(nbest), but --beam keeps only \(beam); raise --beam or leave it out.")
    }
  }

  func run() throws {
    let translator = try model.translator(languageModel: fusion.path)
    var options = translator.defaultOptions
    options.search = search.applied(to: options.search, nbest: nbest)
    try search.search.check(options.search)
    options.alignments = alignments
    options.usesShortlist = !noShortlist
    if let weight = fusion.languageWeight { options.languageWeight = weight }
    work.apply(to: &options)

    let input = TextInput(files)
    let output = try TextOutput(path: output, apartFrom: files)
    let format = TranslationFormat(nbest: nbest != nil, alignments: alignments, json: json)
    let stream = TranslationStream(translator: translator, options: options)
    let clock = ContinuousClock()
    let began = clock.now
    try stream.run(input) { lines in
      for (line, translation) in lines { try format.write(line, translation, to: output) }
      try output.flush()
    }
    try output.close()
    if work.timing { remark(timing(lines: stream.lines, clock.now - began)) }
    try input.finish()
  }
}

/// `12 lines in 0.80 s, 15.0 lines/s`
func timing(lines: Int, _ duration: Duration) -> String {
  let seconds = duration / .seconds(1)
  return
    "\(lines) lines in \(fixed(seconds, 2)) s, \(fixed(Double(lines) / max(seconds, 1e-9), 1)) "
    + "lines/s"
}
