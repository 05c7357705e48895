internal import Foundation
package import Seq2Seq

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Pairs as tokens in a file that is mapped into memory, so that there may be more of them than memory
/// holds: pages come as they are read, and go when memory is needed.
///
/// See `EncodedCorpusHeader` for what is in the file. It must not be shortened while it is open; putting
/// another in its place, as its writer does, is safe.
package final class EncodedCorpus: Sendable {
  private let header: EncodedCorpusHeader
  private let data: Data
  /// How many pairs are of each corpus.
  package let pairsOfCorpora: [Int]

  /// Bytes after the header that are added to the checksum together.
  static let chunk = 1 << 20

  /// Opens a file and reads all of it once, to see that it is whole.
  ///
  /// - Parameters:
  ///   - origin: what it must have been made from.
  ///   - vocabularySize: more than any token.
  /// - Throws: if it is not there, is damaged or of another origin.
  init(
    path: String, origin: EncodedCorpusHeader.Origin, vocabularySize: Int
  ) throws(UnusableCorpus) {
    let url = URL(fileURLWithPath: path)
    guard let handle = try? FileHandle(forReadingFrom: url),
      let data = try? Data(contentsOf: url, options: .alwaysMapped)
    else { throw UnusableCorpus("it cannot be read") }
    let first = (try? handle.read(upToCount: EncodedCorpusHeader.size)) ?? Data()
    let header = try EncodedCorpusHeader(Array(first), fileSize: data.count, origin: origin)
    try Self.check(handle, header, vocabularySize: vocabularySize)
    self.header = header
    self.data = data
    pairsOfCorpora = (0..<origin.corpora).map {
      Int(truncatingIfNeeded: Self.number(data, header.corporaStart + 8 * $0, UInt64.self))
    }
    try checkIndex()
    // Pairs are asked for in no order; reading ahead would read what nobody wants.
    data.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      _ = madvise(UnsafeMutableRawPointer(mutating: start), header.lengthsStart, MADV_RANDOM)
    }
  }

  /// How many pairs there are.
  package var count: Int { header.pairs }

  /// Pairs left out because a side is too long.
  package var tooLong: Int { header.tooLong }

  /// Tokens of both sides, without end marks.
  package func lengths(_ pair: Int) -> (source: Int, target: Int) {
    precondition(pair >= 0 && pair < count, "pair \(pair) of \(count)")
    return data.withUnsafeBytes { lengths(pair, in: $0) }
  }

  /// The tokens of both sides, without end marks.
  package func tokens(_ pair: Int) -> (source: [TokenID], target: [TokenID]) {
    precondition(pair >= 0 && pair < count, "pair \(pair) of \(count)")
    return data.withUnsafeBytes { bytes in
      let anchor = pair / EncodedCorpusHeader.pairsAPlace
      var place = Int(Self.number(bytes, header.placesStart + 8 * anchor, UInt64.self))
      for before in anchor * EncodedCorpusHeader.pairsAPlace..<pair {
        let lengths = lengths(before, in: bytes)
        place += lengths.source + lengths.target
      }
      let lengths = lengths(pair, in: bytes)
      let middle = place + lengths.source
      return (
        tokens(place..<middle, in: bytes), tokens(middle..<middle + lengths.target, in: bytes)
      )
    }
  }

  private func lengths(
    _ pair: Int, in bytes: UnsafeRawBufferPointer
  ) -> (source: Int, target: Int) {
    let start = header.lengthsStart + 4 * pair
    return (
      Int(Self.number(bytes, start, UInt16.self)), Int(Self.number(bytes, start + 2, UInt16.self))
    )
  }

  private func tokens(_ places: Range<Int>, in bytes: UnsafeRawBufferPointer) -> [TokenID] {
    let size = header.origin.tokenSize
    return places.map { place in
      let start = EncodedCorpusHeader.size + size * place
      return size == 2
        ? TokenID(Self.number(bytes, start, UInt16.self))
        : TokenID(truncatingIfNeeded: Self.number(bytes, start, UInt32.self))
    }
  }

  private static func number<Number: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int, _: Number.Type
  ) -> Number {
    Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  private static func number<Number: FixedWidthInteger>(
    _ data: Data, _ offset: Int, _ type: Number.Type
  ) -> Number {
    data.withUnsafeBytes { number($0, offset, type) }
  }

  // MARK: - Checks

  /// Reads everything after the header. Not through the mapping, which would hold on to all of it.
  private static func check(
    _ handle: FileHandle, _ header: EncodedCorpusHeader, vocabularySize: Int
  ) throws(UnusableCorpus) {
    var checksum = ByteChecksum()
    var position = EncodedCorpusHeader.size
    let tokensEnd = position + header.tokens * header.origin.tokenSize
    while position < header.fileSize {
      guard let chunk = try? handle.read(upToCount: min(Self.chunk, header.fileSize - position)),
        !chunk.isEmpty
      else { throw UnusableCorpus("it cannot be read to its end") }
      let largest = chunk.withUnsafeBytes { bytes in
        checksum.add(bytes)
        let tokens = UnsafeRawBufferPointer(
          rebasing: bytes[..<min(bytes.count, max(tokensEnd - position, 0))])
        return header.origin.tokenSize == 2
          ? Self.largest(UInt16.self, in: tokens) : Self.largest(UInt32.self, in: tokens)
      }
      guard largest < vocabularySize else { throw UnusableCorpus("it is damaged") }
      position += chunk.count
    }
    guard checksum.value == header.checksum else { throw UnusableCorpus("it is damaged") }
  }

  private static func largest<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type, in bytes: UnsafeRawBufferPointer
  ) -> Int {
    var largest: Number = 0
    for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size) {
      largest = max(largest, number(bytes, offset, type))
    }
    return Int(largest)
  }

  /// Sees to it that no pair lies outside the tokens, and that all are some corpus's.
  private func checkIndex() throws(UnusableCorpus) {
    let isSound = data.withUnsafeBytes { bytes in
      var tokens = 0
      for pair in 0..<count {
        if pair.isMultiple(of: EncodedCorpusHeader.pairsAPlace) {
          let start = header.placesStart + pair / EncodedCorpusHeader.pairsAPlace * 8
          guard Self.number(bytes, start, UInt64.self) == UInt64(tokens) else { return false }
        }
        let (source, target) = lengths(pair, in: bytes)
        guard max(source, target) < header.origin.maxLength else { return false }
        tokens += source + target
      }
      return tokens == header.tokens
    }
    guard isSound, pairsOfCorpora.allSatisfy({ (0...count).contains($0) }),
      pairsOfCorpora.reduce(0, +) == count
    else { throw UnusableCorpus("it is damaged") }
  }
}
