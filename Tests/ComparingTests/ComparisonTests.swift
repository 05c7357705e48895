import Comparing
import Foundation
import Recipes
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Comparisons with stand-ins for the command that trains.
@Suite struct ComparisonTests {
  private let folder: TemporaryFolder
  private let variants = [
    Variant(name: "a", settings: ["training.seed=1"]), Variant(name: "b c", settings: []),
  ]

  init() throws { folder = try TemporaryFolder() }

  /// A script in the place of the command; what it is given is noted.
  private func program(_ lines: String) throws -> String {
    let path = folder.path + "/program"
    // Another process writes it: what this one has open for writing, a process started meanwhile by another test would
    // have open too, and then nobody may run it.
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/sh")
    writer.arguments = [
      "-c", "printf '%s\\n' '#!/bin/sh' \"$1\" \"$2\" > \"$0\" && chmod +x \"$0\"", path,
      "echo \"$@\" >> '\(folder.path)/given'", lines,
    ]
    try writer.run()
    writer.waitUntilExit()
    try #require(writer.terminationStatus == 0)
    return path
  }

  /// What the script was given, a session each.
  private var given: [[String]] {
    let text = (try? String(contentsOfFile: folder.path + "/given", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  private func comparison(budget: Double? = 60, _ variants: [Variant]? = nil) throws -> Comparison {
    try Comparison(
      folder: folder.path, variants: variants ?? self.variants,
      settings: .init(recipe: "r.yaml", budget: budget, threads: 2))
  }

  private func budget(_ arguments: [String]) throws -> Double {
    let place = try #require(arguments.firstIndex(of: "--budget"))
    return try #require(Double(arguments[place + 1].dropLast()))
  }

  @Test func eachIsTrainedOnceWithItsSettings() throws {
    let program = try program("exit 0")
    do {
      let comparison = try comparison()
      var events: [String] = []
      let isWhole = try comparison.train(
        program: program, interruption: { 0 },
        report: { event in
          if case .training(let variant, let number, let count, _) = event {
            events.append("\(variant.name) \(number)/\(count)")
          }
        })
      #expect(isWhole && events == ["a 1/2", "b c 2/2"])
      #expect(comparison.entries.map(\.status) == [.done, .done])
      // Another process must not write here meanwhile.
      #expect(throws: ModelError.self) { try self.comparison() }
    }
    let sessions = given
    try #require(sessions.count == 2)
    #expect(
      Array(sessions[0].prefix(8)) == [
        "train", "r.yaml", "--out", folder.path + "/a", "--budget", "60.0s", "--threads", "2",
      ])
    #expect(Array(sessions[0].suffix(2)) == ["--set", "training.seed=1"])
    #expect(sessions[1].contains(folder.path + "/b-c") && !sessions[1].contains("--set"))
    // What is done is not done again; a variant more is.
    let more = variants + [Variant(name: "d", settings: [])]
    #expect(try comparison(more).train(program: program, interruption: { 0 }, report: { _ in }))
    #expect(given.count == 3 && given[2].contains(folder.path + "/d"))
  }

  private func comparison(_ variants: [Variant]) throws -> Comparison {
    try comparison(budget: 60, variants)
  }

  /// A session that was stopped has spent its time, and the next has what is left.
  @Test func whatIsLeftOfTheBudgetIsGiven() throws {
    let sleeper = try program("trap 'exit 143' TERM\nsleep 60 &\nwait\nexit 1")
    do {
      let comparison = try comparison()
      var asked = 0
      let isWhole = try comparison.train(
        program: sleeper,
        interruption: {
          asked += 1
          return asked < 20 ? 0 : SIGTERM
        }, report: { _ in })
      #expect(!isWhole)
      #expect(comparison.entries.map(\.status) == [.waiting, .waiting])
      #expect(comparison.entries[0].seconds > 0 && comparison.entries[1].seconds == 0)
    }
    #expect(
      try comparison().train(program: program("exit 0"), interruption: { 0 }, report: { _ in }))
    let budgets = try given.map(budget)
    try #require(budgets.count == 3)
    #expect(budgets[0] == 60 && budgets[1] < 60 && budgets[2] == 60)
  }

  /// Of one that was killed, the time counts up to its last checkpoint.
  @Test func aKilledSessionCountsUpToItsLastCheckpoint() throws {
    let began = Date().timeIntervalSince1970 - 1000
    let record = """
      {"version":1,"budget":60,"entries":[{"variant":{"name":"a","settings":["training.seed=1"]},
      "status":"waiting","seconds":5,"started":\(began),"peakBytes":0}]}
      """
    try Data(record.utf8).write(
      to: URL(fileURLWithPath: folder.path + "/" + ComparisonRecord.file))
    let checkpoints = folder.path + "/a/checkpoints"
    try FileManager.default.createDirectory(
      atPath: checkpoints, withIntermediateDirectories: true)
    let last = checkpoints + "/update-00000007.safetensors"
    try Data().write(to: URL(fileURLWithPath: last))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: began + 20)], ofItemAtPath: last)
    #expect(
      try comparison().train(program: program("exit 0"), interruption: { 0 }, report: { _ in }))
    #expect(abs(try budget(try #require(given.first)) - 35) < 1)
  }

  @Test(arguments: [("exit 3", 3), ("kill -9 $$", 137)] as [(String, Int32)])
  func failuresAreNotedAndTriedAgain(script: String, exitCode: Int32) throws {
    for session in 1...2 {
      let comparison = try comparison()
      var failed: [String] = []
      #expect(
        try comparison.train(
          program: program(script), interruption: { 0 },
          report: { event in
            if case .failed(let variant, let code) = event {
              failed.append("\(variant.name) \(code)")
            }
          }))
      #expect(failed == ["a \(exitCode)", "b c \(exitCode)"])
      #expect(comparison.entries.allSatisfy { $0.status == .failed && $0.exitCode == exitCode })
      #expect(given.count == 2 * session)
    }
  }

  @Test func aDamagedRecordAndAMissingProgramAreNamed() throws {
    #expect(throws: ModelError.self) {
      try comparison().train(
        program: folder.path + "/nothing", interruption: { 0 }, report: { _ in })
    }
    try Data("{".utf8).write(to: URL(fileURLWithPath: folder.path + "/comparison.json"))
    let error = #expect(throws: ModelError.self) { try comparison() }
    #expect(error?.description.contains("comparison.json: damaged") == true)
  }
}
