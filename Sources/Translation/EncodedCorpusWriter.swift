internal import Foundation
internal import Recipes

/// Pairs of a block as tokens.
struct EncodedBlock: Sendable {
  /// The tokens, little-endian.
  var tokens: [UInt8] = []
  /// Lengths of source and target of each pair kept, in tokens without end marks.
  var lengths: [UInt16] = []
  /// Pairs left out.
  var tooLong = 0
}

/// Writes a file of encoded pairs: beside its place, then flushed and renamed, so that no half of one is
/// ever taken for a whole.
final class EncodedCorpusWriter {
  private let path: String
  private let handle: FileHandle
  private var header: EncodedCorpusHeader
  /// What is not written yet.
  private var bytes: [UInt8] = []
  private var written = EncodedCorpusHeader.size
  private var checksum = ByteChecksum()
  /// The index, 4 bytes a pair.
  private var lengths: [UInt16] = []
  private var places: [UInt64] = []
  private var pairsOfCorpora: [UInt64]

  /// - Parameters:
  ///   - path: what is there stays until `finish`.
  ///   - pairs: most that will come.
  init(path: String, origin: EncodedCorpusHeader.Origin, pairs: Int) throws {
    self.path = path
    header = EncodedCorpusHeader(origin: origin)
    lengths.reserveCapacity(2 * pairs)
    pairsOfCorpora = [UInt64](repeating: 0, count: origin.corpora)
    let partial = Self.partial(path)
    // What could not be made says why when it is opened.
    _ = FileManager.default.createFile(atPath: partial, contents: nil)
    do {
      handle = try FileHandle(forWritingTo: URL(fileURLWithPath: partial))
      try handle.write(contentsOf: [UInt8](repeating: 0, count: EncodedCorpusHeader.size))
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw WritingError(path: path, error)
    }
  }

  /// Pairs so far, those left out counted.
  var pairs: Int { header.pairs + header.tooLong }

  deinit { try? FileManager.default.removeItem(atPath: Self.partial(path)) }

  /// Adds the pairs of a block.
  ///
  /// - Throws: `WritingError`, as on a full disk.
  func append(_ block: EncodedBlock, corpus: Int) throws {
    for pair in stride(from: 0, to: block.lengths.count, by: 2) {
      if header.pairs.isMultiple(of: EncodedCorpusHeader.pairsAPlace) {
        places.append(UInt64(header.tokens))
      }
      header.pairs += 1
      header.tokens += Int(block.lengths[pair]) + Int(block.lengths[pair + 1])
    }
    lengths += block.lengths
    pairsOfCorpora[corpus] += UInt64(block.lengths.count / 2)
    header.tooLong += block.tooLong
    bytes += block.tokens
    try write(all: false)
  }

  /// Writes what is left, and puts the file in its place.
  func finish() throws {
    pad()
    for length in lengths {
      bytes.append(littleEndian: length)
      if bytes.count >= EncodedCorpus.chunk { try write(all: false) }
    }
    pad()
    for number in places + pairsOfCorpora { bytes.append(littleEndian: number) }
    try write(all: true)
    header.checksum = checksum.value
    do {
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: header.bytes)
      try handle.synchronize()
      try handle.close()
      if FileManager.default.fileExists(atPath: path) {
        try FileManager.default.removeItem(atPath: path)
      }
      try FileManager.default.moveItem(atPath: Self.partial(path), toPath: path)
    } catch {
      throw WritingError(path: path, error)
    }
  }

  /// What a killed process may have left of a file.
  static func partial(_ path: String) -> String { path + ".partial" }

  private func pad() {
    let end = written + bytes.count
    bytes += [UInt8](repeating: 0, count: EncodedCorpusHeader.aligned(end) - end)
  }

  /// Writes in pieces of a fixed size, the last aside, as the checksum wants them.
  private func write(all: Bool) throws {
    var start = 0
    while bytes.count - start >= EncodedCorpus.chunk || all && start < bytes.count {
      let piece = Data(bytes[start..<min(start + EncodedCorpus.chunk, bytes.count)])
      piece.withUnsafeBytes { checksum.add($0) }
      do {
        try handle.write(contentsOf: piece)
      } catch {
        throw WritingError(path: path, error)
      }
      start += piece.count
    }
    written += start
    bytes.removeFirst(start)
  }
}
