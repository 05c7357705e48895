public import ArgumentParser
public import Metrics

struct EvaluateBLEU: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bleu",
    abstract: "BLEU as sacreBLEU \(BLEU.sacreBLEUVersion) computes it, with its signature.",
    discussion: """
      Give raw text, neither tokenized nor lowercased: it is tokenized here, alike for everybody.

      EXAMPLES:
        s2s evaluate bleu -r test.en output.en
        s2s translate --src de --tgt en < test.de | s2s evaluate bleu -r test.en --decimals 2
        s2s evaluate bleu -r test.en --model Runs/tiny/best -s test.de --beam 1 --score-only
      """)

  @OptionGroup var input: EvaluationInput

  @Option(help: ArgumentHelp("Decimals of the score.", valueName: "n"))
  var decimals = 1

  @Flag(help: "Take no notice of case.")
  var lowercase = false

  @Option(help: "How lines are cut into words: 13a, or none for text that is tokenized already.")
  var tokenize: BLEU.Tokenization = .v13a

  @Flag(help: "Print the number alone.")
  var scoreOnly = false

  @Flag(help: "Print a JSON object.")
  var json = false

  func validate() throws {
    try check("--decimals", decimals, 0...12)
    if scoreOnly && json { throw ValidationError("Give either --score-only or --json.") }
  }

  func run() throws {
    let (hypotheses, references) = try input.read()
    let metric = BLEU(tokenization: tokenize, lowercase: lowercase)
    let score = try metric.score(hypotheses: hypotheses, references: references)
    let signature = metric.signature(references: references.count)
    let output = try TextOutput(path: nil)
    if scoreOnly {
      try output.write(fixed(score.value, decimals))
    } else if json {
      try output.write(object(score, signature: signature, lines: hypotheses.count).text)
    } else {
      try output.write(score.line(signature: signature, decimals: decimals))
    }
    try output.close()
  }

  private func object(_ score: BLEU.Score, signature: String, lines: Int) -> JSON {
    .object([
      ("name", .string("BLEU")), ("score", .number(score.value)), ("signature", .string(signature)),
      ("precisions", .array((0..<BLEU.order).map { .number(score.precisions[$0]) })),
      ("brevityPenalty", .number(score.brevityPenalty)), ("ratio", .number(score.ratio)),
      ("hypothesisLength", .integer(score.statistics.hypothesisLength)),
      ("referenceLength", .integer(score.statistics.referenceLength)), ("lines", .integer(lines)),
    ])
  }
}

extension BLEU.Tokenization: ExpressibleByArgument {}
