internal import Foundation

extension WordErrorRate {
  /// An error rate and what it is made of.
  public struct Score: CorpusScore, Equatable, CustomStringConvertible {
    /// WER or CER.
    public let name: String
    /// Errors to a hundred units of the references, from 0 without an upper bound; lower is better.
    public let value: Double
    /// The sums over the corpus.
    public let statistics: Statistics

    /// The line `WER = 12.50 (sub = 9 del = 2 ins = 1 correct = 85 ref_len = 96)`.
    public var description: String { line() }

    /// A line as sacreBLEU has them, with the signature if given: `WER|nrefs:1|… = 12.50 (sub = 9
    /// …)`.
    ///
    /// - Parameters:
    ///   - signature: see `WordErrorRate.signature(references:)`.
    ///   - decimals: of the score alone.
    public func line(signature: String? = nil, decimals: Int = 2) -> String {
      let label = signature.map { "\(name)|\($0)" } ?? name
      return "\(label) = \(Self.fixed(value, decimals)) (\(details))"
    }

    /// The counts after the score. A mean length that is not whole has two decimals.
    public var details: String {
      let length = statistics.referenceLength
      return """
        sub = \(statistics.substitutions) del = \(statistics.deletions) \
        ins = \(statistics.insertions) correct = \(statistics.correct) \
        ref_len = \(Self.fixed(length, length == length.rounded() ? 0 : 2))
        """
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
      String(format: "%.\(decimals)f", value)
    }
  }

  /// The rate of counts added up over a corpus. Where the references are empty it is 100 if there
  /// are errors and 0 if not, as for TER.
  public func score(_ sum: Statistics) -> Score {
    var rate = sum.errors > 0 ? 1.0 : 0
    if sum.referenceLength > 0 { rate = Double(sum.errors) / sum.referenceLength }
    return Score(name: name, value: 100 * rate, statistics: sum)
  }
}
