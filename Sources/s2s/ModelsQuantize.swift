public import ArgumentParser
import Captioning
import Completion
import Foundation
public import Recipes
import Translation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct ModelsQuantize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Store a model in 8 bits where that costs no more quality than is allowed.",
    discussion: """
      Measures the model as it is, then with all its matrices in int8, on data given: a translator by BLEU, a \
      captioner by CIDEr, either by perplexity, a language model by perplexity on the lines of --reference. Where too much is lost, the parts that cost most are found and kept \
      in float16, or in float32 where that is too little. Nothing is written if no choice is within the bound; the \
      exit code is 65 then. A few hundred lines or pictures suffice, but scores of few of them are rough, and the loss on others may be another. Prints parts, \
      sizes, scores and speeds; what is tried meanwhile is told on standard error. Ctrl-C ends it after the trial \
      under way, and nothing is written.

      EXAMPLES:
        s2s models quantize Runs/tiny/best small --source dev.de --reference dev.en
        s2s models quantize Runs/tiny/best small -s dev.de -r dev.en --metric perplexity --json
        s2s models quantize Runs/photos/best small --images Flickr8k --reference captions.tsv
      """)

  @Argument(
    help: ArgumentHelp(
      "The model: its folder, its name, or a pair such as de-en.", valueName: "in"),
    completion: .directory)
  var input: String

  @Argument(help: "Folder of the new model.", completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "Greatest loss that is allowed: BLEU points (0.2 unless told), CIDEr (0.005), or per cent of "
        + "perplexity (0.5).", valueName: "loss"))
  var maxDrop: Double?

  @Option(
    help: "What the loss is measured in: bleu (translators), cider (captioners) or perplexity.")
  var metric: QualityMetric?

  @OptionGroup(title: "Data") var data: JudgedInput

  @Option(
    help: ArgumentHelp(
      "Hypotheses kept when translating or captioning; greedy search unless told.", valueName: "n"))
  var beam: Int?

  @Option(help: ArgumentHelp("Threads; all processors unless told.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Print the report as a JSON object.")
  var json = false

  func validate() throws {
    if let maxDrop, !(maxDrop >= 0 && maxDrop.isFinite) {
      throw ValidationError("--max-drop is \(maxDrop); it must be a number that is not negative.")
    }
    try check("--beam", beam, 1...1000)
    try check("--threads", threads, 1...1024)
    if beam != nil, metric == .perplexity {
      throw ValidationError("--beam goes with bleu and cider; perplexity needs no search.")
    }
  }

  func run() throws {
    try checkIsNew(out)
    let path = ModelLibrary().path(of: input)
    switch try ModelHeader(path: path).kind {
    case .translation:
      let metric = try metric(.bleu, not: .cider, "captioners")
      let lines = try data.lines()
      let judge = TranslationJudge(
        metric: metric, sources: lines.sources, references: lines.references, name: lines.name,
        beam: beam ?? 1, threads: threads)
      try run(Quantizer(path: path, judge: judge, maxDrop: maxDrop ?? metric.defaultMaxDrop))
    case .caption:
      let metric = try metric(.cider, not: .bleu, "translators")
      let pictures = try data.pictures()
      let judge = try CaptionJudge(
        metric: metric, images: pictures.images, name: pictures.name, beam: beam ?? 1,
        threads: threads)
      for problem in judge.leftOut { remark("\(problem); it is left out") }
      try run(Quantizer(path: path, judge: judge, maxDrop: maxDrop ?? metric.defaultMaxDrop))
    case .languageModel:
      if let metric, metric != .perplexity {
        throw Failure(
          .usage,
          "--metric \(metric.rawValue) is not for language models; they are judged by perplexity")
      }
      let text = try data.text()
      let judge = LanguageJudge(lines: text.lines, name: text.name, threads: threads)
      try run(
        Quantizer(
          path: path, judge: judge, maxDrop: maxDrop ?? QualityMetric.perplexity.defaultMaxDrop))
    }
  }

  private func metric(
    _ usual: QualityMetric, not other: QualityMetric, _ whose: String
  ) throws(Failure) -> QualityMetric {
    if metric == other {
      throw Failure(
        .usage,
        "--metric \(other.rawValue) is for \(whose); this model is judged by \(usual.rawValue) or perplexity"
      )
    }
    return metric ?? usual
  }

  private func run(_ quantizer: Quantizer<some ModelJudge>) throws {
    // Made first, so that a place that cannot be written is known before the work; taken away if nothing comes.
    let isOld = exists(out)
    try makeFolder(out)
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("s2s-quantize-" + UUID().uuidString).path
    var isWritten = false
    defer {
      try? FileManager.default.removeItem(atPath: scratch)
      if !isWritten, !isOld { rmdir(out) }
    }
    Interruption.catchSignals()
    let report = try quantizer.run(out: out, scratch: scratch) {
      remark(QuantizationFormat.line($0, metric: quantizer.metric))
      if Interruption.signal != 0 { throw SilentEnd(signal: Interruption.signal) }
    }
    isWritten = report.isWithinBound
    let format = QuantizationFormat(report)
    let output = try TextOutput(path: nil)
    try output.write(json ? format.object(model: input, out: out).text : format.table)
    try output.close()
    if !isWritten { throw Failure(.data, "\(out): not written: \(format.refusal)") }
  }
}

extension QualityMetric: ExpressibleByArgument {}
