internal import Foundation
package import Tensors
internal import Tokenization

/// How well a model expects a text.
public struct TextScore: Sendable, Equatable {
  public private(set) var lines = 0
  /// Natural logarithm of the text's probability.
  public private(set) var logProbability = 0.0
  /// Subwords, words or characters of the model's vocabulary, ends of lines counted.
  public private(set) var units = 0
  /// Words between white space, ends of lines counted.
  public private(set) var words = 0
  /// Unicode scalars, ends of lines counted; of models of words those of words with a space between, as such models need not
  /// tell white space.
  public private(set) var characters = 0
  /// Words that the model does not know, and that were scored as `<unk>`; of models with other units than words none. A
  /// `<unk>` of the text itself is one of its words.
  public private(set) var unknown = 0

  /// Of nothing yet.
  public init() {}

  /// Counts lines; what a model finds of them is to be added.
  ///
  /// - Parameter units: of the model; nil where it does not matter what it knows.
  package init(counting lines: some Sequence<String>, units: TextUnits? = nil) {
    for line in lines {
      count(line)
      guard case .words(let words)? = units else { continue }
      unknown += words.countOfUnknown(in: line)
      characters += line.countOfWordCharacters - line.countOfCharacters
    }
  }

  /// Adds a line.
  ///
  /// - Parameters:
  ///   - units: of the line, its end counted.
  ///   - logProbability: of the line with its end.
  public mutating func add(_ line: String, units: Int, logProbability: Double) {
    count(line)
    self.units += units
    self.logProbability += logProbability
  }

  /// Adds what a model finds of lines that are counted.
  package mutating func add(_ sums: CrossEntropySums) {
    units += sums.tokens
    logProbability -= sums.negativeLogLikelihood
  }

  private mutating func count(_ line: String) {
    lines += 1
    words += line.countOfWords
    characters += line.countOfCharacters
  }

  /// Depends on what the units are; nil where it is beyond all numbers.
  public var perplexityPerUnit: Double? { perplexity(units) }
  /// Compares between models of one language, whatever their units, as long as they know all words. Where they do not,
  /// it compares between models of one vocabulary only: an unknown word costs what `<unk>` does, and the smaller the
  /// vocabulary, the less that is. Nil where it is beyond all numbers, as it may be of text without white space between
  /// words.
  public var perplexityPerWord: Double? { perplexity(words) }
  /// Compares between models of one language, whatever their units; nil where there are unknown words, whose characters
  /// the model did not have to tell.
  public var bitsPerCharacter: Double? {
    guard unknown == 0 else { return nil }
    let bits = -logProbability / log(2) / Double(max(characters, 1))
    return bits.isFinite ? bits : nil
  }

  package var perplexityPerCharacter: Double? { perplexity(characters) }

  /// Whether the text has white space between words, as far as can be told; Chinese or Thai has not.
  package var isSpaced: Bool { characters <= 32 * words }

  /// What there is to say of figures where words are unknown.
  public static let caution =
    "perplexities compare only between models with this vocabulary, as a smaller one has it easier"

  private func perplexity(_ count: Int) -> Double? {
    let value = exp(-logProbability / Double(max(count, 1)))
    return value.isFinite ? value : nil
  }
}
