import ArgumentParser
import Seq2Seq

/// How outputs are searched for; what is not given is as the model has it.
struct SearchArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Hypotheses kept a sentence; 1 is greedy search.", valueName: "n"))
  var beam: Int?

  @Option(
    help: ArgumentHelp(
      "Exponent of the length that scores are divided by; 0 for none.", valueName: "alpha"))
  var lengthPenalty: Float?

  @Option(
    help: ArgumentHelp(
      "Give up what is this many nats less probable than the best of its sentence, where one output is wanted; 0 "
        + "gives up nothing.",
      valueName: "nats"))
  var pruning: Float?

  @Flag(help: "Draw outputs at random by their probability instead of searching for the best.")
  var sampling = false

  @Option(
    help: ArgumentHelp("With --sampling: below 1 is more careful, above 1 wilder.", valueName: "t"))
  var temperature: Float?

  @Option(
    help: ArgumentHelp("With --sampling: draw among the k likeliest subwords.", valueName: "k"))
  var topK: Int?

  @Option(
    help: ArgumentHelp(
      "With --sampling: draw among the fewest subwords that together have this probability.",
      valueName: "p"))
  var topP: Float?

  @Option(
    help: ArgumentHelp("With --sampling: start of the random numbers.", valueName: "number"))
  var seed: UInt64?

  func validate() throws {
    if !sampling {
      for (name, isGiven) in [
        ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
        ("--seed", seed != nil),
      ] where isGiven {
        throw ValidationError("\(name) goes with --sampling only.")
      }
    } else {
      for (name, isGiven) in [("--beam", beam != nil), ("--pruning", pruning != nil)] where isGiven
      {
        throw ValidationError("\(name) is for searching; leave it out with --sampling.")
      }
    }
    try check(applied(to: SearchOptions(), nbest: nil))
  }

  /// The first of the options that was given.
  var given: String? {
    [
      ("--beam", beam != nil), ("--length-penalty", lengthPenalty != nil),
      ("--pruning", pruning != nil),
      ("--sampling", sampling),
    ].first(where: \.1)?.0
  }

  /// A model's options with what was given on the command line.
  ///
  /// - Parameter nbest: outputs wanted a sentence; a beam that nobody gave becomes as wide.
  func applied(to model: SearchOptions, nbest: Int?) -> SearchOptions {
    var options = model
    if let beam { options.beam = beam }
    options.nbest = nbest ?? 1
    if beam == nil { options.beam = max(options.beam, options.nbest) }
    if let lengthPenalty { options.lengthPenalty = lengthPenalty }
    if let pruning { options.pruning = pruning }
    if sampling { options.method = .sampling }
    if let temperature { options.temperature = temperature }
    if let topK { options.topK = topK }
    if let topP { options.topP = topP }
    if let seed { options.seed = seed }
    return options
  }

  /// Throws the first setting that cannot be, by the name of its option.
  func check(_ options: SearchOptions) throws {
    do {
      try options.validate()
    } catch let error as ConfigurationError {
      throw ValidationError(
        "\(Self.option(error.key)) \(error.message.replacing("'search.beam'", with: "--beam")).")
    }
  }

  /// `search.lengthPenalty` → `--length-penalty`.
  private static func option(_ key: String) -> String {
    "--"
      + key.dropFirst("search.".count).reduce(into: "") { name, character in
        name += character.isUppercase ? "-" + character.lowercased() : String(character)
      }
  }
}

/// The same for outputs that have a text as their source.
struct TextSearchArguments: ParsableArguments {
  @OptionGroup var search: SearchArguments

  @Option(
    help: ArgumentHelp(
      "Greatest length of an output: so many times its source's, and a little more.",
      valueName: "factor"))
  var maxLengthFactor: Float?

  func validate() throws { try search.check(applied(to: SearchOptions(), nbest: nil)) }

  /// The first of the options that was given.
  var given: String? { search.given ?? (maxLengthFactor != nil ? "--max-length-factor" : nil) }

  /// See `SearchArguments.applied`.
  func applied(to model: SearchOptions, nbest: Int?) -> SearchOptions {
    var options = search.applied(to: model, nbest: nbest)
    if let maxLengthFactor { options.maxLengthFactor = maxLengthFactor }
    return options
  }
}
