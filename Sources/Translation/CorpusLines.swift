/// Lines of text end to end in one buffer: as many bytes as the text has and 8 a line.
struct CorpusLines: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  /// Bytes of all lines.
  var byteCount: Int { bytes.count }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  /// The line as `encode` and the like take it.
  func withLine<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
    body(bytes.span.extracting(range(index)))
  }

  private func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: line)
    ends.append(bytes.count)
  }
}
