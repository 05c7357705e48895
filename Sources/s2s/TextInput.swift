import Recipes

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
        case .line(let bytes, let isTooLong):
          count += 1
          return .line(
            inputLine(bytes, isTooLong: isTooLong, of: reader, number: count, isExact: isExact))
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

/// A line that was read: its text, or what is wrong with it.
///
/// - Parameters:
///   - reader: that read it.
///   - number: over all inputs.
///   - isExact: whether a byte order mark or CR is part of the text.
private func inputLine(
  _ bytes: ArraySlice<UInt8>, isTooLong: Bool, of reader: LineReader, number: Int,
  isExact: Bool = false
) -> InputLine {
  if isTooLong {
    return InputLine(
      number: number,
      problem: "\(reader.name):\(reader.number): the line has more than "
        + "\(LineReader.maximumLength) bytes; cut it into parts")
  }
  var bytes = bytes
  if !isExact {
    if reader.number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    return InputLine(
      number: number,
      problem: "\(reader.name):\(reader.number): the line is not UTF-8; convert the text, for "
        + "example with iconv -f latin1 -t utf-8")
  }
  return InputLine(number: number, text: text)
}

/// Goes through the lines of a file, or of standard input.
private func forEachLine(
  of path: String?, _ body: (InputLine) throws(Failure) -> Void
) throws(Failure) {
  let reader = try LineReader(path: path)
  while true {
    switch try reader.next(waits: true) {
    case .line(let bytes, let isTooLong):
      try body(inputLine(bytes, isTooLong: isTooLong, of: reader, number: reader.number))
    case .notYet: continue
    case .end: return
    }
  }
}

/// All lines of a file, where every line must be text.
func readLines(_ path: String?) throws(Failure) -> [String] {
  var lines: [String] = []
  try forEachLine(of: path) { line throws(Failure) in
    guard let text = line.text else {
      throw Failure(
        .data,
        "\(line.problem ?? ""). Without it the lines could not be compared, so correct it first")
    }
    lines.append(text)
  }
  return lines
}

/// The lines that a language model is judged by. One that cannot be read is named and left out; blank ones are left out
/// and counted, as they are when it is trained.
struct JudgedText {
  private(set) var lines: [String] = []
  /// Whether a line could not be read.
  private var hasFailed = false

  /// - Parameter path: standard input where nil.
  /// - Throws: also where there are no lines.
  init(_ path: String?) throws(Failure) {
    var blank = 0
    try forEachLine(of: path) { line throws(Failure) in
      guard let text = line.text else {
        hasFailed = true
        remark(line.problem ?? "")
        return
      }
      if text.isBlank { blank += 1 } else { lines.append(text) }
    }
    let name = path ?? "standard input"
    guard !lines.isEmpty else {
      throw Failure(.data, "\(name): there are no lines" + (blank > 0 ? " that are not blank" : ""))
    }
    if blank > 0 { remark("\(name): blank lines left out: \(blank)") }
  }

  /// How the command ends after all lines: with exit code 1 if any failed.
  func finish() throws {
    if hasFailed { throw SilentEnd(status: .someFailed) }
  }
}
