public import Foundation

/// The text form of a vocabulary of words: a header, then the words one a line, in the order of their ids from 3 on.
///
/// ```
/// s2s-words 1 normalization=none size=10001
/// the
/// N
/// ```
/// Characters that cannot be seen are escaped (see `PieceEscaping`), and `size` tells whether the file is whole.
enum WordFile {
  static let magic = "s2s-words"
  static let version = 1

  static func text(of words: ByteStringTable, normalizer: Normalizer) -> [UInt8] {
    let size = Int(WordVocabulary.firstWord) + words.count
    var text = Array(
      "\(magic) \(version) normalization=\(normalizer.form.rawValue) size=\(size)\n".utf8)
    for index in 0..<words.count {
      PieceEscaping.append(words[index], to: &text)
      text.append(0x0A)
    }
    return text
  }

  /// Reads a file; every problem names the line.
  static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String
  ) throws(SubwordsError) -> (words: ByteStringTable, normalizer: Normalizer) {
    var lines = LineReader(bytes: bytes)
    let header = lines.next().map { String(decoding: $0.prefix(1000), as: UTF8.self) } ?? ""
    let fields = header.split(separator: " ", omittingEmptySubsequences: false)
    func failure(_ message: String, _ line: Int = 1) -> SubwordsError {
      SubwordsError(message, file: file, line: line)
    }
    guard fields.first == magic[...], fields.count == 4 else {
      throw failure("this is no vocabulary of words: it does not begin with '\(magic)'")
    }
    guard fields[1] == "\(version)" else {
      throw failure(
        "the format has version \(fields[1]); this program reads version \(version). Use the program that "
          + "wrote it")
    }
    let limits = WordVocabulary.minimumVocabularySize...Subwords.maximumVocabularySize
    guard fields[2].hasPrefix("normalization="), fields[3].hasPrefix("size="),
      let form = Normalizer.Form(rawValue: String(fields[2].dropFirst(14))),
      let size = Int(fields[3].dropFirst(5)), limits.contains(size)
    else { throw failure("the header '\(header)' is damaged; copy the file again") }
    let count = size - Int(WordVocabulary.firstWord)
    var words = ByteStringTable(minimumCapacity: min(count, bytes.count))
    for line in 2..<2 + count {
      guard let text = lines.next() else {
        throw failure(
          "the file is cut short: it has \(words.count) words where its header announces \(count). Copy it "
            + "again", line)
      }
      let word: [UInt8]
      do { word = try PieceEscaping.unescaped(text) } catch {
        throw failure(error.reason, line)
      }
      guard !word.isEmpty, word != Array(WordVocabulary.unknownText.utf8),
        words.insert(word[...]).isNew
      else {
        throw failure(
          "the word '\(PieceEscaping.shown(word[...]))' cannot stand here, or is there twice", line)
      }
    }
    guard lines.isAtEnd else {
      throw failure("there is more than the \(count) words that the header announces", count + 2)
    }
    return (words, Normalizer(form: form))
  }
}

extension WordVocabulary {
  /// Reads a vocabulary from a file.
  ///
  /// - Throws: `SubwordsError` with file and line if it cannot be read, was cut short, or contradicts itself.
  public convenience init(contentsOf url: URL) throws(SubwordsError) {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw SubwordsError("it cannot be read: \(error.localizedDescription)", file: url.path)
    }
    let (words, normalizer) = try Array(data).withUnsafeBufferPointer {
      (bytes) throws(SubwordsError) in
      try WordFile.parse(bytes, file: url.path)
    }
    self.init(words: words, normalizer: normalizer)
  }

  /// Everything in it as readable text, the contents of its file.
  public var text: String {
    String(decoding: WordFile.text(of: words, normalizer: normalizer), as: UTF8.self)
  }

  public func write(to url: URL) throws(SubwordsError) {
    do {
      try Data(WordFile.text(of: words, normalizer: normalizer)).write(to: url, options: .atomic)
    } catch {
      throw SubwordsError("it cannot be written: \(error.localizedDescription)", file: url.path)
    }
  }
}
