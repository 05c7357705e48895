/// Subwords: what turns a line of text into ids and back.
///
/// Byte-pair encoding on raw text (Sennrich, Haddow & Birch 2016). As in SentencePiece (Kudo &
/// Richardson 2018), a space is written as the marker ▁ (U+2581), it stands at the beginning of the
/// word that follows it, and one is put in front of every line that is not empty, so that decoding
/// is the exact inverse of encoding. Characters that have no piece become the bytes of their UTF-8
/// form, and so does a ▁ in the text itself; hence no text is ever unknown.
///
/// Ids: 0 `<s>`, 1 `</s>`, 2…257 the bytes 0…255, 258 the marker, then characters, then merges in
/// the order in which they were learned. Two neighbours may merge when their texts joined are a
/// piece; the piece with the lowest id goes first, of equal ones the leftmost.
///
/// A value is immutable and may be used from any thread. To encode many lines, give every thread a
/// `SubwordEncoder` of its own, which remembers the words it has seen.
public final class Subwords: Sendable {
  /// The id that begins a sentence, `<s>`.
  public static let bos: Int32 = 0
  /// The id that ends a sentence, `</s>`.
  public static let eos: Int32 = 1
  /// The fewest subwords there can be: `<s>`, `</s>`, the bytes and the marker.
  public static let minimumVocabularySize = 259
  /// The most there can be.
  public static let maximumVocabularySize = 1 << 20
  /// The longest piece there can be, in Unicode scalars.
  public static let maximumPieceLength = 128

  /// What is done to a line before it is cut.
  public let normalizer: Normalizer
  /// 16 hexadecimal digits that depend on everything in these subwords: the FNV-1a hash of their
  /// file. A model keeps it to recognise the subwords that it was trained with.
  public let fingerprint: String

  static let firstByte: Int32 = 2
  package static let marker: Int32 = 258
  static let markerBytes: [UInt8] = [0xE2, 0x96, 0x81]
  static let markerScalar: UInt32 = 0x2581

  /// Piece `i` has the id `marker + i`.
  let table: ByteStringTable
  let characters: CharacterTable
  /// From two neighbours to the piece that they make.
  let merges: PairTable

  /// The number of ids: special ones, bytes and pieces.
  public var vocabularySize: Int { Int(Self.marker) + table.count }
  /// The same as the static `bos`.
  public var bos: Int32 { Self.bos }
  /// The same as the static `eos`.
  public var eos: Int32 { Self.eos }

  /// Builds the tables for encoding from pieces in order.
  ///
  /// - Throws: `InvalidPiece` for the first piece that cannot stand where it does.
  init(pieces table: ByteStringTable, normalizer: Normalizer) throws(InvalidPiece) {
    if table.count == 0 || table[0] != Self.markerBytes[...] {
      throw InvalidPiece(index: 0, reason: "the first piece must be ▁")
    }
    var characters = CharacterTable()
    var merges = PairTable(minimumCapacity: 4 * table.count)
    for index in 1..<max(table.count, 1) {
      let ends = try Self.scalarEnds(of: table[index], index: index)
      let id = Self.marker + Int32(index)
      if ends.count == 1 {
        let scalar = table.bytes.withUnsafeBufferPointer { bytes in
          UTF8Scanner.scalar(bytes, at: table.range(of: index).lowerBound)!.value
        }
        characters[scalar] = id
        continue
      }
      var isBuilt = false
      for end in ends.dropLast() {
        let range = table.range(of: index)
        let left = table.find(table.bytes[range.lowerBound..<end])
        let right = table.find(table.bytes[end..<range.upperBound])
        guard let left, let right else { continue }
        _ = merges.insert(Self.marker + Int32(left), Self.marker + Int32(right), id)
        if left < index && right < index { isBuilt = true }
      }
      if !isBuilt {
        throw InvalidPiece(index: index, reason: "it does not consist of two pieces before it")
      }
    }
    self.table = table
    self.characters = characters
    self.merges = merges
    self.normalizer = normalizer
    fingerprint = SubwordFile.fingerprint(
      SubwordFile.text(of: table, normalizer: normalizer))
  }

  /// Where the scalars of a piece end, as offsets into the table's bytes.
  private static func scalarEnds(
    of piece: ArraySlice<UInt8>, index: Int
  ) throws(InvalidPiece) -> [Int] {
    var ends: [Int] = []
    var reason: String?
    piece.withUnsafeBufferPointer { bytes in
      var offset = 0
      while offset < bytes.count {
        guard let scalar = UTF8Scanner.scalar(bytes, at: offset) else {
          reason = "it is not UTF-8"
          return
        }
        if scalar.value == markerScalar && (offset > 0 || bytes.count == scalar.length) {
          reason = "▁ may stand only at the beginning of a piece"
          return
        }
        if scalar.value == 0x20 {
          reason = "a piece holds no space; ▁ stands for it"
          return
        }
        offset += scalar.length
        ends.append(piece.startIndex + offset)
      }
    }
    if ends.isEmpty { reason = reason ?? "it is empty" }
    if ends.count > maximumPieceLength {
      reason = "it has \(ends.count) characters; \(maximumPieceLength) are allowed"
    }
    if let reason { throw InvalidPiece(index: index, reason: reason) }
    return ends
  }
}

/// A piece that cannot stand where it does.
struct InvalidPiece: Error {
  /// Counted from 0, the marker.
  var index: Int
  var reason: String
}
