import Foundation
import Neural
import Tensors
import TestSupport
import Testing

@Suite struct HalfPrecisionRowsTests {
  @Test func rowsComeBackRoundedToHalfPrecision() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/rows.f16"
    let parts = [
      randomTensor(rows: 3, columns: 5, seed: 1), randomTensor(rows: 2, columns: 5, seed: 2),
    ]
    let writer = try HalfPrecisionRows.Writer(path: path)
    for part in parts { try writer.append(part) }
    try writer.finish()
    let rows = try #require(HalfPrecisionRows(path: path, columns: 5))
    #expect(rows.count == 5)
    let read = Tensor(rows: 3, columns: 5)
    rows.read(2..<5, into: read)
    let written = Array(parts[0].values[10...] + parts[1].values)
    #expect(read.values == written.map { Float(Float16($0)) })
  }

  @Test func whatIsCutShortOrNotThereIsNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/rows.f16"
    #expect(HalfPrecisionRows(path: path, columns: 5) == nil)
    try Data(count: 33).write(to: URL(fileURLWithPath: path))
    #expect(HalfPrecisionRows(path: path, columns: 5) == nil)
    try Data(count: 30).write(to: URL(fileURLWithPath: path))
    #expect(HalfPrecisionRows(path: path, columns: 5)?.count == 3)
    #expect(throws: (any Error).self) {
      try HalfPrecisionRows.Writer(path: folder.path + "/none/rows.f16")
    }
  }
}
