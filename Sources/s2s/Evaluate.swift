import ArgumentParser

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure translations against references.",
    discussion: """
      EXAMPLES:
        s2s evaluate bleu -r test.en < output.en
        s2s evaluate bleu -r test.en --src de --tgt en -s test.de
      """,
    subcommands: [EvaluateBLEU.self])
}
