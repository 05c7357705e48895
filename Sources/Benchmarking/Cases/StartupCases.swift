internal import Foundation

extension BenchmarkCase {
  static let startup: [BenchmarkCase] = [
    BenchmarkCase(.startup, "version", .milliseconds) { settings in
      let program = try settings.startedProgram()
      return Work { times in
        try repeated(times) { try Child(program, ["--version"]).secondsToEnd() }
      }
    },
    BenchmarkCase(.startup, "first-translation", .milliseconds) { settings in
      let program = try settings.startedProgram()
      let arguments = [
        "translate", "--model", try settings.modelPath(), "--threads", "\(settings.threads)",
      ]
      let line = settings.lines[0]
      return Work { times in
        try repeated(times) { try Child(program, arguments).secondsToAnswer(line) }
      }
    },
  ]

  private static func repeated(
    _ times: Int, _ body: () throws -> Double
  ) rethrows -> Work.Done {
    let seconds = try (0..<times).reduce(0) { sum, _ in sum + (try body()) }
    return Work.Done(units: Double(times), seconds: seconds)
  }
}

extension BenchmarkSettings {
  fileprivate func startedProgram() throws -> String {
    guard let program else { throw BenchmarkError("there is no program to start") }
    return program
  }
}

/// The program, started by itself.
private struct Child {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let name: String
  private let begin = ContinuousClock.now

  init(_ program: String, _ arguments: [String]) throws {
    name = ([program] + arguments).joined(separator: " ")
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// From the start to the end of its output.
  func secondsToEnd() throws -> Double {
    try input.fileHandleForWriting.close()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    return try finish(answer)
  }

  /// From the start to its answer to a line.
  func secondsToAnswer(_ line: String) throws -> Double {
    // A child that has ended already answers nothing, which is seen below.
    try? input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    var answer = Data()
    while answer.last != UInt8(ascii: "\n") {
      let part = output.fileHandleForReading.availableData
      if part.isEmpty { break }
      answer += part
    }
    let seconds = try finish(answer) { try input.fileHandleForWriting.close() }
    return seconds
  }

  private func finish(_ answer: Data, _ end: () throws -> Void = {}) throws -> Double {
    let seconds = begin.duration(to: .now) / .seconds(1)
    try end()
    process.waitUntilExit()
    guard process.terminationStatus == 0, answer.last == UInt8(ascii: "\n") else {
      throw BenchmarkError("\(name): ended with code \(process.terminationStatus)")
    }
    return seconds
  }
}
