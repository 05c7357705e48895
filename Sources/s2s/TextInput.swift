#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One line of input: its text, or what is wrong with it.
struct InputLine {
  /// Number over all inputs, from 1.
  var number: Int
  /// Nil for a line that cannot be read as text; `problem` says why, with file and line.
  var text: String?
  var problem: String?
}

/// The lines of several files, one after the other, or of standard input.
///
/// A file that cannot be read is named on standard error, and the others are read all the same.
final class TextInput {
  /// What reading came to.
  enum Step {
    case line(InputLine)
    case notYet
    case end
  }

  /// Whether a file or a line could not be read.
  private(set) var hasFailed = false
  private var paths: ArraySlice<String?>
  private var reader: LineReader?
  private var count = 0
  /// Whether lines are read as they are, with a byte order mark or CR as part of the text.
  private let isExact: Bool

  /// - Parameter paths: standard input where there are none.
  init(_ paths: [String], isExact: Bool = false) {
    self.paths = paths.isEmpty ? [nil] : paths[...].map(Optional.some)[...]
    self.isExact = isExact
    if paths.isEmpty, isatty(0) == 1, isatty(2) == 1 {
      remark("reading from the terminal, a line at a time; Ctrl-D ends")
    }
  }

  /// The next line; if `waits` is not set it may be `.notYet`.
  func next(waits: Bool) -> Step {
    while true {
      do {
        guard let reader else {
          guard let path = paths.popFirst() else { return .end }
          self.reader = try LineReader(path: path)
          continue
        }
        switch try reader.next(waits: waits) {
        case .line(let bytes, let isTooLong): return .line(line(bytes, isTooLong, reader))
        case .notYet: return .notYet
        case .end: self.reader = nil
        }
      } catch {
        hasFailed = true
        remark(error.message)
        self.reader = nil
      }
    }
  }

  private func line(
    _ bytes: ArraySlice<UInt8>, _ isTooLong: Bool, _ reader: LineReader
  ) -> InputLine {
    count += 1
    if isTooLong {
      return InputLine(
        number: count,
        problem: "\(reader.name):\(reader.number): the line has more than "
          + "\(LineReader.maximumLength) bytes; cut it into parts")
    }
    guard let text = text(of: bytes, isFirst: reader.number == 1, isExact: isExact) else {
      return InputLine(
        number: count,
        problem: "\(reader.name):\(reader.number): the line is not UTF-8; convert the text, for "
          + "example with iconv -f latin1 -t utf-8")
    }
    return InputLine(number: count, text: text)
  }

  /// Counts a line as failed and says why.
  func fail(_ problem: String) {
    hasFailed = true
    remark(problem)
  }

  /// How the command ends after all lines: with exit code 1 if any failed.
  func finish() throws {
    if hasFailed { throw SilentEnd(status: .someFailed) }
  }
}

/// The text of a line, or nil if it is not UTF-8.
///
/// - Parameters:
///   - isFirst: whether a byte order mark before it is none of its own.
///   - isExact: whether everything is.
private func text(of bytes: ArraySlice<UInt8>, isFirst: Bool, isExact: Bool) -> String? {
  var bytes = bytes
  if !isExact {
    if isFirst, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
  }
  return String(validating: bytes, as: UTF8.self)
}

/// All lines of a file, where every line must be text.
func readLines(_ path: String?) throws(Failure) -> [String] {
  let reader = try LineReader(path: path)
  var lines: [String] = []
  while true {
    switch try reader.next(waits: true) {
    case .line(let bytes, let isTooLong):
      guard !isTooLong, let text = text(of: bytes, isFirst: lines.isEmpty, isExact: false) else {
        throw Failure(
          .data,
          "\(reader.name):\(reader.number): the line is not UTF-8 text; without it the lines could "
            + "not be compared, so correct it first")
      }
      lines.append(text)
    case .notYet: continue
    case .end: return lines
    }
  }
}
