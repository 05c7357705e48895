internal import Foundation

extension TER {
  /// A TER score and what it is made of.
  public struct Score: CorpusScore, Equatable, CustomStringConvertible {
    /// Edits to a hundred words of the references, from 0 without an upper bound; lower is better.
    public let value: Double
    /// The sums over the corpus.
    public let statistics: Statistics

    /// sacreBLEU's line: `TER = 48.37`.
    public var description: String { line() }

    /// sacreBLEU's line, with the signature if given: `TER|nrefs:1|… = 48.37`.
    ///
    /// - Parameters:
    ///   - signature: see `TER.signature(references:)`.
    ///   - decimals: sacreBLEU's command prints 1 unless told, its API 2.
    public func line(signature: String? = nil, decimals: Int = 2) -> String {
      let name = signature.map { "TER|\($0)" } ?? "TER"
      return "\(name) = \(String(format: "%.\(decimals)f", value))"
    }
  }

  /// The score of edits added up over a corpus. Where the references have no words at all it is 100
  /// if there are edits and 0 if not, as sacreBLEU has it.
  public func score(_ sum: Statistics) -> Score {
    var rate = sum.edits > 0 ? 1.0 : 0
    if sum.referenceLength > 0 { rate = Double(sum.edits) / sum.referenceLength }
    return Score(value: 100 * rate, statistics: sum)
  }
}
