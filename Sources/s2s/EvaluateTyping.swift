import ArgumentParser
import Completion

struct EvaluateTyping: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "typing", abstract: "How much typing a language model's suggestions save.",
    discussion: """
      Types each line, key by key, and takes one of the suggested words as soon as it is right. Prints the share of \
      characters that needed no key (taking a suggestion is one key and types the rest of the word, no space), and how \
      long suggestions took after a key. A model that has learned text which goes on from line to line knows the lines \
      before the one that is typed; with --cache any model remembers their words.

      EXAMPLES:
        s2s evaluate typing letters.txt
        s2s evaluate typing --words 5 --json < letters.txt
      """)

  @OptionGroup(title: "Model") var model: CompletionModelArguments
  @OptionGroup(title: "Cache") var cache: CacheArguments

  @Option(help: ArgumentHelp("Words suggested at once (3).", valueName: "n"))
  var words: Int?

  @Flag(help: "Print a JSON object.")
  var json = false

  @Argument(help: "The lines to type; standard input where not given.", completion: .file())
  var file: String?

  func validate() throws { try check("--words", words, 1...100) }

  func run() throws {
    let completer = try model.completer()
    let judged = try JudgedText(file)
    let result = TypingTest(completer, count: words ?? 3, cache: cache.settings).type(judged.lines)
    let output = try TextOutput(path: nil)
    let (mean, median) = (1000 * result.meanSeconds, 1000 * result.seconds(within: 0.5))
    let (slow, slowest) = (1000 * result.seconds(within: 0.95), 1000 * result.seconds(within: 1))
    try output.write(
      json
        ? JSON.object([
          ("lines", .integer(result.lines)), ("characters", .integer(result.characters)),
          ("keystrokes", .integer(result.keystrokes)), ("taken", .integer(result.taken)),
          ("saved", .number(result.saved)), ("meanMilliseconds", .number(mean)),
          ("medianMilliseconds", .number(median)), ("milliseconds95", .number(slow)),
          ("slowestMilliseconds", .number(slowest)),
        ]).text
        : "\(fixed(100 * result.saved, 1)) % of \(result.characters) characters saved "
          + "(\(result.keystrokes) keys, \(result.taken) suggestions taken); a keystroke took "
          + "\(fixed(mean, 2)) ms (mean), \(fixed(median, 2)) ms (median), \(fixed(slow, 2)) ms (95th percentile), "
          + "\(fixed(slowest, 2)) ms (slowest)")
    try output.close()
    try judged.finish()
  }
}
