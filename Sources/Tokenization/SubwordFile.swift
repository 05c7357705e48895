/// The text form of subwords: a header, then the pieces one a line, in the order of their ids.
///
/// ```
/// s2s-subwords 1 normalization=nfc whitespace=keep size=8000
/// ▁
/// e
/// ▁a
/// ```
/// The pieces begin with id 258; the special ids and the bytes before it are the same everywhere.
/// Merges need no lines of their own: a piece of several characters is made from two before it, and
/// its id is its rank. Characters that cannot be seen are escaped (see `PieceEscaping`), so that the
/// file survives editors, and `size` tells whether it is whole.
enum SubwordFile {
  static let magic = "s2s-subwords"
  static let version = 1

  static func text(of pieces: ByteStringTable, normalizer: Normalizer) -> [UInt8] {
    let header =
      "\(magic) \(version) normalization=\(normalizer.form.rawValue)"
      + " whitespace=\(normalizer.whitespace.rawValue)"
      + " size=\(Int(Subwords.marker) + pieces.count)\n"
    var text = Array(header.utf8)
    text.reserveCapacity(text.count + pieces.bytes.count + 2 * pieces.count)
    for index in 0..<pieces.count {
      PieceEscaping.append(pieces[index], to: &text)
      text.append(0x0A)
    }
    return text
  }

  /// FNV-1a, 64 bits (Fowler, Noll & Vo), as 16 hexadecimal digits.
  static func fingerprint(_ text: [UInt8]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Reads a file; every problem names the line.
  static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String
  ) throws(SubwordsError) -> (pieces: ByteStringTable, normalizer: Normalizer) {
    var lines = LineReader(bytes: bytes)
    let header = try Header(lines.next(), file: file)
    var pieces = ByteStringTable(minimumCapacity: min(header.pieceCount, bytes.count))
    for line in 2..<2 + header.pieceCount {
      guard let text = lines.next() else {
        throw SubwordsError(
          "the file is cut short: it has \(pieces.count) pieces where its header announces"
            + " \(header.pieceCount). Copy it again", file: file, line: line)
      }
      let piece: [UInt8]
      do { piece = try PieceEscaping.unescaped(text) } catch {
        throw SubwordsError(error.reason, file: file, line: line)
      }
      if PieceEscaping.isReserved(piece) || !pieces.insert(piece[...]).isNew {
        let shown = PieceEscaping.shown(piece[...])
        throw SubwordsError("the piece '\(shown)' is there twice", file: file, line: line)
      }
    }
    if !lines.isAtEnd {
      throw SubwordsError(
        "there is more than the \(header.pieceCount) pieces that the header announces",
        file: file, line: header.pieceCount + 2)
    }
    return (pieces, header.normalizer)
  }
}

/// Lines that end in a line feed; what follows the last one is no line.
struct LineReader {
  let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard let end = bytes[offset...].firstIndex(of: 0x0A) else { return nil }
    defer { offset = end + 1 }
    return UnsafeBufferPointer(rebasing: bytes[offset..<end])
  }
}

private struct Header {
  var normalizer = Normalizer()
  var pieceCount = 0

  init(_ line: UnsafeBufferPointer<UInt8>?, file: String) throws(SubwordsError) {
    func failure(_ message: String) -> SubwordsError {
      SubwordsError(message, file: file, line: 1)
    }
    let words = line.map { String(decoding: $0.prefix(1000), as: UTF8.self) } ?? ""
    var fields = words.split(separator: " ", omittingEmptySubsequences: false)[...]
    guard fields.popFirst() == SubwordFile.magic[...], let version = fields.popFirst() else {
      throw failure(
        "this is no subword file: it does not begin with '\(SubwordFile.magic)'. 's2s train'"
          + " writes one beside each model")
    }
    if version != "\(SubwordFile.version)" {
      throw failure(
        "the format has version \(version); this program reads version \(SubwordFile.version)."
          + " Use the program that wrote it, or learn the subwords again")
    }
    if words.utf8.last == 0x0D {
      throw failure(
        "the line ends in a carriage return; something has rewritten the line ends of the file."
          + " Copy it again")
    }
    var values: [Substring: Substring] = [:]
    for field in fields {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, ["normalization", "whitespace", "size"].contains(parts[0]) else {
        throw failure("unknown setting '\(field)' in the header")
      }
      values[parts[0]] = parts[1]
    }
    func value(_ key: Substring) throws(SubwordsError) -> String {
      guard let value = values[key] else { throw failure("the header lacks '\(key)='") }
      return String(value)
    }
    let form = try value("normalization")
    guard let form = Normalizer.Form(rawValue: form) else {
      throw failure("normalization=\(form) is none of none, nfc, nfkc")
    }
    let whitespace = try value("whitespace")
    guard let whitespace = Normalizer.Whitespace(rawValue: whitespace) else {
      throw failure("whitespace=\(whitespace) is neither keep nor collapse")
    }
    let range = Subwords.minimumVocabularySize...Subwords.maximumVocabularySize
    let size = try value("size")
    guard let size = Int(size), range.contains(size) else {
      throw failure(
        "size=\(size) is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    normalizer = Normalizer(form: form, whitespace: whitespace)
    pieceCount = size - Int(Subwords.marker)
  }
}
