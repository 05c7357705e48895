/// Lines of text end to end in one buffer: as many bytes as the text has and 8 a line.
struct CorpusLines: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: line)
    ends.append(bytes.count)
  }

  mutating func reserve(bytes count: Int) { bytes.reserveCapacity(bytes.count + count) }
}
