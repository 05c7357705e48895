/// How an output is searched for.
public struct SearchOptions: Codable, Sendable, Equatable {
  /// The way from scores to an output.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// The `beam` best beginnings are kept at each step.
    case beam
    /// Each next token is drawn at random by its probability.
    case sampling
  }

  public var method: Method = .beam
  /// Hypotheses kept a sentence; 1 is greedy search.
  public var beam = 5
  /// Outputs wanted a sentence, at most `beam` (when sampling, that many are drawn).
  public var nbest = 1
  /// Exponent α of the length that scores are divided by (score = log-probability / lengthᵅ); 0 for none.
  public var lengthPenalty: Float = 1
  /// An output is at most `maxLengthFactor` times its source's length plus `maxLengthOffset` tokens.
  public var maxLengthFactor: Float = 2
  public var maxLengthOffset = 10
  /// Fewest tokens before the end mark (guard against empty output).
  public var minLength = 1
  /// How often in a row the same n-gram (n ≤ 8) may follow itself before its next token is ruled out
  /// (guard against endless repetition); 0 for no guard.
  public var maxRepeats = 4
  /// A beginning this many nats below the best of its sentence is given up where one output is wanted
  /// (Freitag & Al-Onaizan 2017); 0 for none.
  public var pruning: Float = 2.5

  /// Divides logits before sampling.
  public var temperature: Float = 1
  /// Samples among this many best tokens; 0 for all.
  public var topK = 0
  /// Samples among the fewest best tokens whose probability reaches this (Holtzman et al. 2020); 1 for all.
  public var topP: Float = 1
  /// Start of the random numbers for sampling.
  public var seed: UInt64 = 1

  public init() {}

  /// Throws the first setting that cannot be.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: "search.\(key)", message: message()) }
    }
    try check((1...1000).contains(beam), "beam", "is \(beam); it must be 1 to 1000")
    try check(nbest >= 1, "nbest", "is \(nbest); it must be at least 1")
    try check(
      method == .sampling || nbest <= beam, "nbest",
      "is \(nbest), but the beam keeps only \(beam); raise 'search.beam'")
    try check(
      lengthPenalty >= 0 && lengthPenalty.isFinite, "lengthPenalty",
      "is \(lengthPenalty); it must not be negative")
    try check(
      maxLengthFactor >= 0 && maxLengthFactor.isFinite, "maxLengthFactor",
      "is \(maxLengthFactor); it must not be negative")
    try check(
      maxLengthOffset >= 1, "maxLengthOffset", "is \(maxLengthOffset); it must be at least 1")
    try check(minLength >= 0, "minLength", "is \(minLength); it must not be negative")
    try check(
      pruning >= 0 && pruning.isFinite, "pruning", "is \(pruning); it must not be negative")
    try check(maxRepeats >= 0, "maxRepeats", "is \(maxRepeats); it must not be negative")
    try check(
      temperature > 0 && temperature.isFinite, "temperature",
      "is \(temperature); it must be positive")
    try check(topK >= 0, "topK", "is \(topK); it must not be negative")
    try check(topP > 0 && topP <= 1, "topP", "is \(topP); it must be above 0 and at most 1")
  }
}

extension SearchOptions {
  /// Reads what older models do not have too.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    method = try values.decode(Method.self, forKey: .method)
    beam = try values.decode(Int.self, forKey: .beam)
    nbest = try values.decode(Int.self, forKey: .nbest)
    lengthPenalty = try values.decode(Float.self, forKey: .lengthPenalty)
    maxLengthFactor = try values.decode(Float.self, forKey: .maxLengthFactor)
    maxLengthOffset = try values.decode(Int.self, forKey: .maxLengthOffset)
    minLength = try values.decode(Int.self, forKey: .minLength)
    maxRepeats = try values.decode(Int.self, forKey: .maxRepeats)
    pruning = try values.decodeIfPresent(Float.self, forKey: .pruning) ?? 0
    temperature = try values.decode(Float.self, forKey: .temperature)
    topK = try values.decode(Int.self, forKey: .topK)
    topP = try values.decode(Float.self, forKey: .topP)
    seed = try values.decode(UInt64.self, forKey: .seed)
  }
}
