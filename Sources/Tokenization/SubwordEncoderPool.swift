internal import Synchronization

/// Encoders with their caches, one for each thread that is encoding at the moment.
package final class SubwordEncoderPool: Sendable {
  private let subwords: Subwords
  private let idle = Mutex<[SubwordEncoder]>([])

  package init(_ subwords: Subwords) { self.subwords = subwords }

  package func encode(_ line: String) -> [Int32] {
    with { $0.encode(line) }
  }

  package func encode(
    _ line: String, dropout: Float, using generator: inout some RandomNumberGenerator
  ) -> [Int32] {
    guard dropout > 0 else { return encode(line) }
    return with { $0.encode(line, dropout: Double(dropout), using: &generator) }
  }

  /// The ids of a line under BPE-dropout, from those without; see `SubwordEncoder.cut(again:dropout:using:)`.
  package func cut(
    again ids: [Int32], dropout: Float, using generator: inout some RandomNumberGenerator
  ) -> [Int32] {
    guard dropout > 0 else { return ids }
    return with { $0.cut(again: ids, dropout: Double(dropout), using: &generator) }
  }

  /// Lends an encoder, for many lines.
  package func with<Result>(_ body: (inout SubwordEncoder) -> Result) -> Result {
    var encoder = idle.withLock { $0.popLast() } ?? SubwordEncoder(subwords)
    defer { idle.withLock { $0.append(encoder) } }
    return body(&encoder)
  }
}
