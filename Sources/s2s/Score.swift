import ArgumentParser
import Completion
import Seq2Seq
import Translation

struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How probable a model finds translations made elsewhere.",
    discussion: """
      Prints for each pair of lines the natural logarithm of the translation's probability, the \
      score that search ranks by (the logarithm normalised by length), and the number of subwords, \
      separated by TAB; the end of the sentence counts as a subword in the first two. A summary goes to \
      standard error: the perplexity a subword, which depends on the model's subwords, and the \
      perplexity a word (between spaces; line ends count as words) and the bits a character, which \
      compare between models of one language.

      EXAMPLES:
        s2s score --src de --tgt en text.de text.en
        s2s score --model Runs/tiny/best --json < pairs.tsv         source TAB target
        s2s score --model Runs/tiny/best --summary text.de text.en  the perplexities alone
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup(title: "Work") var work: WorkArguments

  @Option(
    help: ArgumentHelp("Exponent of the length that scores are divided by.", valueName: "alpha"))
  var lengthPenalty: Float?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @Flag(help: "Print the summary alone, on standard output.")
  var summary = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write there, not to standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Argument(
    help: "A file of source lines and one of their translations; without, TSV on standard input.",
    completion: .file())
  var files: [String] = []

  func validate() throws {
    try model.require()
    if !files.isEmpty && files.count != 2 {
      throw ValidationError(
        "\(files.count) file\(files.count == 1 ? "" : "s") given; it takes two, source lines and "
          + "their translations, or none for TSV on standard input.")
    }
    if let lengthPenalty, !(lengthPenalty >= 0 && lengthPenalty.isFinite) {
      throw ValidationError("--length-penalty is \(lengthPenalty); it must not be negative.")
    }
  }

  func run() throws {
    let translator = try model.translator()
    var options = translator.defaultOptions
    if let lengthPenalty { options.search.lengthPenalty = lengthPenalty }
    work.apply(to: &options)
    let pairs = files.isEmpty ? PairInput() : try PairInput(files[0], files[1])
    let output = try TextOutput(path: output, apartFrom: files)
    var total = TextScore()
    let clock = ContinuousClock()
    let began = clock.now
    while true {
      let window = pairs.window(4 * options.batchSize * options.threads)
      guard !window.isEmpty else { break }
      var found = try translator.score(window.compactMap(\.pair), options: options)[...]
      for line in window {
        let candidate = line.pair == nil ? nil : found.popFirst()
        if let candidate, let pair = line.pair {
          // The end of a line is predicted too.
          total.add(
            pair.target, units: candidate.tokenCount + 1, logProbability: candidate.logProbability)
        }
        if !summary { try write(line, candidate, to: output) }
      }
      try output.flush()
    }
    if summary { try output.write(json ? total.object.text : total.summary) }
    try output.close()
    if !summary { remark(total.summary) }
    if work.timing { remark(timing(lines: total.lines, clock.now - began)) }
    try pairs.finish()
  }

  private func write(
    _ line: PairInput.Line, _ candidate: Translation.Candidate?, to output: TextOutput
  ) throws {
    guard let candidate else {
      let error = JSON.object([
        ("line", .integer(line.number)), ("error", .string(line.problem ?? "")),
      ])
      return try output.write(json ? error.text : "")
    }
    guard json else {
      return try output.write(
        "\(fixed(candidate.logProbability, 4))\t\(fixed(candidate.score, 4))\t\(candidate.tokenCount)"
      )
    }
    try output.write(
      JSON.object([
        ("line", .integer(line.number)), ("logProbability", .number(candidate.logProbability)),
        ("score", .number(candidate.score)), ("tokens", .integer(candidate.tokenCount)),
      ]).text)
  }
}

extension TextScore {
  /// What all scores of pairs come to.
  fileprivate var summary: String {
    guard units > 0 else { return "0 pairs" }
    return "\(lines) pairs, log-probability \(fixed(logProbability, 2)), "
      + figure(perplexityPerUnit, 3) + " perplexity a subword (\(units) with the ends of lines), "
      + figure(perplexityPerWord, 3) + " a word (\(words)), "
      + figure(bitsPerCharacter, 4) + " bits a character (\(characters))"
  }

  fileprivate var object: JSON {
    .object([
      ("pairs", .integer(lines)), ("logProbability", .number(logProbability)),
      ("subwords", .integer(units)), ("perplexityPerSubword", .known(perplexityPerUnit)),
      ("words", .integer(words)), ("perplexityPerWord", .known(perplexityPerWord)),
      ("characters", .integer(characters)), ("bitsPerCharacter", .known(bitsPerCharacter)),
    ])
  }
}
