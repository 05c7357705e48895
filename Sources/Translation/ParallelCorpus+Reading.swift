public import Recipes
internal import Seq2Seq

extension ParallelCorpus {
  /// Reads corpora, one after the other.
  ///
  /// A pair with a line that is not UTF-8 or is empty (white space alone), or with too few columns, is
  /// left out and counted; `summaries` says how many and where the first are. Lines end with LF or
  /// CR LF; a byte order mark at the beginning of a file is dropped.
  ///
  /// - Throws: `DataError` for a file that is missing or is no text, sides of different length, and
  ///   a corpus of which nothing can be used.
  public init(reading corpora: [CorpusSource]) throws(DataError) {
    var reader = Reader()
    var weights: [Float] = []
    for corpus in corpora {
      try reader.read(corpus)
      let count = reader.sources.count - weights.count
      weights.append(contentsOf: repeatElement(corpus.weight, count: count))
    }
    self.init(
      summaries: reader.summaries,
      weights: corpora.allSatisfy { $0.weight == 1 } ? nil : weights, sources: reader.sources,
      targets: reader.targets)
  }

  /// The corpora read so far.
  private struct Reader {
    var sources = CorpusLines()
    var targets = CorpusLines()
    var summaries: [CorpusSummary] = []
    private var summary = CorpusSummary(name: "", weight: 1)
    private var fingerprint = CorpusFingerprint()

    mutating func read(_ corpus: CorpusSource) throws(DataError) {
      summary = CorpusSummary(name: corpus.name, weight: corpus.weight)
      fingerprint = CorpusFingerprint()
      switch corpus.form {
      case .files(let source, let target): try readFiles(source, target)
      case .table(let path, let source, let target):
        try readTable(path, sourceColumn: source, targetColumn: target)
      }
      guard summary.pairs > 0 else {
        throw DataError(
          path: corpus.name,
          summary.remarks.first.map { "no pair can be used (\(summary.counts)); \($0)" }
            ?? "has no lines; it is empty")
      }
      summary.fingerprint = fingerprint.digits
      summaries.append(summary)
    }

    private mutating func readFiles(
      _ sourcePath: String, _ targetPath: String
    ) throws(DataError) {
      let source = try CorpusLineReader(path: sourcePath)
      let target = try CorpusLineReader(path: targetPath)
      sources.reserve(bytes: source.size)
      targets.reserve(bytes: target.size)
      while true {
        let (hasSource, hasTarget) = (try source.next(), try target.next())
        guard hasSource && hasTarget else {
          if hasSource || hasTarget { try throwCounts(source, target) }
          return
        }
        if usable(source, source.line) && usable(target, target.line) {
          keep(source.line, target.line)
        }
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

    private mutating func readTable(
      _ path: String, sourceColumn: Int, targetColumn: Int
    ) throws(DataError) {
      let reader = try CorpusLineReader(path: path)
      let needed = max(sourceColumn, targetColumn)
      var columns: [Range<Int>] = []
      while try reader.next() {
        let line = reader.line
        guard usable(reader, line) else { continue }
        columns.removeAll(keepingCapacity: true)
        var start = 0
        while columns.count < needed, start <= line.count {
          let end = line[start...].firstIndex(of: 0x09) ?? line.count
          columns.append(start..<end)
          start = end + 1
        }
        guard columns.count == needed else {
          summary.leaveOut(
            path, line: reader.number, .tooFewColumns,
            "has \(columns.count) columns, column \(needed) is needed")
          continue
        }
        let source = UnsafeBufferPointer(rebasing: line[columns[sourceColumn - 1]])
        let target = UnsafeBufferPointer(rebasing: line[columns[targetColumn - 1]])
        if isBlank(source) || isBlank(target) {
          let column = isBlank(source) ? sourceColumn : targetColumn
          summary.leaveOut(path, line: reader.number, .empty, "column \(column) is empty")
        } else {
          keep(source, target)
        }
      }
    }

    /// Whether a line can be used; if not, its pair is counted as left out.
    private mutating func usable(
      _ reader: CorpusLineReader, _ line: UnsafeBufferPointer<UInt8>
    ) -> Bool {
      if reader.isTooLong {
        summary.leaveOut(
          reader.path, line: reader.number, .tooLong,
          "is longer than \(CorpusLineReader.maximumLength) bytes")
      } else if let invalid = firstInvalidUTF8(line) {
        summary.leaveOut(
          reader.path, line: reader.number, .notUTF8, "byte \(invalid + 1) is not UTF-8")
      } else if isBlank(line) {
        summary.leaveOut(reader.path, line: reader.number, .empty, "is empty")
      } else {
        return true
      }
      return false
    }

    private mutating func keep(
      _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeBufferPointer<UInt8>
    ) {
      sources.append(source)
      targets.append(target)
      fingerprint.add(source)
      fingerprint.add(0x09)
      fingerprint.add(target)
      fingerprint.add(0x0A)
      summary.pairs += 1
    }

    /// Whether UTF-8 text has nothing but white space.
    private func isBlank(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
      // Nearly every line begins with a letter; only what does not is looked at further.
      if let first = line.first, (0x21..<0x7F).contains(first) { return false }
      return String(decoding: line, as: UTF8.self).unicodeScalars.allSatisfy {
        $0.properties.isWhitespace
      }
    }
  }
}
