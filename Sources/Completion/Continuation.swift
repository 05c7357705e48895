internal import Foundation
internal import Neural
public import Seq2Seq
internal import Tensors

/// How a text may go on.
public struct Continuation: Sendable, Equatable {
  /// The line with what it was given.
  public var text: String
  /// What was added.
  public var added: String
  /// Natural logarithm of the probability of what was added, given the rest.
  public var logProbability: Double
  /// What continuations are ranked by: `logProbability` after length normalisation.
  public var score: Double
  /// Units added.
  public var unitCount: Int
  /// Whether the line came to its end or to the words allowed, rather than to the greatest length.
  public var ended: Bool
}

extension Completer {
  /// How to complete.
  public struct Options: Sendable, Equatable {
    /// Beam, sampling and the like; see `SearchOptions`. `maxLengthOffset` bounds what is added, in units.
    public var search: SearchOptions
    /// Most words begun besides the one that was half typed; nil to go on to the end of the line.
    public var maxWords: Int?
    /// Threads that share prompts.
    public var threads: Int

    public init(search: SearchOptions = SearchOptions(), maxWords: Int? = nil) {
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
    return Workers(count: max(1, options.threads)).map(prompts.count) { [self] number in
      continuations(of: prompts[number], options, number: firstNumber + number)
    }
  }

  private func continuations(
    of prompt: String, _ options: Options, number: Int
  ) -> [Continuation] {
    var (tokens, typed) = beginning(of: prompt)
    if index.extending(typed[...]).isEmpty, index.beginning(typed[...]).isEmpty {
      // No unit begins so: it is a word, and an unknown one.
      tokens += units.encode(String(decoding: typed.dropFirst(), as: UTF8.self))
      typed = []
    }
    let graphs = weights.borrow()
    defer { weights.giveBack(graphs) }
    let tree = CompletionTree(self, cache: nil, mostBytes: 48 << 20)
    let start =
      tokens.isEmpty
      ? LanguageScorer.Beginning.line
      : LanguageScorer.Beginning(
        state: tree.node(tokens.dropLast()).state, token: tokens[tokens.count - 1])
    let scorer = TypedScorer(
      LanguageScorer(network, beginnings: [start], on: graphs), index: index, typed: typed,
      maxWords: options.maxWords)
    var forbidden: Set<TokenID> = []
    if let unknown = units.unknown { forbidden.insert(unknown) }
    let found = options.search.search(
      scorer, marks: SearchMarks(forbidden: forbidden), sourceLengths: [0],
      sentenceNumbers: [number])[0]
    let line = tokens.split(separator: Mark.end, omittingEmptySubsequences: false).last ?? []
    let shown = units.decode(line)
    let given =
      shown + (line.isEmpty ? "" : typed.isEmpty ? "" : " ")
      + String(decoding: typed.dropFirst(), as: UTF8.self)
    return found.map { hypothesis in
      // A continuation is a line.
      let text = units.decode(Array(line) + hypothesis.tokens).split(whereSeparator: \.isNewline)
        .joined(separator: " ")
      return Continuation(
        text: text, added: text.hasPrefix(given) ? String(text.dropFirst(given.count)) : text,
        logProbability: hypothesis.logProbability, score: hypothesis.score,
        unitCount: hypothesis.tokens.count, ended: hypothesis.ended)
    }
  }
}
