public import ArgumentParser
public import Metrics

/// How metrics of lines are computed; what is not given is as sacreBLEU has it.
struct MetricArguments: ParsableArguments {
  @Flag(help: "Take no notice of case: BLEU, chrF, WER and CER. TER never does unless told.")
  var lowercase = false

  @Option(
    help: ArgumentHelp(
      "BLEU: how lines are cut into words: 13a, unless told; intl; zh, for Chinese; char, for "
        + "scripts without spaces; none, for text that is tokenized already.",
      valueName: "tokenizer"))
  var tokenize: BLEU.Tokenization?

  @Option(
    help: ArgumentHelp(
      "BLEU: what becomes of n-grams without a match: exp, unless told; floor, add-k or none.",
      valueName: "method"))
  var smooth: BLEU.Smoothing.Method?

  @Option(
    help: ArgumentHelp(
      "BLEU: the number that floor (0.1) or add-k (1) puts there.", valueName: "value"))
  var smoothValue: Double?

  @Flag(help: "BLEU: leave out orders that the lines are too short for; --sentence does so.")
  var effectiveOrder = false

  @Option(help: ArgumentHelp("chrF: longest character n-grams (6).", valueName: "n"))
  var chrfCharacters: Int?

  @Option(
    help: ArgumentHelp("chrF: longest word n-grams; 0 for chrf, 2 for chrf++.", valueName: "n"))
  var chrfWords: Int?

  @Option(
    help: ArgumentHelp(
      "chrF: how many times as much recall counts as precision (2).", valueName: "n"))
  var chrfBeta: Int?

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
    if let smoothValue {
      guard smooth == .floor || smooth == .addK else {
        throw ValidationError("--smooth-value goes with --smooth floor or add-k, of bleu.")
      }
      guard smoothValue > 0, smoothValue.isFinite else {
        throw ValidationError("--smooth-value is \(smoothValue); it must be above 0.")
      }
    }
  }

  /// Throws where an option was given that none of the metrics reads, or that a metric cannot have.
  func validate(for choices: [MetricChoice]) throws {
    func list(_ choices: [MetricChoice]) -> String {
      choices.map(\.rawValue).joined(separator: ", ")
    }
    for (option, isGiven, readers) in uses
    where isGiven && Set(readers).isDisjoint(with: choices) {
      throw ValidationError(
        "\(option) is an option of \(list(readers)); leave it out with \(list(choices)).")
    }
    for choice in choices where choice.isCharacterF && chrfCharacters == 0 && words(choice) == 0 {
      throw ValidationError("--chrf-characters and --chrf-words are both 0; nothing would count.")
    }
  }

  /// The options, whether each was given, and the metrics that read it.
  private var uses: [(option: String, isGiven: Bool, readers: [MetricChoice])] {
    let chrF = MetricChoice.allCases.filter(\.isCharacterF)
    return [
      ("--lowercase", lowercase, [.bleu] + chrF + [.wer, .cer]),
      ("--tokenize", tokenize != nil, [.bleu]),
      ("--smooth", smooth != nil, [.bleu]),
      ("--smooth-value", smoothValue != nil, [.bleu]),
      ("--effective-order", effectiveOrder, [.bleu]),
      ("--chrf-characters", chrfCharacters != nil, chrF),
      ("--chrf-words", chrfWords != nil, chrF),
      ("--chrf-beta", chrfBeta != nil, chrF),
      ("--chrf-whitespace", chrfWhitespace, chrF),
      ("--chrf-epsilon", chrfEpsilon, chrF),
      ("--case-sensitive", caseSensitive, [.ter]),
      ("--ter-normalized", terNormalized, [.ter]),
      ("--ter-asian", terAsian, [.ter]),
      ("--no-punctuation", noPunctuation, [.ter, .wer, .cer]),
      ("--only-answered", onlyAnswered, MetricChoice.allCases.filter(\.judgesCaptions)),
    ]
  }

  /// How to take no notice of case, in the words of the options; nil where no metric takes any.
  func withoutCase(_ choices: [MetricChoice]) -> String? {
    for choice in choices {
      switch choice {
      case .bleu, .chrf, .chrfWithWords, .wer, .cer: if !lowercase { return "with --lowercase" }
      case .ter: if caseSensitive { return "without --case-sensitive" }
      case .coco, .cocoBLEU, .rouge, .cider, .ciderPlain, .meteor: break
      }
    }
    return nil
  }

  /// The metrics of a choice, with these options.
  ///
  /// - Parameter forSentences: whether single lines are scored.
  func metrics(_ choice: MetricChoice, forSentences: Bool) -> [any CorpusMetric] {
    switch choice {
    case .bleu:
      [
        BLEU(
          tokenization: tokenize ?? .v13a, lowercase: lowercase,
          smoothing: BLEU.Smoothing(smooth ?? .exponential, value: smoothValue),
          effectiveOrder: effectiveOrder || forSentences)
      ]
    case .chrf, .chrfWithWords:
      [
        CHRF(
          characterOrder: chrfCharacters ?? 6, wordOrder: words(choice), beta: chrfBeta ?? 2,
          lowercase: lowercase, whitespace: chrfWhitespace, epsilonSmoothing: chrfEpsilon)
      ]
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

  /// The longest word n-grams of chrF or chrF++.
  private func words(_ choice: MetricChoice) -> Int {
    chrfWords ?? (choice == .chrfWithWords ? 2 : 0)
  }
}

extension BLEU.Tokenization: ExpressibleByArgument {}
extension BLEU.Smoothing.Method: ExpressibleByArgument {}
