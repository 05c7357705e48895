internal import Recipes
internal import Seq2Seq

/// Reads the pairs of parallel corpora one after the other, in memory that does not grow with them.
///
/// A pair with a line that is not UTF-8 or is empty (white space alone), or with too few columns, is
/// left out and counted; `summaries` says how many and where the first are. Lines end with LF or
/// CR LF; a byte order mark at the beginning of a file is dropped.
final class CorpusReader {
  /// What was read of the corpora that have been read to their ends.
  private(set) var summaries: [CorpusSummary] = []
  /// Number of the corpus that the current pair is of, from 0.
  private(set) var corpus = -1
  /// UTF-8 of the current pair; valid until the next call of `next`.
  private(set) var source = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private(set) var target = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  private enum Files {
    case two(source: CorpusLineReader, target: CorpusLineReader)
    case table(CorpusLineReader, sourceColumn: Int, targetColumn: Int)
  }

  private let corpora: [CorpusSource]
  private var files: Files?
  private var columns: [Range<Int>] = []
  private var summary = CorpusSummary(name: "", weight: 1)
  private var fingerprint = CorpusFingerprint()

  init(_ corpora: [CorpusSource]) { self.corpora = corpora }

  /// Goes on to the next pair that can be used.
  ///
  /// - Returns: false when all corpora are read.
  /// - Throws: for a file that is missing or is no text, sides of different length, and a corpus of
  ///   which nothing can be used.
  func next() throws(DataError) -> Bool {
    while true {
      if let files {
        if try nextPair(files) {
          keep()
          return true
        }
        try finishCorpus()
      }
      guard corpus + 1 < corpora.count else { return false }
      corpus += 1
      try beginCorpus(corpora[corpus])
    }
  }

  private func beginCorpus(_ corpus: CorpusSource) throws(DataError) {
    summary = CorpusSummary(name: corpus.name, weight: corpus.weight)
    fingerprint = CorpusFingerprint()
    switch corpus.form {
    case .files(let source, let target):
      files = .two(
        source: try CorpusLineReader(path: source), target: try CorpusLineReader(path: target))
    case .table(let path, let source, let target):
      files = .table(
        try CorpusLineReader(path: path), sourceColumn: source, targetColumn: target)
    }
  }

  private func finishCorpus() throws(DataError) {
    files = nil
    guard summary.pairs > 0 else {
      throw DataError(
        path: summary.name,
        summary.remarks.first.map { "no pair can be used (\(summary.counts)); \($0)" }
          ?? "has no lines; it is empty")
    }
    summary.fingerprint = fingerprint.digits
    summaries.append(summary)
  }

  private func keep() {
    fingerprint.add(source)
    fingerprint.add(0x09)
    fingerprint.add(target)
    fingerprint.add(0x0A)
    summary.pairs += 1
  }

  private func nextPair(_ files: Files) throws(DataError) -> Bool {
    switch files {
    case .two(let source, let target): try nextPair(source, target)
    case .table(let reader, let source, let target):
      try nextPair(reader, sourceColumn: source, targetColumn: target)
    }
  }

  private func nextPair(
    _ sources: CorpusLineReader, _ targets: CorpusLineReader
  ) throws(DataError) -> Bool {
    while true {
      let (hasSource, hasTarget) = (try sources.next(), try targets.next())
      guard hasSource && hasTarget else {
        if hasSource || hasTarget { try throwCounts(sources, targets) }
        return false
      }
      (source, target) = (sources.line, targets.line)
      if isUsable(sources) && isUsable(targets) { return true }
    }
  }

  private func throwCounts(
    _ source: CorpusLineReader, _ target: CorpusLineReader
  ) throws(DataError) {
    let counts = (try source.countAll(), try target.countAll())
    throw DataError(
      path: summary.name,
      "have \(counts.0) and \(counts.1) lines; line n of one must translate line n of the other, so "
        + "one of them is of another corpus or was cut short")
  }

  private func nextPair(
    _ reader: CorpusLineReader, sourceColumn: Int, targetColumn: Int
  ) throws(DataError) -> Bool {
    let needed = max(sourceColumn, targetColumn)
    while try reader.next() {
      let line = reader.line
      guard isUsable(reader) else { continue }
      columns.removeAll(keepingCapacity: true)
      var start = 0
      while columns.count < needed, start <= line.count {
        let end = line[start...].firstIndex(of: 0x09) ?? line.count
        columns.append(start..<end)
        start = end + 1
      }
      guard columns.count == needed else {
        summary.leaveOut(
          reader.path, line: reader.number, .tooFewColumns,
          "has \(columns.count) columns, column \(needed) is needed")
        continue
      }
      source = UnsafeBufferPointer(rebasing: line[columns[sourceColumn - 1]])
      target = UnsafeBufferPointer(rebasing: line[columns[targetColumn - 1]])
      if !isBlank(source) && !isBlank(target) { return true }
      let column = isBlank(source) ? sourceColumn : targetColumn
      summary.leaveOut(reader.path, line: reader.number, .empty, "column \(column) is empty")
    }
    return false
  }

  /// Whether the current line can be used; if not, its pair is counted as left out.
  private func isUsable(_ reader: CorpusLineReader) -> Bool {
    guard let problem = reader.problem else { return true }
    summary.leaveOut(
      reader.path, line: reader.number, CorpusSummary.Reason(problem), problem.message)
    return false
  }
}

extension CorpusSummary.Reason {
  fileprivate init(_ problem: CorpusLineReader.Problem) {
    switch problem {
    case .tooLong: self = .tooLong
    case .notUTF8: self = .notUTF8
    case .blank: self = .empty
    }
  }
}
