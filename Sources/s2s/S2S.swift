import ArgumentParser
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The version that `s2s --version` prints.
let version = "0.1.0"

/// The command; each subcommand has a file of its own.
@main
struct S2S: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "s2s",
    abstract:
      "Translate, complete text and caption photos on your own machine, and train models of your own.",
    discussion: """
      EXAMPLES:
        s2s models                                     # the models there are
        echo 'Guten Morgen!' | s2s translate --src de --tgt en
        s2s translate --src de --tgt en letter.txt --output letter.en.txt
        s2s caption photo.jpg                          # what a photo shows
        s2s complete 'The committee'                   # how a text may go on
        s2s train Recipes/tiny.yaml --out Runs/tiny    # train a model of your own
        s2s translate --model Runs/tiny/best < text.de
        s2s inspect run Runs/tiny                      # how training went, and what to try
        s2s bench decoding startup                     # how fast it is here

      Answers go to standard output, remarks to standard error. Exit codes: 0 all done; 1 some \
      inputs failed, each named, the others answered; 2 wrong usage; 65 damaged or unfitting data, \
      or training that cannot go on; \
      66 no such model or file; 70 an internal error; 73 and 74 output cannot be made or written; \
      78 wrong recipe.

      Completion of options and file names: s2s --generate-completion-script bash (or zsh, fish).
      """,
    version: version,
    subcommands: [
      Translate.self, Caption.self, Complete.self, Train.self, Evaluate.self, Score.self,
      Tokenize.self, Models.self, Inspect.self, Compare.self, Bench.self,
    ])

  static func main() {
    // A closed pipe is an error of writing like any other; see `TextOutput`.
    signal(SIGPIPE, SIG_IGN)
    if let name = unknownInstructions() {
      remark(
        "S2S_INSTRUCTIONS is '\(name)'; it may be one of \(knownInstructions()), or unset for all that the processor has"
      )
      end(ExitStatus.usage.rawValue)
    }
    do {
      var command = try parseAsRoot()
      try command.run()
      end(ExitStatus.done.rawValue)
    } catch {
      end(finish(error))
    }
  }

  /// Says what there is to say about an error.
  ///
  /// - Returns: the exit code.
  private static func finish(_ error: any Error) -> Int32 {
    if let end = error as? SilentEnd { return end.code }
    if let failure = Failure(known: error) {
      remark(failure.message)
      return failure.status.rawValue
    }
    let text = fullMessage(for: error)
    guard exitCode(for: error) != .success else {
      guard !text.isEmpty else { return ExitStatus.done.rawValue }
      // Help, a version, a completion script: answers.
      do {
        let output = try TextOutput(path: nil)
        try output.write(text)
        try output.close()
        return ExitStatus.done.rawValue
      } catch {
        return finish(error)
      }
    }
    // The parser's own words begin with "Error: ".
    remark(text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text)
    return (exitCode(for: error) == .validationFailure ? ExitStatus.usage : .software).rawValue
  }
}

/// `exit`, which the parser's types have one of their own beside.
private func end(_ code: Int32) -> Never { exit(code) }
