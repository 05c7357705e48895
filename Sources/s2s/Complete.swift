import ArgumentParser
import Completion
import Seq2Seq

struct Complete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Complete text: how it may go on, or which words come next.",
    discussion: """
      Takes prompts as arguments, or lines of standard input; answers one line for each, in order (a prompt of several \
      lines is given back as it is). A last word that no space follows may be half typed, and is gone on with too. --next gives the likeliest next words (or, where a word \
      is half typed, those that begin so) with their probabilities, --interactive suggests them while you type: Tab \
      takes the first, Alt-2 the second and so on, Enter ends the line and prints it, Ctrl-D or Ctrl-C leaves; a word that is less probable than \
      1 % is not offered. A line that is not UTF-8 is named on standard error; its answer is empty, and the exit code \
      is 1.

      EXAMPLES:
        s2s complete 'The committee'
        s2s complete --max-words 5 --nbest 3 'The committee' 'A dog'
        s2s complete --sampling --seed 7 'Once upon'
        s2s complete --next 'the gov'                      government 0.8123 (TAB) governor 0.0621 …
        s2s complete --next --words 5 --json < lines.txt
        s2s complete --interactive
      """)

  @OptionGroup(title: "Model") var model: CompletionModelArguments
  @OptionGroup(title: "Search") var search: SearchArguments
  @OptionGroup(title: "Cache") var cache: CacheArguments

  @Flag(help: "Print the likeliest next words, WORD PROBABILITY with tabs between.")
  var next = false

  @Flag(name: .shortAndLong, help: "Suggest words while you type; needs a terminal.")
  var interactive = false

  @Option(
    help: ArgumentHelp("With --next or --interactive: words suggested (3).", valueName: "n"))
  var words: Int?

  @Option(
    help: ArgumentHelp(
      "Most words added, one that was half typed (or that a space at the end begins) aside; to the end of the line, or "
        + "to --max-length, unless told.",
      valueName: "n"))
  var maxWords: Int?

  @Option(
    help: ArgumentHelp(
      "Most units (subwords, words, characters) added; what the model says, 100 as a rule, unless told.",
      valueName: "n"))
  var maxLength: Int?

  @Option(
    help: ArgumentHelp(
      "The n best continuations of each prompt, as: number ||| text ||| score.", valueName: "n"))
  var nbest: Int?

  @Option(
    help: ArgumentHelp(
      "Threads that share the prompts; all processors unless told.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Print one JSON object a prompt.")
  var json = false

  @Argument(help: "Beginnings of text; lines of standard input where there are none.")
  var prompts: [String] = []

  func validate() throws {
    try check("--words", words, 1...1000)
    try check("--max-words", maxWords, 0...100_000)
    try check("--max-length", maxLength, 1...100_000)
    try check("--nbest", nbest, 1...1000)
    try check("--threads", threads, 1...1024)
    if let nbest, let beam = search.beam, nbest > beam, !search.sampling {
      throw ValidationError(
        "--nbest is \(nbest), but --beam keeps only \(beam); raise --beam or leave it out.")
    }
    let suggests = next || interactive
    if next, interactive { throw ValidationError("Give either --next, or --interactive.") }
    if words != nil, !suggests {
      throw ValidationError("--words goes with --next or --interactive; see --max-words.")
    }
    if suggests {
      for (name, isGiven) in [
        ("--max-words", maxWords != nil), ("--max-length", maxLength != nil),
        ("--nbest", nbest != nil), ("--threads", threads != nil),
        (search.given ?? "", search.given != nil),
      ] where isGiven {
        throw ValidationError(
          "\(name) is for continuations; leave it out with --next or --interactive.")
      }
    } else if cache.cache != nil {
      throw ValidationError("--cache goes with --next or --interactive.")
    }
    if interactive, !prompts.isEmpty || json {
      throw ValidationError("--interactive takes no prompts and prints lines as they are.")
    }
  }

  func run() throws {
    if interactive {
      let terminal = try RawTerminal()
      let session = CompletionSession(try model.completer(), cache: cache.settings)
      return try InteractiveCompletion(session, count: words ?? 3, terminal: terminal).run()
    }
    let completer = try model.completer()
    let input = prompts.isEmpty ? TextInput([]) : nil
    let output = try TextOutput(path: nil)
    let session = CompletionSession(completer, cache: cache.settings)
    var number = 0
    while true {
      let window = try self.window(input, from: number)
      guard !window.isEmpty else { break }
      for problem in window.compactMap(\.problem) { input?.fail(problem) }
      if next {
        try suggest(window, session, output)
      } else {
        try complete(window, completer, firstNumber: number, output)
      }
      number += window.count
      try output.flush()
    }
    try output.close()
    try input?.finish()
  }

  /// The next few prompts: waits for one, and takes what else is there.
  private func window(_ input: TextInput?, from number: Int) throws -> [InputLine] {
    let most = 64
    guard let input else {
      return prompts.enumerated().dropFirst(number).prefix(most).map {
        InputLine(number: $0.offset + 1, text: $0.element)
      }
    }
    var lines: [InputLine] = []
    while lines.count < most, case .line(let line) = input.next(waits: lines.isEmpty) {
      lines.append(line)
    }
    return lines
  }

  // MARK: - Continuations

  private func complete(
    _ lines: [InputLine], _ completer: Completer, firstNumber: Int, _ output: TextOutput
  ) throws {
    var options = completer.defaultOptions
    options.search = search.applied(to: options.search, nbest: nbest)
    if let maxLength { options.search.maxLengthOffset = maxLength }
    try search.check(options.search)
    options.maxWords = maxWords
    if let threads { options.threads = threads }
    let found = try completer.continuations(
      of: lines.map { $0.text ?? "" }, options: options, firstNumber: firstNumber)
    for (line, continuations) in zip(lines, found) {
      if json {
        try output.write(object(line, "candidates", continuations.map(object)).text)
      } else if nbest != nil {
        for one in line.text == nil ? [] : continuations {
          try output.write("\(line.number) ||| \(one.text) ||| \(fixed(one.score, 4))")
        }
        if line.text == nil { try output.write("\(line.number) |||  ||| 0.0000") }
      } else {
        try output.write(line.text == nil ? "" : continuations[0].text)
      }
    }
  }

  private func object(_ one: Continuation) -> JSON {
    .object([
      ("text", .string(one.text)), ("added", .string(one.added)), ("score", .number(one.score)),
      ("logProbability", .number(one.logProbability)), ("units", .integer(one.unitCount)),
      ("ended", .bool(one.ended)),
    ])
  }

  // MARK: - Suggestions

  private func suggest(
    _ lines: [InputLine], _ session: CompletionSession, _ output: TextOutput
  ) throws {
    for line in lines {
      let found = line.text.map { session.nextWords(after: $0, count: words ?? 3) } ?? []
      if json {
        try output.write(object(line, "words", found.map(object)).text)
      } else {
        try output.write(
          found.map { "\($0.text) \(fixed($0.probability, 4))" }.joined(separator: "\t"))
      }
    }
  }

  private func object(_ word: WordSuggestion) -> JSON {
    .object([
      ("text", .string(word.text)), ("completion", .string(word.completion)),
      ("probability", .number(word.probability)),
    ])
  }

  /// What is answered to a line that could be read, or why it could not.
  private func object(_ line: InputLine, _ key: String, _ answers: [JSON]) -> JSON {
    guard let text = line.text else {
      return .object([
        ("line", .integer(line.number)), ("prompt", .null), (key, .array([])),
        ("error", .string(line.problem ?? "")),
      ])
    }
    return .object([
      ("line", .integer(line.number)), ("prompt", .string(text)), (key, .array(answers)),
    ])
  }
}
