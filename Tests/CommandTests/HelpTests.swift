import Testing

@Suite struct HelpTests {
  @Test func version() throws {
    #expect(try Command.run(["--version"]).text == "0.1.0\n")
  }

  @Test(arguments: [
    "", "translate", "caption", "complete", "train", "evaluate", "evaluate metrics",
    "evaluate perplexity", "evaluate typing", "score", "tokenize", "models", "bench",
    "models list", "models info", "models average", "models convert",
    "models quantize", "inspect", "inspect gradients", "inspect run", "compare",
  ])
  func everyCommandHasExamples(command: String) throws {
    let outcome = try Command.run(command.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("EXAMPLES:\n  "))
    #expect(outcome.text.contains("USAGE: s2s"))
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try Command.run(["--generate-completion-script", shell])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("--length-penalty") || outcome.text.contains("length-penalty"))
  }
}
