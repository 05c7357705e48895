internal import Foundation
internal import Neural
internal import Recipes
public import Seq2Seq
internal import Tensors

/// A word that may come next.
public struct WordSuggestion: Sendable, Equatable {
  /// The whole word.
  public var text: String
  /// What of it is still to be typed.
  public var completion: String
  /// Of the whole word, given the text before it and what is typed of it.
  public var probability: Double
}

/// Suggests words while somebody types: it remembers what it has read from key to key, so that a letter more or one
/// less costs little.
///
/// For one writer and one thread at a time.
public final class CompletionSession {
  /// Where a line begins.
  private struct Place {
    var beginning: LanguageScorer.Beginning
    /// What a cache remembers of the lines before it.
    var history: ContinuousCache?
  }

  private let completer: Completer
  private let tree: CompletionTree
  private let graph: Graph
  /// After the lines that were ended.
  private var ended: Place
  /// Lines of the text at hand that have been read after these, as they stand in it.
  private var earlier: Substring = ""
  /// After those.
  private var place: Place

  /// - Parameter cache: what the text itself adds to the model; nothing where nil. It must be one that
  ///   `ContinuousCache.Settings.validate` has nothing against.
  public convenience init(_ completer: Completer, cache: ContinuousCache.Settings? = nil) {
    self.init(completer, cache: cache, mostBytes: 48 << 20)
  }

  /// - Parameter mostBytes: that what is remembered of a line may take, about.
  package init(_ completer: Completer, cache: ContinuousCache.Settings? = nil, mostBytes: Int) {
    self.completer = completer
    graph = completer.weights.graph()
    let history = cache.map { ContinuousCache($0, width: completer.network.outputSize) }
    ended = Place(beginning: .line, history: history)
    place = ended
    tree = CompletionTree(completer, history: history, on: graph, mostBytes: mostBytes)
  }

  /// The likeliest next words, or, while a word is half typed, those that begin so.
  ///
  /// - Parameters:
  ///   - text: all that is there after the lines that were ended; white space at its end means that the last word is
  ///     whole. Of several lines the model knows the earlier ones only if it has learned text that goes on from line
  ///     to line; a cache remembers them in any case.
  ///   - count: words wanted; 10,000 at most.
  /// - Returns: the likeliest first, none that is already there as it stands; fewer where the model knows no more.
  public func nextWords(after text: String, count: Int = 3) -> [WordSuggestion] {
    // More than anybody can want.
    let count = min(count, 10_000)
    guard count > 0 else { return [] }
    let beginning = completer.units.encodeBeginning(String(lastLine(of: text)))
    let search = WordSearch(tree: tree, index: completer.index, count: count)
    return search.words(after: tree.node(beginning.tokens), beginning).map { added, probability in
      WordSuggestion(
        text: String(decoding: beginning.word + added, as: UTF8.self),
        completion: String(decoding: added, as: UTF8.self), probability: probability)
    }
  }

  /// Notes that a line has ended: what is asked from now on comes after it.
  ///
  /// - Parameter text: the line without its end; of several lines all end.
  public func endLine(_ text: String) {
    let line = lastLine(of: text)
    guard knowsEarlierLines else { return }
    read([line])
    ended = place
    earlier = ""
  }

  // MARK: - Earlier lines

  private var knowsEarlierLines: Bool { completer.isContinuous || ended.history != nil }

  /// Reads what comes before the last line of a text, unless that has been done.
  private func lastLine(of text: String) -> Substring {
    guard let newline = text.lastIndex(where: \.isNewline) else {
      if !earlier.isEmpty { goBack() }
      return text[...]
    }
    let before = text[...newline]
    if knowsEarlierLines, before != earlier {
      let isMore = before.utf8.starts(with: earlier.utf8)
      if !isMore { goBack() }
      // What is remembered after the lines that were ended stays as it is.
      if earlier.isEmpty { place.history = ended.history?.duplicated() }
      let more = before.utf8.dropFirst(earlier.utf8.count).dropLast(text[newline].utf8.count)
      read(
        Substring(more).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline))
      earlier = before
    }
    return text[text.index(after: newline)...]
  }

  private func goBack() {
    place = ended
    earlier = ""
    tree.begin(from: place.beginning, history: place.history)
  }

  /// Reads lines, but for blank ones: models have not learned from such.
  private func read(_ lines: [Substring]) {
    for line in lines.map(String.init) where !line.isBlank {
      let tokens = completer.units.encode(line) + [Mark.end]
      let next = completer.network.read(tokens, from: place.beginning, on: graph) {
        states, tokens in
        place.history?.add(states, followedBy: tokens)
      }
      if completer.isContinuous { place.beginning = next }
    }
    tree.begin(from: place.beginning, history: place.history)
  }
}

extension Completer {
  /// The likeliest next words, or, while a word is half typed, those that begin so; see
  /// `CompletionSession.nextWords(after:count:)`, which answers faster again and again.
  public func nextWords(after text: String, count: Int = 3) -> [WordSuggestion] {
    CompletionSession(self).nextWords(after: text, count: count)
  }
}
