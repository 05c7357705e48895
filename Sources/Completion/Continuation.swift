internal import Foundation
internal import Neural
public import Seq2Seq
internal import Tensors

/// How a text may go on.
public struct Continuation: Sendable, Equatable {
  /// The prompt as it was given, and what was added.
  public var text: String
  /// What was added.
  public var added: String
  /// Natural logarithm of the probability of what was added, given the prompt: at worst too low.
  public var logProbability: Double
  /// What continuations are ranked by: `logProbability` after length normalisation.
  public var score: Double
  /// Units added; one that is half typed is among them.
  public var unitCount: Int
  /// Whether the line came to its end or to the words allowed, rather than to the greatest length.
  public var ended: Bool
}

extension Completer {
  /// How to complete.
  public struct Options: Sendable, Equatable {
    /// Beam, sampling and the like; see `SearchOptions`. `maxLengthOffset` bounds what is added, in units.
    public var search: SearchOptions
    /// Most words begun besides the one that was half typed (or that a space at the prompt's end begins); nil to go on to
    /// the end of the line. `search.maxLengthOffset` bounds what is added in any case.
    public var maxWords: Int?
    /// Threads that share prompts.
    public var threads: Int

    /// - Parameter search: usually that of `Completer.defaultOptions`, with what shall be otherwise.
    public init(search: SearchOptions, maxWords: Int? = nil) {
      self.search = search
      self.maxWords = maxWords
      threads = ProcessInfo.processInfo.activeProcessorCount
    }
  }

  /// How a text may go on to the end of its line, best first.
  ///
  /// - Parameters:
  ///   - prompt: the beginning. Its last word may be half typed; white space behind it means that it is whole.
  ///   - options: nil for the model's own.
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func continuations(of prompt: String, options: Options? = nil) throws -> [Continuation] {
    try continuations(of: [prompt], options: options)[0]
  }

  /// How texts may go on.
  ///
  /// - Parameter firstNumber: number of the first one among more of them, which sampling depends on.
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func continuations(
    of prompts: [String], options: Options? = nil, firstNumber: Int = 0
  ) throws -> [[Continuation]] {
    let options = options ?? defaultOptions
    try options.search.validate()
    if let words = options.maxWords, words < 0 {
      throw ConfigurationError(key: "maxWords", message: "is \(words); it must not be negative")
    }
    let threads = max(1, options.threads)
    let search = self.search(options)
    let rows = search.method == .sampling ? search.nbest : search.beam
    let most = max(1, Self.rowsAtOnce / max(1, rows))
    let size = max(1, min(most, (prompts.count + threads - 1) / threads))
    let groups = stride(from: 0, to: prompts.count, by: size).map {
      $0..<min($0 + size, prompts.count)
    }
    return Workers(count: threads).map(groups.count) { [self] number in
      let group = groups[number]
      return continuations(
        of: Array(prompts[group]), options, firstNumber: firstNumber + group.lowerBound)
    }.flatMap { $0 }
  }

  /// Hypotheses that are gone on with together, about.
  private static let rowsAtOnce = 80

  private func continuations(
    of prompts: [String], _ options: Options, firstNumber: Int
  ) -> [[Continuation]] {
    let graph = weights.graph()
    let beginnings = prompts.map {
      PromptBeginning($0, self, on: graph, width: max(8, options.search.beam))
    }
    let graphs = weights.borrow()
    defer { weights.giveBack(graphs) }
    let scorer = TypedScorer(
      network, beginnings, index: index, maxWords: options.maxWords, on: graphs)
    let found = search(options).search(
      scorer, marks: SearchMarks(forbidden: units.unknown.map { [$0] } ?? []),
      sourceLengths: prompts.map { _ in 0 },
      sentenceNumbers: prompts.indices.map { firstNumber + $0 })
    return prompts.indices.map { number in
      let all = found[number].map {
        CutContinuation($0, of: prompts[number], beginnings[number], self, options.search)
      }
      return options.search.method == .sampling
        ? all.map(\.continuation)
        : Array(CutContinuation.merged(all, options.search).prefix(options.search.nbest))
    }
  }

  /// How outputs are searched for: the unit that covers what is typed comes on top of those that may be added, and
  /// different ways to cut the same text count as one.
  private func search(_ options: Options) -> SearchOptions {
    var search = options.search
    search.maxLengthOffset = min(search.maxLengthOffset, 1 << 30) + 1
    // A word that nobody knows has been fed already.
    if unitKind == .word { search.minLength = max(0, search.minLength - 1) }
    if unitKind != .word, search.method == .beam, search.nbest > 1 {
      search.nbest *= 2
      search.beam = max(search.beam, search.nbest)
    }
    return search
  }
}

/// One way to cut a continuation into units.
private struct CutContinuation {
  var tokens: ArraySlice<TokenID>
  var continuation: Continuation

  init(
    _ hypothesis: Hypothesis, of prompt: String, _ beginning: PromptBeginning,
    _ completer: Completer, _ search: SearchOptions
  ) {
    var bytes: [UInt8] = []
    var (count, units) = (0, 0)
    let most = search.maxLength(sourceLength: 0)
    for (place, token) in hypothesis.tokens.enumerated() where units < most {
      let added = completer.index.bytes[Int(token)]
        .dropFirst(place == 0 ? beginning.typed(of: token) : 0)
      bytes += added
      count += 1
      if !added.isEmpty { units += 1 }
    }
    let isWhole = count == hypothesis.tokens.count
    tokens = hypothesis.tokens[..<count]
    // A continuation is a line.
    let added = String(String(decoding: bytes, as: UTF8.self).map { $0.isNewline ? " " : $0 })
    let logProbability =
      isWhole
      ? hypothesis.logProbability
      : hypothesis.tokenLogProbabilities[..<count].reduce(0) { $0 + Double($1) }
    let ended = hypothesis.ended && isWhole
    continuation = Continuation(
      text: prompt + added, added: added, logProbability: logProbability,
      score: Self.score(logProbability, length: count + (ended ? 1 : 0), search),
      unitCount: units, ended: ended)
  }

  private static func score(_ logProbability: Double, length: Int, _ search: SearchOptions)
    -> Double
  {
    LengthNormalization(exponent: search.lengthPenalty).score(logProbability, length: length)
  }

  /// Adds up different ways to cut the same text.
  ///
  /// - Parameter all: best first.
  /// - Returns: best first.
  static func merged(_ all: [Self], _ search: SearchOptions) -> [Continuation] {
    var ways: [[Self]] = []
    var places: [String: Int] = [:]
    for one in all {
      let text = one.continuation.text
      guard let place = places[text] else {
        places[text] = ways.count
        ways.append([one])
        continue
      }
      // Of a line that ended and one that was cut off, or of two that were cut off at the same units, one counts.
      if ways[place][0].continuation.ended == one.continuation.ended,
        ways[place].allSatisfy({ $0.tokens != one.tokens })
      {
        ways[place].append(one)
      }
    }
    let merged = ways.map { ways in
      var sum = ways[0].continuation
      guard ways.count > 1 else { return sum }
      sum.logProbability += naturalLogarithm(
        ways.reduce(0) {
          $0 + exponential($1.continuation.logProbability - sum.logProbability)
        })
      sum.score = score(
        sum.logProbability, length: ways[0].tokens.count + (sum.ended ? 1 : 0), search)
      return sum
    }
    // Stable, as an order among equals.
    return merged.enumerated().sorted {
      $0.element.score > $1.element.score
        || $0.element.score == $1.element.score && $0.offset < $1.offset
    }.map(\.element)
  }
}
