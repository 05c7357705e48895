import ArgumentParser

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score translations, captions or transcripts, or judge a language model.",
    discussion: """
      A metric or several with commas between them (bleu, chrf, chrf++, ter, wer, cer of lines; coco, coco-bleu, \
      rouge-l, cider, cider-plain, meteor-exact-stem of captions) scores what was made elsewhere, or by a model now: \
      s2s evaluate metrics --help says all about it. The word metrics may be left out.

      EXAMPLES:
        s2s evaluate bleu -r test.en output.en
        s2s evaluate bleu,chrf++,ter -r test.en --confidence output.en
        s2s evaluate bleu -r test.en --model Runs/tiny/best -s test.de --beam 1 --score-only
        s2s evaluate coco -r captions_val.json results.json
        s2s evaluate perplexity --model Runs/ptb/best ptb.valid.txt
        s2s evaluate typing letters.txt
      """,
    subcommands: [EvaluateMetrics.self, EvaluatePerplexity.self, EvaluateTyping.self],
    defaultSubcommand: EvaluateMetrics.self)
}
