import ArgumentParser
import Completion
import Seq2Seq

struct EvaluatePerplexity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity", abstract: "How well a language model expects a text.",
    discussion: """
      Prints the perplexity a word (between white space; ends of lines count as words, as in published figures), the \
      perplexity a unit of the model's own, and the bits a character. Where a model of words does not know some words \
      of the text, they are scored as <unk>, so that perplexities compare only between models of one vocabulary, and \
      there are no bits a character. A model that has learned text which goes on from \
      line to line reads the whole text in one go, each line knowing those before it; another one reads each line alone. \
      Blank lines are left out.

      EXAMPLES:
        s2s evaluate perplexity --model Runs/ptb/best ptb.valid.txt
        s2s evaluate perplexity --model Runs/ptb/best --cache 2000 --cache-share 0.15 ptb.valid.txt
        s2s evaluate perplexity --json < letters.txt
      """)

  @OptionGroup(title: "Model") var model: CompletionModelArguments
  @OptionGroup(title: "Cache") var cache: CacheArguments

  @Option(
    help: ArgumentHelp(
      "Cut a text that goes on into so many parts, read side by side: faster, and a little worse, as each part begins "
        + "knowing nothing.", valueName: "n"))
  var streams: Int?

  @Option(
    help: ArgumentHelp(
      "Threads; all processors unless told. A text that goes on keeps one busy, or, with --streams, two and more.",
      valueName: "n"))
  var threads: Int?

  @Flag(help: "Print a JSON object.")
  var json = false

  @Argument(help: "The text, a line a line; standard input where not given.", completion: .file())
  var file: String?

  func validate() throws {
    try check("--streams", streams, 1...LanguageText.mostStreams)
    try check("--threads", threads, 1...1024)
    if streams != nil, cache.cache != nil {
      throw ValidationError("--streams does not go with --cache, which needs what came before.")
    }
    if threads != nil, cache.cache != nil {
      throw ValidationError("--threads does not go with --cache, which reads word after word.")
    }
  }

  func run() throws {
    let completer = try model.completer()
    if streams != nil, !completer.isContinuous {
      throw Failure(
        .usage,
        "--streams is for models of text that goes on; this one reads each line alone anyway")
    }
    let judged = try JudgedText(file)
    let score = completer.perplexity(
      of: judged.lines, cache: cache.settings, streams: streams ?? 1, threads: threads)
    let output = try TextOutput(path: nil)
    try output.write(json ? object(score).text : text(score, completer))
    try output.close()
    try judged.finish()
  }

  private func text(_ score: TextScore, _ completer: Completer) -> String {
    figure(score.perplexityPerWord, 3)
      + " perplexity a word (\(score.words) with the ends of lines), "
      + figure(score.perplexityPerUnit, 3) + " a \(completer.unitKind.rawValue) (\(score.units)), "
      + (score.unknown == 0
        ? figure(score.bitsPerCharacter, 4) + " bits a character (\(score.characters))"
        : "\(score.unknown) unknown words, scored as <unk>; \(TextScore.caution)")
  }

  private func object(_ score: TextScore) -> JSON {
    .object([
      ("lines", .integer(score.lines)), ("logProbability", .number(score.logProbability)),
      ("words", .integer(score.words)), ("perplexityPerWord", .known(score.perplexityPerWord)),
      ("units", .integer(score.units)), ("perplexityPerUnit", .known(score.perplexityPerUnit)),
      ("characters", .integer(score.characters)),
      ("bitsPerCharacter", .known(score.bitsPerCharacter)), ("unknown", .integer(score.unknown)),
    ])
  }
}
