internal import Foundation
internal import Tensors

/// How well a model expects a text.
public struct TextScore: Sendable, Equatable {
  public var lines: Int
  /// Natural logarithm of the text's probability.
  public var logProbability: Double
  /// Subwords, words or characters of the model's vocabulary, ends of lines counted.
  public var units: Int
  /// Words between white space, ends of lines counted.
  public var words: Int
  /// Unicode scalars, ends of lines counted.
  public var characters: Int
  /// Units that the model does not know, and that were scored as `<unk>`; models with other units than words know all.
  public var unknown: Int

  init(_ sums: CrossEntropySums, of lines: [String], unknown: Int) {
    self.lines = lines.count
    logProbability = -sums.negativeLogLikelihood
    units = sums.tokens
    words = lines.reduce(0) { $0 + $1.countOfWords }
    characters = lines.reduce(0) { $0 + $1.countOfCharacters }
    self.unknown = unknown
  }

  /// Depends on what the units are.
  public var perplexityPerUnit: Double { perplexity(units) }
  /// Compares between models of one language, whatever their units.
  public var perplexityPerWord: Double { perplexity(words) }
  public var bitsPerCharacter: Double { -logProbability / log(2) / Double(max(characters, 1)) }

  private func perplexity(_ count: Int) -> Double { exp(-logProbability / Double(max(count, 1))) }
}
