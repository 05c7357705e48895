import Foundation
import Testing

/// How a run of the built command ended.
struct Outcome {
  var status: Int32
  var output: Data
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
  /// Lines of the output; LF alone ends a line.
  var lines: [String] {
    output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }
  /// The output where each line is a JSON object.
  func objects() throws -> [[String: Any]] {
    try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}

/// The built command, which lies beside the tests.
enum Command {
  static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("s2s")

  /// A process that is ready to be started; it finds no models but those of `models`.
  static func process(
    _ arguments: [String], models: String = "/nonexistent", executable: URL = executable
  ) -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["S2S_MODELS"] = models
    environment["XDG_DATA_HOME"] = "/nonexistent"
    process.environment = environment
    return process
  }

  /// Runs the command to its end. Everything goes through files, so that no full pipe can hold it up.
  static func run(
    _ arguments: [String], input: String, models: String = "/nonexistent"
  ) throws -> Outcome {
    try run(arguments, input: Data(input.utf8), models: models)
  }

  static func run(
    _ arguments: [String], input: Data = Data(), models: String = "/nonexistent"
  ) throws -> Outcome {
    let folder = try Scratch()
    try input.write(to: folder.url("in"))
    for name in ["out", "errors"] { try folder.file(name, Data()) }
    let process = process(arguments, models: models)
    process.standardInput = try FileHandle(forReadingFrom: folder.url("in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.url("out"))
    process.standardError = try FileHandle(forWritingTo: folder.url("errors"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: folder.url("out")),
      errors: String(decoding: try Data(contentsOf: folder.url("errors")), as: UTF8.self))
  }

  /// Runs a line of shell in which `s2s` is the command.
  static func shell(_ line: String) throws -> Outcome {
    let folder = try Scratch()
    let process = process(
      ["-c", "set -o pipefail; s2s() { '\(executable.path)' \"$@\"; }; \(line)"],
      executable: URL(fileURLWithPath: "/bin/bash"))
    for name in ["out", "errors"] { try folder.file(name, Data()) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: folder.url("out"))
    process.standardError = try FileHandle(forWritingTo: folder.url("errors"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: folder.url("out")),
      errors: String(decoding: try Data(contentsOf: folder.url("errors")), as: UTF8.self))
  }
}

/// A folder that goes away with its owner.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/s2s-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  func url(_ name: String) -> URL { URL(fileURLWithPath: path(name)) }

  /// Writes a file.
  ///
  /// - Returns: its path.
  @discardableResult
  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Data(text.utf8))
  }

  @discardableResult
  func file(_ name: String, _ content: Data) throws -> String {
    try content.write(to: url(name))
    return path(name)
  }
}
