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

  private func comparison(
    budget: Double? = 60, threads: Int? = 2, _ variants: [Variant]? = nil
  ) throws -> Comparison {
    try Comparison(
      folder: folder.path, variants: variants ?? self.variants,
      settings: .init(recipe: "r.yaml", budget: budget, threads: threads))
  }

  /// A line of a script that writes a checkpoint, as a run does.
  private let saves =
    "mkdir -p \"$4/checkpoints\" && : > \"$4/checkpoints/update-00000007.safetensors\""

  @discardableResult
  private func train(_ script: String, _ variants: [Variant]? = nil) throws -> Comparison {
    let comparison = try comparison(variants)
    #expect(try comparison.train(program: program(script), interruption: { 0 }, report: { _ in }))
    return comparison
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

  /// A session that was stopped has spent its time, and the next has what is left.
  @Test func whatIsLeftOfTheBudgetIsGiven() throws {
    let sleeper = try program("trap '\(saves); exit 143' TERM\nsleep 60 &\nwait\nexit 1")
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

  /// Ctrl-C ends the waiting for a process that another comparison left behind.
  @Test func waitingCanBeInterrupted() throws {
    let run = folder.path + "/a"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    let comparison = try comparison()
    try withExtendedLifetime(RunLock(path: RunFolder.lock(of: run))) {
      var said: [String] = []
      let isWhole = try comparison.train(
        program: program("exit 0"), interruption: { said.isEmpty ? 0 : SIGINT },
        report: { event in
          if case .waiting(let variant) = event { said.append(variant.name) }
        })
      #expect(!isWhole && said == ["a"] && given.isEmpty)
    }
    #expect(try comparison.train(program: program("exit 0"), interruption: { 0 }, report: { _ in }))
  }

  /// What failed without a checkpoint begins anew, and gets all of its time.
  @Test(arguments: ["exit 3", "kill -TERM $$"])
  func aFailureWithoutACheckpointCostsNoTime(end: String) throws {
    let failed = try train("sleep 2\n\(end)", variants)
    #expect(failed.entries.map(\.seconds) == [0, 0])
    #expect(failed.entries.allSatisfy { $0.status == .failed })
  }

  @Test func theSessionAfterAFailureGetsTheWholeBudget() throws {
    _ = try train("sleep 2\nexit 3")
    _ = try train("exit 0")
    #expect(try given.map(budget) == [60, 60, 60, 60])
  }

  /// What failed after a checkpoint goes on from there, and has spent the time up to it.
  @Test func aFailureCostsTheTimeUpToItsLastCheckpoint() throws {
    // Within one expression, so that the folder's lock is let go before the next session.
    #expect(try train("\(saves)\nsleep 2\nexit 3").entries.allSatisfy { $0.seconds < 2 })
    let ended = try train("sleep 1\nexit 0").entries
    #expect(ended.allSatisfy { $0.status == .done && $0.seconds >= 1 })
  }

  /// Of one that was killed, the time counts up to its last checkpoint.
  @Test func aKilledSessionCountsUpToItsLastCheckpoint() throws {
    let began = Date().timeIntervalSince1970 - 1000
    let record = """
      {"version":1,"budget":60,"threads":2,"entries":[{"variant":{"name":"a","settings":["training.seed=1"]},
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
    #expect(error?.description.hasSuffix("comparison.json: damaged; use another --out") == true)
    try Data("{\"version\":2,\"entries\":{}}".utf8).write(
      to: URL(fileURLWithPath: folder.path + "/comparison.json"))
    let newer = #expect(throws: ModelError.self) { try comparison() }
    #expect(newer?.description.contains("newer program") == true)
  }

  private func message(_ make: () throws -> Comparison) -> String {
    (#expect(throws: ModelError.self) { try make() })?.description ?? ""
  }

  @Test func budgetAndThreadsStayAsTheyWere() throws {
    _ = try train("exit 0")
    #expect(message { try comparison(budget: 30) }.contains("begun with --budget 60.0, not --bud"))
    #expect(message { try comparison(threads: nil) }.contains("with --threads 2, not no --threads"))
    #expect(throws: Never.self) { try comparison() }
  }

  /// Runs that nobody knows the time of are not taken for variants.
  @Test func runsOfOthersAreNotTakenUp() throws {
    let checkpoints = folder.path + "/a/checkpoints"
    try FileManager.default.createDirectory(atPath: checkpoints, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: checkpoints + "/update-00000007.safetensors"))
    #expect(
      message { try comparison() }.hasSuffix(
        "holds runs but no comparison.json; use another --out"))
    let other = [Variant(name: "x", settings: []), Variant(name: "y", settings: [])]
    _ = try train("exit 0", other)
    #expect(message { try comparison(other + variants) }.contains("did not begin"))
  }

  /// One that has made more updates than when it was done was trained by others since.
  @Test func whatWasTrainedOnElsewhereIsSaid() throws {
    let log = "{\\\"event\\\":\\\"stopped\\\",\\\"update\\\":5,\\\"reason\\\":\\\"budget\\\"}"
    _ = try train("mkdir -p \"$4\"; echo \"\(log)\" > \"$4/log.jsonl\"")
    func events() throws -> [String] {
      var found: [String] = []
      _ = try comparison().train(
        program: "/nonexistent", interruption: { 0 },
        report: { event in
          if case .trainedOn(let variant, let before, let now) = event {
            found.append("\(variant.name) \(before) \(now)")
          }
        })
      return found
    }
    #expect(try events().isEmpty)
    try Data("{\"event\":\"stopped\",\"update\":9,\"reason\":\"budget\"}".utf8).write(
      to: URL(fileURLWithPath: folder.path + "/a/log.jsonl"))
    #expect(try events() == ["a 5 9"])
    let made = try comparison()
    let outside = made.entries.map { made.trainedOutside($0)?.to }
    #expect(outside == [9, nil])
  }

  /// Data that was changed between two variants is found out, but settings may name other data.
  @Test func trainingDataMustBeTheSame() throws {
    let own = variants + [Variant(name: "more", settings: ["data.train=[{tsv: x.tsv}]"])]
    let comparison = try train("mkdir -p \"$4\"", own)
    func facts(_ variant: Variant, _ fingerprint: String) throws {
      try Data("{\"trainingFingerprint\":\"\(fingerprint)\",\"trainingPairs\":3}".utf8).write(
        to: URL(fileURLWithPath: comparison.run(of: variant) + "/run.json"))
    }
    for (variant, fingerprint) in zip(own, ["1", "1", "2"]) { try facts(variant, fingerprint) }
    #expect(comparison.differenceOfData == nil)
    try facts(own[1], "3")
    #expect(comparison.differenceOfData?.contains("'a' and 'b c' learned from different") == true)
  }
}
