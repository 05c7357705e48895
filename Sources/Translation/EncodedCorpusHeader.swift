/// The first bytes of a file of encoded pairs, which say all there is to know before any other byte of it
/// is looked at.
///
/// The file, all numbers little-endian: this header, sixteen 64-bit words; the tokens of all pairs,
/// source before target, without end marks; at a multiple of eight bytes the lengths of both sides of
/// each pair, 16 bits each; at a multiple of eight the place of every 64th pair's first token, as 64-bit
/// words; then how many pairs are of each corpus, likewise.
struct EncodedCorpusHeader: Equatable {
  static let size = 128
  /// Pairs of which one has its place written down.
  static let pairsAPlace = 64
  private static let magic: UInt64 = 0x736B_6F74_2D73_3273  // "s2s-toks"
  private static let version: UInt64 = 1

  /// What the tokens were made from, and how: a file with another origin is of no use.
  struct Origin: Equatable {
    /// Of the text, of the source's and of the target's subwords.
    var data: UInt64
    var source: UInt64
    var target: UInt64
    /// Longest side kept, in tokens with the end mark.
    var maxLength: Int
    /// Bytes a token: 2, or 4 where a vocabulary needs it.
    var tokenSize: Int
    /// How many corpora there are.
    var corpora: Int
  }

  var origin: Origin
  /// Pairs kept.
  var pairs = 0
  /// Of all pairs kept.
  var tokens = 0
  /// Pairs left out because a side is longer than `maxLength`.
  var tooLong = 0
  /// Of all bytes after the header; see `ByteChecksum`.
  var checksum: UInt64 = 0

  // MARK: - Places

  var lengthsStart: Int { Self.aligned(Self.size + tokens * origin.tokenSize) }
  var placesStart: Int { Self.aligned(lengthsStart + 4 * pairs) }
  var corporaStart: Int { placesStart + 8 * ((pairs + Self.pairsAPlace - 1) / Self.pairsAPlace) }
  /// Bytes of the whole file.
  var fileSize: Int { corporaStart + 8 * origin.corpora }

  static func aligned(_ offset: Int) -> Int { (offset + 7) / 8 * 8 }

  // MARK: - Bytes

  var bytes: [UInt8] {
    var words = [
      Self.magic, Self.version, origin.data, origin.source, origin.target,
      UInt64(origin.maxLength), UInt64(origin.tokenSize), UInt64(origin.corpora), UInt64(pairs),
      UInt64(tokens), UInt64(tooLong), checksum,
    ]
    words += [UInt64](repeating: 0, count: Self.size / 8 - 1 - words.count)
    var bytes: [UInt8] = []
    for word in words { bytes.append(littleEndian: word) }
    bytes.append(littleEndian: ByteChecksum(of: bytes).value)
    return bytes
  }

  /// Why a file of such an origin cannot have these first bytes, or the header.
  init(_ bytes: [UInt8], fileSize: Int, origin: Origin) throws(UnusableCorpus) {
    guard bytes.count == Self.size else { throw UnusableCorpus("it was cut short") }
    let words = stride(from: 0, to: Self.size, by: 8).map { start in
      bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    guard words[0] == Self.magic else { throw UnusableCorpus("it is something else") }
    guard words[1] == Self.version else { throw UnusableCorpus("another version of s2s made it") }
    guard ByteChecksum(of: bytes.dropLast(8)).value == words[15] else {
      throw UnusableCorpus("it is damaged")
    }
    // Sizes are bounded before anything is reckoned with them.
    guard words[8] <= UInt64(UInt32.max), words[9] < 1 << 48, words[10] < 1 << 48 else {
      throw UnusableCorpus("it is damaged")
    }
    let expected = [
      origin.data, origin.source, origin.target, UInt64(origin.maxLength),
      UInt64(origin.tokenSize), UInt64(origin.corpora),
    ]
    guard Array(words[2...7]) == expected else {
      throw UnusableCorpus("it was made from other data or with other settings")
    }
    self.origin = origin
    (pairs, tokens, tooLong) = (Int(words[8]), Int(words[9]), Int(words[10]))
    checksum = words[11]
    guard self.fileSize == fileSize else {
      throw UnusableCorpus("it has \(fileSize) bytes, not \(self.fileSize): it was cut short")
    }
  }

  init(origin: Origin) { self.origin = origin }
}

/// Why a file of encoded pairs is not used.
struct UnusableCorpus: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

extension [UInt8] {
  mutating func append(littleEndian number: some FixedWidthInteger) {
    var rest = number
    for _ in 0..<number.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}
