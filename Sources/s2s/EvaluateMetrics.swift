import ArgumentParser
import Metrics

struct EvaluateMetrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Score translations, captions or transcripts against references (the default).",
    discussion: """
      Of lines: bleu, chrf, chrf++ and ter as sacreBLEU \(BLEU.sacreBLEUVersion) computes them, with its \
      signatures, and wer and cer. Give raw text, neither tokenized nor lower-cased: it is tokenized here, \
      alike for everybody. Of captions: coco (all of the following), coco-bleu, rouge-l, cider, \
      cider-plain and meteor-exact-stem, as coco-caption computes them; files are TSV of image and \
      caption, or COCO's JSON. Several metrics have commas between them.

      With several references an empty line is one that its line does not have.

      EXAMPLES:
        s2s evaluate bleu -r test.en output.en
        s2s evaluate bleu,chrf++,ter -r test.en --confidence output.en
        s2s translate --src de --tgt en < test.de | s2s evaluate bleu -r test.en --decimals 2
        s2s evaluate bleu -r test.en --model Runs/tiny/best -s test.de --beam 1 --score-only
        s2s evaluate bleu,ter -r test.en --paired-bootstrap baseline.en better.en best.en
        s2s evaluate wer -r said.txt --align heard.txt
        s2s evaluate coco -r captions_val.json results.json
        s2s evaluate cider,coco-bleu -r captions.tsv --json mine.tsv
      """)

  @Argument(
    help: ArgumentHelp(
      "One of \(MetricChoice.allCases.map(\.rawValue).joined(separator: ", ")), or several with commas.",
      valueName: "metrics"),
    completion: .list(MetricChoice.allCases.map(\.rawValue)), transform: MetricChoice.list)
  var metrics: [MetricChoice]

  @OptionGroup var input: EvaluationInput
  @OptionGroup(title: "Output") var format: EvaluationFormat
  @OptionGroup(title: "Metrics") var options: MetricArguments
  @OptionGroup(title: "Significance") var significance: SignificanceArguments

  func validate() throws {
    try options.validate(for: metrics)
    let isPaired = significance.isPaired
    if metrics[0].judgesCaptions, input.model.isGiven {
      throw ValidationError("A model that translates makes lines, not captions.")
    }
    if isPaired, input.hypotheses.count < 2 {
      throw ValidationError(
        "A paired test compares systems with a baseline: give the baseline's file and others.")
    }
    if format.sentence || format.align {
      if significance.confidence || isPaired {
        throw ValidationError("Intervals and paired tests are there for a whole corpus.")
      }
      if input.hypotheses.count > 1 {
        throw ValidationError("--sentence and --align take the lines of one system.")
      }
    }
    if format.align, metrics != [.wer], metrics != [.cer] {
      throw ValidationError("--align is there for wer or cer alone.")
    }
    if significance.confidence, input.hypotheses.count > 1, !isPaired {
      throw ValidationError(
        "Intervals of several systems say little about their differences: use --paired-bootstrap.")
    }
  }

  func run() throws {
    let lines =
      metrics[0].judgesCaptions
      ? try input.readCaptions(onlyAnswered: options.onlyAnswered) : try input.read()
    let output = try TextOutput(path: nil)
    let evaluation = LineEvaluation(
      choices: metrics, options: options, format: format, significance: significance)
    let clock = ContinuousClock()
    let began = clock.now
    try evaluation.run(lines, to: output)
    if input.work.timing, !input.model.isGiven {
      remark(timing(lines: lines.systems.reduce(0) { $0 + $1.lines.count }, clock.now - began))
    }
    try output.close()
  }
}
