#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads a file line by line through one buffer, so that memory does not grow with the file.
///
/// Lines end with LF or CR LF, the last with either or nothing; a byte order mark at the beginning of
/// the file is dropped. All unsafe memory of reading corpora is in this file and in its callers'
/// use of `line`.
package final class CorpusLineReader {
  package let path: String
  /// Number of the current line, from 1.
  package private(set) var number = 0
  /// Whether the current line was longer than any that is read; `line` is empty then.
  package private(set) var isTooLong = false
  /// Size of the file when it was opened; 0 for a pipe.
  package let size: Int

  /// Longest line that is read, in bytes.
  package static let maximumLength = 1 << 20
  private static let capacity = 2 * maximumLength

  private let file: Int32
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  /// What is in the buffer and not yet taken.
  private var start = 0
  private var end = 0
  private var current: Range<Int> = 0..<0
  private var isAtEnd = false

  package init(path: String) throws(DataError) {
    self.path = path
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      let number = errno
      throw DataError(
        path: path,
        number == ENOENT
          ? "there is no such file; check the path, or get the corpus as the recipe's notes say"
          : "cannot be opened: \(String(cString: strerror(number)))")
    }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(file)
      throw DataError(path: path, "is a folder; name the file with the text")
    }
    self.file = file
    size = Int(status.st_size)
    buffer = .allocate(capacity: Self.capacity)
    try fill()
    try checkBeginning()
  }

  deinit {
    close(file)
    buffer.deallocate()
  }

  /// The bytes of the current line without its end; valid until the next call of `next`.
  package var line: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[current]) }

  /// Goes on to the next line.
  ///
  /// - Returns: false at the end of the file.
  package func next() throws(DataError) -> Bool {
    isTooLong = false
    var searched = 0
    while true {
      if let newline = find(from: start + searched) {
        take(to: newline, next: newline + 1)
        return true
      }
      searched = end - start
      if isAtEnd {
        guard searched > 0 || isTooLong else { return false }
        take(to: end, next: end)
        return true
      }
      if searched > Self.maximumLength {
        isTooLong = true
        (start, end, searched) = (0, 0, 0)
      }
      try fill()
    }
  }

  /// Reads to the end.
  ///
  /// - Returns: how many lines the file has.
  package func countAll() throws(DataError) -> Int {
    while try next() {}
    return number
  }

  private func find(from position: Int) -> Int? {
    guard position < end, let base = buffer.baseAddress,
      let found = memchr(base + position, 0x0A, end - position)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private func take(to lineEnd: Int, next: Int) {
    number += 1
    var last = lineEnd
    if last > start && buffer[last - 1] == 0x0D { last -= 1 }
    isTooLong = isTooLong || last - start > Self.maximumLength
    current = isTooLong ? 0..<0 : start..<last
    start = next
  }

  /// Moves what is left to the front of the buffer and reads more behind it.
  private func fill() throws(DataError) {
    guard let base = buffer.baseAddress else { return }
    if start > 0 {
      memmove(base, base + start, end - start)
      (start, end) = (0, end - start)
    }
    var count = -1
    repeat { count = read(file, base + end, Self.capacity - end) } while count < 0 && errno == EINTR
    guard count >= 0 else {
      throw DataError(
        path: path, "cannot be read after line \(number): \(String(cString: strerror(errno)))")
    }
    end += count
    isAtEnd = count == 0
  }

  /// Drops a byte order mark; refuses what is no text at all with a better word than "not UTF-8" a
  /// million times.
  private func checkBeginning() throws(DataError) {
    while end < 4 && !isAtEnd { try fill() }
    let first = Array(buffer[..<min(end, 4)])
    if first.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    if first.starts(with: [0x1F, 0x8B]) {
      throw DataError(path: path, "is compressed; unpack it first, with gunzip")
    }
    if first.starts(with: [0x50, 0x4B, 3, 4]) {
      throw DataError(path: path, "is a zip archive; unpack it first")
    }
    if first.starts(with: [0xFF, 0xFE]) || first.starts(with: [0xFE, 0xFF]) {
      throw DataError(
        path: path, "is UTF-16 text; turn it into UTF-8 first, with iconv -f utf-16 -t utf-8")
    }
  }
}

extension CorpusLineReader {
  /// Why the current line cannot be used, if it cannot.
  package enum Problem {
    case tooLong
    /// The byte, counted from 1.
    case notUTF8(byte: Int)
    case blank

    /// What messages say of the line.
    package var message: String {
      switch self {
      case .tooLong: "is longer than \(CorpusLineReader.maximumLength) bytes"
      case .notUTF8(let byte): "byte \(byte) is not UTF-8"
      case .blank: "is empty"
      }
    }
  }

  /// What keeps the current line from being used.
  package var problem: Problem? {
    if isTooLong { return .tooLong }
    if let invalid = firstInvalidUTF8(line) { return .notUTF8(byte: invalid + 1) }
    return isBlank(line) ? .blank : nil
  }
}

/// Whether UTF-8 text has nothing but white space.
package func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  // Nearly every line begins with a letter; only what does not is looked at further.
  if let first = text.first, (0x21..<0x7F).contains(first) { return false }
  return String(decoding: text, as: UTF8.self).isBlank
}

extension String {
  /// Whether there is nothing but white space.
  package var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

/// Place of the first byte that is not part of UTF-8 text (Unicode Standard, table 3-7), or nil.
package func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  let raw = UnsafeRawBufferPointer(bytes)
  var index = 0
  func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
    index + offset < bytes.count && range.contains(bytes[index + offset])
  }
  while index < bytes.count {
    // Eight at a time as long as all are ASCII.
    if index + 8 <= bytes.count,
      raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      index += 8
      continue
    }
    switch bytes[index] {
    case 0..<0x80: index += 1
    case 0xC2...0xDF where follows(1): index += 2
    case 0xE0 where follows(1, 0xA0...0xBF) && follows(2): index += 3
    case 0xED where follows(1, 0x80...0x9F) && follows(2): index += 3
    case 0xE1...0xEC where follows(1) && follows(2): index += 3
    case 0xEE...0xEF where follows(1) && follows(2): index += 3
    case 0xF0 where follows(1, 0x90...0xBF) && follows(2) && follows(3): index += 4
    case 0xF1...0xF3 where follows(1) && follows(2) && follows(3): index += 4
    case 0xF4 where follows(1, 0x80...0x8F) && follows(2) && follows(3): index += 4
    default: return index
    }
  }
  return nil
}
