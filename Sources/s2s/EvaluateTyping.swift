import ArgumentParser
import Completion

struct EvaluateTyping: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "typing", abstract: "How much typing a language model's suggestions save.",
    discussion: """
      Types each line, key by key, and takes one of the suggested words as soon as it is right. Prints the share of \
      characters that needed no key (taking a suggestion is one key and types the rest of the word, no space), and how \
      long suggestions took after a key.

      EXAMPLES:
        s2s evaluate typing --model Runs/complete-en/best letters.txt
        s2s evaluate typing --words 5 --json < letters.txt
      """)

  @OptionGroup(title: "Model") var model: CompletionModelArguments

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
    let result = TypingTest(completer, count: words ?? 3).type(judged.lines)
    let output = try TextOutput(path: nil)
    let (median, slow) = (1000 * result.seconds(within: 0.5), 1000 * result.seconds(within: 0.95))
    try output.write(
      json
        ? JSON.object([
          ("lines", .integer(result.lines)), ("characters", .integer(result.characters)),
          ("keystrokes", .integer(result.keystrokes)), ("taken", .integer(result.taken)),
          ("saved", .number(result.saved)), ("medianMilliseconds", .number(median)),
          ("milliseconds95", .number(slow)),
        ]).text
        : "\(fixed(100 * result.saved, 1)) % of \(result.characters) characters saved "
          + "(\(result.keystrokes) keys, \(result.taken) suggestions taken); a keystroke took "
          + "\(fixed(median, 2)) ms (median), \(fixed(slow, 2)) ms (95th percentile)")
    try output.close()
    try judged.finish()
  }
}
