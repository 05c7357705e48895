public import ArgumentParser
public import Metrics

/// How metrics of lines are computed; what is not given is as sacreBLEU has it.
struct MetricArguments: ParsableArguments {
  @Flag(help: "Take no notice of case: BLEU, chrF, WER and CER. TER never does unless told.")
  var lowercase = false

  @Option(
    help: ArgumentHelp(
      "BLEU: how lines are cut into words: 13a; intl; zh, for Chinese; char, for scripts without "
        + "spaces; none, for text that is tokenized already.", valueName: "tokenizer"))
  var tokenize: BLEU.Tokenization = .v13a

  @Option(
    help: ArgumentHelp(
      "BLEU: what becomes of n-grams without a match: exp, floor, add-k or none.",
      valueName: "method"))
  var smooth: BLEU.Smoothing.Method = .exponential

  @Option(
    help: ArgumentHelp(
      "BLEU: the number that floor (0.1) or add-k (1) puts there.", valueName: "value"))
  var smoothValue: Double?

  @Flag(help: "BLEU: leave out orders that the lines are too short for; --sentence does so.")
  var effectiveOrder = false

  @Option(help: ArgumentHelp("chrF: longest character n-grams.", valueName: "n"))
  var chrfCharacters = 6

  @Option(
    help: ArgumentHelp("chrF: longest word n-grams; 0 for chrf, 2 for chrf++.", valueName: "n"))
  var chrfWords: Int?

  @Option(
    help: ArgumentHelp("chrF: how many times as much recall counts as precision.", valueName: "n"))
  var chrfBeta = 2

  @Flag(help: "chrF: count white space as characters too.")
  var chrfWhitespace = false

  @Flag(help: "chrF: smooth with epsilon and average over all orders, as chrF++.py does.")
  var chrfEpsilon = false

  @Flag(help: "TER: take notice of case.")
  var caseSensitive = false

  @Flag(help: "TER: set off punctuation first, as Tercom's normalization does.")
  var terNormalized = false

  @Flag(help: "TER: with --ter-normalized or --no-punctuation, know Asian scripts too.")
  var terAsian = false

  @Flag(help: "TER, WER and CER: take no notice of punctuation.")
  var noPunctuation = false

  @Flag(help: "Captions: leave out images that have no result; else they are an error.")
  var onlyAnswered = false

  func validate() throws {
    try check("--chrf-characters", chrfCharacters, 0...64)
    try check("--chrf-words", chrfWords, 0...64)
    try check("--chrf-beta", chrfBeta, 0...1000)
    if chrfCharacters == 0, chrfWords ?? 0 == 0 {
      throw ValidationError("--chrf-characters and --chrf-words are both 0; nothing would count.")
    }
    if let smoothValue {
      guard smooth == .floor || smooth == .addK else {
        throw ValidationError("--smooth-value goes with --smooth floor or add-k.")
      }
      guard smoothValue > 0, smoothValue.isFinite else {
        throw ValidationError("--smooth-value is \(smoothValue); it must be above 0.")
      }
    }
  }

  /// The metrics of a choice, with these options.
  ///
  /// - Parameter forSentences: whether single lines are scored.
  func metrics(_ choice: MetricChoice, forSentences: Bool) -> [any CorpusMetric] {
    switch choice {
    case .bleu:
      [
        BLEU(
          tokenization: tokenize, lowercase: lowercase,
          smoothing: BLEU.Smoothing(smooth, value: smoothValue),
          effectiveOrder: effectiveOrder || forSentences)
      ]
    case .chrf: [chrF(words: chrfWords ?? 0)]
    case .chrfWithWords: [chrF(words: chrfWords ?? 2)]
    case .ter:
      [
        TER(
          normalized: terNormalized, removesPunctuation: noPunctuation, asianSupport: terAsian,
          caseSensitive: caseSensitive)
      ]
    case .wer: [errorRate(.word)]
    case .cer: [errorRate(.character)]
    case .coco: CaptionMetric.Kind.allCases.map { CaptionMetric($0) }
    case .cocoBLEU: [.bleu1, .bleu2, .bleu3, .bleu4].map { CaptionMetric($0) }
    case .rouge: [CaptionMetric(.rougeL)]
    case .cider: [CaptionMetric(.cider)]
    case .ciderPlain: [CaptionMetric(.plainCIDEr)]
    case .meteor: [CaptionMetric(.meteorExactStem)]
    }
  }

  func errorRate(_ unit: WordErrorRate.Unit) -> WordErrorRate {
    WordErrorRate(unit: unit, lowercase: lowercase, removesPunctuation: noPunctuation)
  }

  private func chrF(words: Int) -> CHRF {
    CHRF(
      characterOrder: chrfCharacters, wordOrder: words, beta: chrfBeta, lowercase: lowercase,
      whitespace: chrfWhitespace, epsilonSmoothing: chrfEpsilon)
  }
}

extension BLEU.Tokenization: ExpressibleByArgument {}
extension BLEU.Smoothing.Method: ExpressibleByArgument {}
