internal import Completion
internal import Foundation
internal import Neural
internal import Recipes
public import Seq2Seq
internal import Tensors
internal import Tokenization

/// Translates text: raw lines in, finished lines out.
///
/// ```swift
/// let translator = try Translator(source: "de", target: "en")
/// print(try translator.translate("Guten Morgen!").text)
/// ```
///
/// A translator is immutable and may be used from many threads at once.
public final class Translator: Sendable {
  /// How to translate.
  public struct Options: Sendable, Equatable {
    public var search: SearchOptions
    /// Sentences decoded at once by each thread.
    public var batchSize = 64
    /// Threads that share the work.
    public var threads: Int
    /// Whether candidates come with word alignments.
    public var alignments = false
    /// Whether a model that has a shortlist of likely translations considers no others: a faster search for
    /// the best. Ensembles and sampling consider all.
    public var usesShortlist = true
    /// How much a language model counts, where the translator has one: scores are log p(token | source) + weight · log
    /// p(token) (shallow fusion, Gülçehre et al. 2015). Found translations have such sums as `logProbability`.
    public var languageWeight: Float = 0.2

    public init(search: SearchOptions = SearchOptions()) {
      self.search = search
      threads = ProcessInfo.processInfo.activeProcessorCount
    }
  }

  /// Language code of the source.
  public let source: String
  /// Language code of the target.
  public let target: String
  /// What the model was found to work best with; used where no options are given.
  public let defaultOptions: Options
  /// One, or the members of an ensemble.
  private let models: [TranslationModel]
  private let members: [EnsembleMember]
  private let encoders: [SubwordEncoderPool]
  private let languageModel: FusedLanguage?

  /// Loads the preferred model for two languages: from `$S2S_MODELS`, the user's data folder, or those
  /// that ship.
  public convenience init(source: String, target: String) throws {
    try self.init(paths: [ModelLibrary().model(source: source, target: target).path])
  }

  /// Loads a model folder.
  public convenience init(path: String) throws { try self.init(paths: [path]) }

  /// Loads model folders; several translate together as an ensemble, the mean of their
  /// probabilities, and must have the same languages and target subwords.
  ///
  /// - Parameter languageModel: folder of a language model of the target that searches along; it must have the same
  ///   subwords (a recipe's `vocabulary.from`). None where nil.
  public init(paths: [String], languageModel: String? = nil) throws {
    precondition(!paths.isEmpty, "a translator needs a model")
    models = try paths.map { try TranslationModel(path: $0, keepsInt8: true) }
    let first = models[0].description
    for (path, model) in zip(paths, models).dropFirst() {
      let other = model.description
      guard other.source == first.source, other.target == first.target else {
        throw ModelError(
          path: path,
          "translates \(other.source) to \(other.target), but \(paths[0]) \(first.source) to "
            + "\(first.target); an ensemble needs the same languages")
      }
      guard other.targetFingerprint == first.targetFingerprint else {
        throw ModelError(
          path: path,
          "has other target subwords than \(paths[0]); an ensemble needs models trained with the "
            + "same subwords (the same vocabulary settings on the same data)")
      }
    }
    source = first.source
    target = first.target
    defaultOptions = Options(search: first.search)
    let workers = Workers(count: defaultOptions.threads)
    members = models.map {
      EnsembleMember(
        network: $0.network, weights: $0.weights, int8: $0.int8, workers: workers,
        takesWeights: true)
    }
    encoders = models.map { SubwordEncoderPool($0.sourceSubwords) }
    self.languageModel = try languageModel.map {
      try FusedLanguage(
        path: $0, sharing: first.targetFingerprint, with: paths[0], workers: workers)
    }
    if let failure = matrixLibraryFailure() { throw ModelError(path: paths[0], failure) }
  }

  /// Translates one line.
  public func translate(_ line: String, options: Options? = nil) throws -> Translation {
    try translate([line], options: options)[0]
  }

  /// Translates lines, in batches of like length; results come in the order of the lines.
  ///
  /// - Parameters:
  ///   - options: nil for the model's own.
  ///   - firstNumber: number of the first line in a longer text, which sampling depends on.
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func translate(
    _ lines: [String], options: Options? = nil, firstNumber: Int = 0
  ) throws -> [Translation] {
    let options = options ?? defaultOptions
    try options.search.validate()
    try checkLanguageWeight(options.languageWeight)
    let parts = lines.map(parts)
    let sentences = parts.flatMap(\.self)
    let decoder = decoder(options)
    // By line and part, so that what is drawn does not depend on how a text comes in.
    let numbers = parts.enumerated().flatMap { line, parts in
      parts.indices.map { firstNumber + line | $0 << 40 }
    }
    var found = try decoder.decode(
      encoders.map { encoder in sentences.map { encoder.encode($0) } }, numbers: numbers
    )[...]
    let encoder = encoders[0]
    return parts.map { parts in
      let own = found.prefix(parts.count)
      found = found.dropFirst(parts.count)
      return joined(
        zip(parts, own).map { (options.alignments ? encoder.encode($0) : [], $1) }, options)
    }
  }

  /// The probability that the model gives to translations made elsewhere.
  ///
  /// - Returns: a candidate a pair, in order.
  public func score(
    _ pairs: [(source: String, target: String)], options: Options? = nil
  ) throws -> [Translation.Candidate] {
    let options = options ?? defaultOptions
    let targets = SubwordEncoderPool(models[0].targetSubwords)
    let tokens = pairs.map { targets.encode($0.target) }
    let scored = try decoder(options).score(
      encoders.map { encoder in pairs.map { encoder.encode($0.source) } }, targets: tokens)
    return zip(pairs, scored).map { pair, hypothesis in
      Translation.Candidate(
        text: pair.target, score: hypothesis.score, logProbability: hypothesis.logProbability,
        tokenCount: hypothesis.tokens.count, alignment: [], ended: true)
    }
  }

  private func decoder(_ options: Options) -> BatchDecoder {
    BatchDecoder(
      members: members, options: options.search,
      batchSize: max(1, options.batchSize), workers: Workers(count: max(1, options.threads)),
      keepsAttention: options.alignments,
      shortlist: options.usesShortlist ? models[0].shortlist : nil,
      language: languageModel.map { ($0, options.languageWeight) })
  }

  /// What of a line is translated: nothing of an empty one, parts of one that is too long.
  private func parts(_ line: String) -> [String] {
    guard line.contains(where: { !$0.isWhitespace }) else { return [] }
    let encoder = encoders[0]
    return LineSplitter(
      length: { encoder.encode($0).count }, maxLength: max(16, models[0].description.maxLength)
    ).parts(line)
  }

  /// Puts the parts of a line together: the best of each, the second best of each, and so on.
  private func joined(
    _ parts: [(source: [TokenID], found: [Hypothesis])], _ options: Options
  ) -> Translation {
    let model = models[0]
    let aligner = WordAlignment(source: model.sourceSubwords, target: model.targetSubwords)
    let count = max(1, parts.map(\.found.count).max() ?? 1)
    let candidates = (0..<count).map { rank in
      var candidate = Translation.Candidate(
        text: "", score: 0, logProbability: 0, tokenCount: 0, alignment: [], ended: true)
      var (sourceWords, targetWords) = (0, 0)
      for (source, found) in parts {
        let hypothesis = found[min(rank, found.count - 1)]
        let text = model.targetSubwords.decode(hypothesis.tokens)
        candidate.text += candidate.text.isEmpty || text.isEmpty ? text : " " + text
        candidate.score += hypothesis.score / Double(parts.count)
        candidate.logProbability += hypothesis.logProbability
        candidate.tokenCount += hypothesis.tokens.count
        candidate.ended = candidate.ended && hypothesis.ended
        if options.alignments {
          candidate.alignment += aligner.links(source, hypothesis).map {
            WordLink(source: $0.source + sourceWords, target: $0.target + targetWords)
          }
          sourceWords += aligner.wordCount(source, model.sourceSubwords)
          targetWords += aligner.wordCount(hypothesis.tokens, model.targetSubwords)
        }
      }
      // An output is a line: a model that writes a line break must not shift the others.
      candidate.text = candidate.text.split(whereSeparator: \.isNewline).joined(separator: " ")
      return candidate
    }
    return Translation(candidates: candidates)
  }
}
