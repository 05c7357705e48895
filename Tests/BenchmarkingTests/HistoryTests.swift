import Benchmarking
import Foundation
import TestSupport
import Testing

@Suite struct HistoryTests {
  private let machine = Machine(processor: "Some CPU", kernels: ["float": "avx2"])

  private func record(
    _ name: String = "startup/version", value: Double = 10, threads: Int = 2,
    _ change: (inout BenchmarkSettings) -> Void = { _ in }
  ) throws -> BenchmarkRecord {
    let item = try #require(BenchmarkCase.named(name).first)
    var settings = BenchmarkSettings(threads: threads, seconds: 1)
    change(&settings)
    let done = Work.Done(units: 1)
    let passes = [value, value + 1, value + 2].map {
      Pass(done: done, seconds: $0 / 1000, processorSeconds: $0 / 2000)
    }
    return BenchmarkRecord(
      item, Figure(passes, item.measure) { _ in nil }, settings: settings, version: "1.2.3",
      machine: machine, date: Date(timeIntervalSince1970: 0))
  }

  @Test func aRecordHasAllThatAFigureDependsOn() throws {
    let line = try record().line()
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["date"] as? String == "1970-01-01T00:00:00Z")
    #expect(object["version"] as? String == "1.2.3")
    #expect(object["processor"] as? String == "Some CPU")
    #expect(object["kernels"] as? [String: String] == ["float": "avx2"])
    #expect(object["threads"] as? Int == 2 && object["passes"] as? Int == 3)
    #expect(object["case"] as? String == "startup/version" && object["unit"] as? String == "ms")
    let numbers = ["value", "min", "max", "processorValue"].map { object[$0] as? Double ?? 0 }
    #expect(zip(numbers, [11, 10, 12, 5.5]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(object["bound"] == nil && object["data"] == nil && !line.contains("\n"))
  }

  @Test func theLastOfItsKindIsFound() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/history.jsonl"
    let records = [
      try record(value: 10), try record(value: 20), try record(value: 30, threads: 1),
      try record("startup/first-translation", value: 40),
      try record("startup/version", value: 50) { $0.text = ["Some line."] },
    ]
    try (records.map { try $0.line() + "\n" }.joined() + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    let history = try BenchmarkHistory(contentsOf: path)
    #expect(history.records == records)
    #expect(history.last(like: try record()) == records[1])
    #expect(history.last(like: try record(threads: 1)) == records[2])
    #expect(history.last(like: try record(threads: 3)) == nil)
    #expect(history.last(like: try record { $0.text = ["Some line."] }) == records[4])
    #expect(history.last(like: try record { $0.text = ["Another line."] }) == nil)
  }

  @Test func whatIsNoHistoryIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/history.jsonl"
    let missing = #expect(throws: HistoryError.self) { try BenchmarkHistory(contentsOf: path) }
    #expect(missing?.description.hasPrefix(path + ": cannot be read") == true)
    try (record().line() + "\n\n{\"case\":\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    let damaged = #expect(throws: HistoryError.self) { try BenchmarkHistory(contentsOf: path) }
    #expect(damaged?.message.contains("line 3 is no record") == true)
  }

  @Test func processorsHaveNames() {
    #expect(!Machine.current.processor.isEmpty)
    #expect(Set(Machine.current.kernels.keys) == ["float", "int8", "vectors", "blas"])
    #expect(
      Machine.named(in: "processor\t: 0\nmodel name\t: A CPU @ 2: fast\nmodel name\t: B\n")
        == "A CPU @ 2: fast")
    let arm = Machine.named(in: "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n")
    #expect(arm?.hasSuffix("implementer 0x41, part 0xd0c") == true)
    #expect(Machine.named(in: "bogomips : 1\n") == nil)
  }
}
