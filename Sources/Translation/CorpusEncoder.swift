internal import Foundation
package import Neural
internal import Recipes
internal import Seq2Seq
package import Tokenization

/// Turns a run's training corpora into tokens in a file of its folder, once.
package struct CorpusEncoder {
  private let corpora: [CorpusSource]
  private let summaries: [CorpusSummary]
  private let source: SubwordEncoderPool
  private let target: SubwordEncoderPool
  private let origin: EncodedCorpusHeader.Origin
  private let vocabularySize: Int

  /// - Parameters:
  ///   - summaries: what was read of the corpora before.
  ///   - maxLength: longest side in tokens, the end mark counted; longer pairs are left out and counted.
  package init(
    _ corpora: [CorpusSource], summaries: [CorpusSummary], source: Subwords, target: Subwords,
    maxLength: Int
  ) {
    self.corpora = corpora
    self.summaries = summaries
    self.source = SubwordEncoderPool(source)
    self.target = source === target ? self.source : SubwordEncoderPool(target)
    vocabularySize = max(source.vocabularySize, target.vocabularySize)
    func number(_ fingerprint: String) -> UInt64 { UInt64(fingerprint, radix: 16) ?? 0 }
    origin = EncodedCorpusHeader.Origin(
      data: number(summaries.fingerprint), source: number(source.fingerprint),
      target: number(target.fingerprint), maxLength: min(maxLength, Int(UInt16.max)),
      tokenSize: vocabularySize <= 1 << 16 ? 2 : 4, corpora: corpora.count)
  }

  /// Opens the file if it is what this would make; else makes it.
  ///
  /// - Parameter progress: told now and then how many pairs are turned into tokens, or too long.
  /// - Returns: the pairs, and why a file that was there is made anew.
  /// - Throws: `WritingError`, as on a full disk; `DataError` if the corpora can no longer be read or
  ///   have changed since.
  package func corpus(
    at path: String, workers: Workers, progress: (Int) -> Void = { _ in }
  ) throws -> (EncodedCorpus, remark: String?) {
    var remark: String?
    if FileManager.default.fileExists(atPath: path) {
      do throws(UnusableCorpus) {
        return (try open(path), nil)
      } catch {
        remark = "\(path): made anew, for \(error.reason)"
      }
    }
    try make(path, workers, progress)
    do throws(UnusableCorpus) {
      return (try open(path), remark)
    } catch {
      throw WritingError(path: path, "what was written is not what is there: \(error.reason)")
    }
  }

  private func open(_ path: String) throws(UnusableCorpus) -> EncodedCorpus {
    // What a killed process has left is of no use to anybody.
    try? FileManager.default.removeItem(atPath: EncodedCorpusWriter.partial(path))
    return try EncodedCorpus(path: path, origin: origin, vocabularySize: vocabularySize)
  }

  private func make(_ path: String, _ workers: Workers, _ progress: (Int) -> Void) throws {
    let writer = try EncodedCorpusWriter(path: path, origin: origin, pairs: summaries.pairs)
    let read = try CorpusBlocks(corpora: corpora, workers: workers).read(work: encode) {
      try writer.append($0, corpus: $1)
      progress(writer.pairs)
    }
    for (now, before) in zip(read, summaries) where now.fingerprint != before.fingerprint {
      throw DataError(path: now.name, "changed while it was read; begin again")
    }
    try writer.finish()
  }

  private func encode(_ block: CorpusBlock) -> EncodedBlock {
    var encoded = EncodedBlock()
    var ids: [TokenID] = []
    source.with { source in
      target.with { target in
        for pair in 0..<block.count {
          ids.removeAll(keepingCapacity: true)
          block.sources.withLine(pair) { source.encode(utf8: $0, into: &ids) }
          let middle = ids.count
          block.targets.withLine(pair) { target.encode(utf8: $0, into: &ids) }
          let lengths = (middle, ids.count - middle)
          guard max(lengths.0, lengths.1) < origin.maxLength else {
            encoded.tooLong += 1
            continue
          }
          encoded.lengths.append(UInt16(lengths.0))
          encoded.lengths.append(UInt16(lengths.1))
          if origin.tokenSize == 2 {
            for id in ids { encoded.tokens.append(littleEndian: UInt16(id)) }
          } else {
            for id in ids { encoded.tokens.append(littleEndian: UInt32(id)) }
          }
        }
      }
    }
    return encoded
  }
}
