internal import Recipes
internal import Seq2Seq

/// What was read of a file of text and what was left out.
public struct TextSummary: Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var name: String
  /// Lines kept.
  public var lines = 0
  /// Lines left out, and why the first few of them were.
  public var leftOut = 0
  public var remarks: [String] = []
  /// 16 hexadecimal digits that depend on every byte of every line kept.
  public var fingerprint = ""

  static let remarksKept = 3

  public var description: String {
    (["\(name): \(lines) lines" + (leftOut > 0 ? "; left out: \(leftOut)" : "")]
      + remarks.map { "  \($0)" }).joined(separator: "\n")
  }
}

/// Lines of text as they are in their files, in memory as UTF-8.
///
/// A line that is not UTF-8, is empty (white space alone) or is longer than a mebibyte is left out and counted.
struct TextCorpus: RandomAccessCollection, Sendable {
  private(set) var summaries: [TextSummary] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  /// - Throws: `DataError` for a file that is missing or is no text, or of which no line can be used.
  init(reading sources: [TextSource]) throws(DataError) {
    for source in sources { try read(source) }
  }

  private mutating func read(_ source: TextSource) throws(DataError) {
    let path = source.path
    var summary = TextSummary(name: path)
    var fingerprint = CorpusFingerprint()
    let reader = try CorpusLineReader(path: path)
    while try reader.next() {
      let (line, problem) = usable(reader, column: source.column)
      if let problem {
        summary.leftOut += 1
        if summary.remarks.count < TextSummary.remarksKept {
          summary.remarks.append("\(path):\(reader.number): \(problem); the line is left out")
        }
        continue
      }
      fingerprint.add(line)
      fingerprint.add(0x0A)
      bytes.append(contentsOf: line)
      ends.append(bytes.count)
      summary.lines += 1
    }
    guard summary.lines > 0 else {
      throw DataError(
        path: path,
        summary.remarks.first.map { "no line can be used; \($0)" } ?? "has no lines; it is empty")
    }
    summary.fingerprint = fingerprint.digits
    summaries.append(summary)
  }

  /// What of a line is text, or why it cannot be used.
  private func usable(
    _ reader: CorpusLineReader, column: Int?
  ) -> (text: UnsafeBufferPointer<UInt8>, problem: String?) {
    let line = reader.line
    if let problem = reader.problem { return (line, problem.message) }
    guard let column else { return (line, nil) }
    let columns = line.split(separator: 0x09, maxSplits: column, omittingEmptySubsequences: false)
    guard columns.count >= column else {
      return (line, "has \(columns.count) columns, column \(column) is needed")
    }
    let text = UnsafeBufferPointer(rebasing: columns[column - 1])
    return (text, isBlank(text) ? "column \(column) is empty" : nil)
  }

  var startIndex: Int { 0 }
  var endIndex: Int { ends.count }

  subscript(index: Int) -> String {
    String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
  }

  /// Depends on every byte of every line.
  var fingerprint: String { CorpusFingerprint.digits(joining: summaries.map(\.fingerprint)) }
}
