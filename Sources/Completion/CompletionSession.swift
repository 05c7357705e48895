internal import Foundation
public import Seq2Seq

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
  private let completer: Completer
  private let tree: CompletionTree

  /// - Parameter cache: what the text itself adds to the model; nothing where nil.
  public convenience init(_ completer: Completer, cache: ContinuousCache.Settings? = nil) {
    self.init(completer, cache: cache, mostBytes: 48 << 20)
  }

  /// - Parameter mostBytes: that what is remembered may take, about.
  package init(_ completer: Completer, cache: ContinuousCache.Settings? = nil, mostBytes: Int) {
    self.completer = completer
    tree = CompletionTree(completer, cache: cache, mostBytes: mostBytes)
  }

  /// The likeliest next words, or, while a word is half typed, those that begin so.
  ///
  /// - Parameters:
  ///   - text: all that is there; white space at its end means that the last word is whole. Of several lines the model
  ///     knows the earlier ones only if it has learned text that goes on from line to line.
  ///   - count: words wanted.
  /// - Returns: the likeliest first, none that is already there as it stands; fewer where the model knows no more.
  public func nextWords(after text: String, count: Int = 3) -> [WordSuggestion] {
    guard count > 0 else { return [] }
    let (tokens, typed) = completer.beginning(of: text)
    let search = WordSearch(tree: tree, index: completer.index, count: count)
    return search.words(after: tree.node(tokens), typed: typed).map { added, probability in
      WordSuggestion(
        text: String(decoding: typed.dropFirst() + added, as: UTF8.self),
        completion: String(decoding: added, as: UTF8.self), probability: probability)
    }
  }
}

extension Completer {
  /// The likeliest next words, or, while a word is half typed, those that begin so; see
  /// `CompletionSession.nextWords(after:count:)`, which answers faster again and again.
  public func nextWords(after text: String, count: Int = 3) -> [WordSuggestion] {
    CompletionSession(self).nextWords(after: text, count: count)
  }

  /// What is fed of a text before its last word, and the bytes of that word with the space before it.
  package func beginning(of text: String) -> (tokens: [TokenID], typed: [UInt8]) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let (last, typed) = units.encodeBeginning(String(lines.last ?? ""))
    guard isContinuous else { return (last, typed) }
    let before = lines.dropLast().flatMap { units.encode(String($0)) + [Mark.end] }
    return (before + last, typed)
  }
}
