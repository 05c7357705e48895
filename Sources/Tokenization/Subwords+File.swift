public import Foundation

extension Subwords {
  /// Reads subwords from a file (`subwords.txt`; its format is described at `text`).
  ///
  /// - Throws: `SubwordsError` with file and line if it cannot be read, was cut short, has another
  ///   format or another version, or contradicts itself.
  public convenience init(contentsOf url: URL) throws(SubwordsError) {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw SubwordsError("it cannot be read: \(error.localizedDescription)", file: url.path)
    }
    try self.init(text: Array(data), file: url.path)
  }

  /// Reads subwords from the bytes of such a file.
  ///
  /// - Parameter file: what error messages call it.
  public convenience init(text: [UInt8], file: String = "subwords.txt") throws(SubwordsError) {
    let (pieces, normalizer) = try text.withUnsafeBufferPointer { (bytes) throws(SubwordsError) in
      try SubwordFile.parse(bytes, file: file)
    }
    do {
      try self.init(pieces: pieces, normalizer: normalizer)
    } catch {
      let shown = error.index < pieces.count ? PieceEscaping.shown(pieces[error.index]) : ""
      throw SubwordsError(
        "the piece '\(shown)' cannot stand here: \(error.reason)", file: file,
        line: error.index + 2)
    }
  }

  /// Everything in these subwords as readable text, the contents of their file: a header with the
  /// format version and the normalizer, then the pieces one a line from id 258 on, in the order of
  /// their ids, which is the order of merging. Characters without a shape are escaped as in Swift.
  public var text: String {
    String(decoding: SubwordFile.text(of: table, normalizer: normalizer), as: UTF8.self)
  }

  /// Writes the file: beside the place first, then renamed, so that no half of one is ever left.
  public func write(to url: URL) throws(SubwordsError) {
    do {
      try Data(SubwordFile.text(of: table, normalizer: normalizer)).write(to: url, options: .atomic)
    } catch {
      throw SubwordsError("it cannot be written: \(error.localizedDescription)", file: url.path)
    }
  }
}
