import ArgumentParser
import Benchmarking
import Foundation

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how fast this machine translates, captions, trains and multiplies.",
    discussion: """
      Prints a line for each case: its figure (median, lowest and highest of several passes, after \
      some that are not counted), the bound that the machine's arithmetic sets, and the share of it \
      that is reached. The bound is what the case's multiplications and additions would take in \
      products of 2048x2048x2048 with the same threads, measured in the same run, or the reading of \
      weights where that takes longer; products whose matrices stay in a cache may come to more than \
      that. PROCESSOR is the figure by the processor time of all threads, \
      which other programs on the machine touch little, and behind it is its share.

      Names are those of suites, or beginnings of cases' names up to a /; all cases where there are \
      none.

      EXAMPLES:
        s2s bench --list
        s2s bench products lstm --seconds 1
        s2s bench decoding/int8 startup --threads 1
        s2s bench --json history.jsonl --against history.jsonl
        s2s bench training --corpus train.de train.en
      """)

  @Flag(help: "Name the suites and cases there are, and measure nothing.")
  var list = false

  @OptionGroup(title: "What is measured on") var input: BenchInput

  @Option(help: ArgumentHelp("Threads; all processors unless told.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Seconds for each case; three passes at least.", valueName: "s"))
  var seconds = 3.0

  @Option(
    help: ArgumentHelp(
      "Add a JSON object a case to this file: a history, to be read by --against.",
      valueName: "file"), completion: .file())
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Compare each figure with the last one of the same case, threads, processor and data in this "
        + "history: how many times as fast it is now.", valueName: "file"), completion: .file())
  var against: String?

  @Argument(help: "Suites, or beginnings of cases' names.")
  var names: [String] = []

  func validate() throws {
    try check("--threads", threads, 1...1024)
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds is \(seconds); it must be above 0 and at most 3600.")
    }
    for name in names where BenchmarkCase.named(name).isEmpty {
      let suites = BenchmarkSuite.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "There is no benchmark '\(name)'. The suites are: \(suites). `s2s bench --list` names their "
          + "cases.")
    }
  }

  func run() throws {
    let output = try TextOutput(path: nil)
    guard !list else {
      for line in Self.overview { try output.write(line) }
      return try output.close()
    }
    let chosen = Set(names.flatMap { BenchmarkCase.named($0).map(\.name) })
    let cases = BenchmarkCase.all.filter { names.isEmpty || chosen.contains($0.name) }
    // Read before anything is added to it: the two may be one file.
    let isBegun = against.map { FileManager.default.fileExists(atPath: $0) } ?? false
    let old =
      against == json && !isBegun ? nil : try against.map { try BenchmarkHistory(contentsOf: $0) }
    let history = try json.map { try HistoryFile(path: $0) }
    var settings = BenchmarkSettings(seconds: seconds)
    if let threads { settings.threads = threads }
    settings.program = Bundle.main.executableURL?.resolvingSymlinksInPath().path
    try input.apply(to: &settings)

    let machine = Machine.current
    let kernels = machine.kernels.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    remark(
      "\(machine.processor), threads: \(settings.threads), kernels: \(kernels.joined(separator: ", "))"
    )
    for line in input.remarks(on: cases) { remark(line) }
    let benchmark = Benchmark(settings) { remark($0) }
    let table = BenchTable(cases, compares: old != nil)
    var hasFailed = false
    try output.write(table.header)
    for item in cases {
      // What has been measured is to be seen while the next case runs.
      try output.flush()
      do {
        let figure = try benchmark.figure(of: item)
        let record = BenchmarkRecord(item, figure, settings: settings, version: version)
        let speed = old?.last(like: record).map {
          item.measure.speed(of: record.value, against: $0.value)
        }
        try output.write(table.row(item, figure, speed: speed))
        try history?.add(record)
      } catch let error as SilentEnd {
        throw error
      } catch let error as Failure {
        throw error
      } catch {
        remark("\(item.name): \(error)")
        hasFailed = true
      }
    }
    try output.close()
    if hasFailed { throw SilentEnd(status: .someFailed) }
  }

  /// Suites with what they do, and below each its cases.
  private static var overview: [String] {
    BenchmarkSuite.allCases.flatMap { suite in
      ["\(suite.rawValue): \(suite.summary)"]
        + BenchmarkCase.all.filter { $0.suite == suite }.map {
          "  \($0.name) (\($0.measure.unit))"
        }
    }
  }
}

/// A history that figures are added to as they come, so that those of a run that is broken off are there.
private struct HistoryFile {
  let path: String

  /// - Throws: if nothing can be added, before anything is measured.
  init(path: String) throws {
    self.path = path
    try add("")
  }

  func add(_ record: BenchmarkRecord) throws { try add(record.line() + "\n") }

  private func add(_ text: String) throws {
    guard let file = fopen(path, "a") else {
      throw Failure(.cannotCreate, "\(path): cannot be written: \(systemError())")
    }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else {
      throw Failure(.io, "\(path): cannot be written: \(systemError())")
    }
  }
}
