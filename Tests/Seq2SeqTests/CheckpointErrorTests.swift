import Foundation
import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct CheckpointErrorTests {
  /// What is done to a sound run, and what the message must then say.
  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var words: [String]
    var change: @Sendable (TrainingRun, _ path: String) throws -> Void

    init(
      _ name: String, _ words: [String],
      _ change: @escaping @Sendable (TrainingRun, _ path: String) throws -> Void
    ) {
      testDescription = name
      self.words = words
      self.change = change
    }
  }

  static let damages = [
    Damage("another architecture", ["tensor 'weights'", "this configuration needs"]) { run, _ in
      run.model.decoderHiddenSize += 8
    },
    Damage("another optimizer", ["'velocity'", "is missing"]) { run, _ in
      run.config.optimizer = .sgd
    },
    Damage("cut short", ["safetensors"]) { _, path in
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
    },
    Damage("empty", ["0 bytes"]) { _, path in
      try Data().write(to: URL(fileURLWithPath: path))
    },
    Damage("a newer format", ["checkpoint format 2, this program reads 1", "start anew"]) {
      try rewrite($1) { $0["version"] = "2" }
    },
    Damage("no checkpoint", ["not a checkpoint of a training run"]) {
      try rewrite($1) { $0["format"] = "s2s model" }
    },
    Damage("no state", ["not a checkpoint of a training run"]) {
      try rewrite($1) { $0["state"] = nil }
    },
    Damage("a damaged state", ["damaged", "delete the file"]) {
      try rewrite($1) { $0["state"] = "{\"update\": \"many\"}" }
    },
  ]

  private static func rewrite(
    _ path: String, _ change: (inout [String: String]) -> Void
  ) throws {
    let file = try SafetensorsFile(path: path)
    var metadata = file.metadata
    change(&metadata)
    let entries = try file.tensors.map {
      SafetensorsEntry(name: $0.name, shape: $0.shape, floats: try file.floats($0.name))
    }
    try SafetensorsFile.write(entries, metadata: metadata, to: path)
  }

  @Test(arguments: damages) func messages(_ damage: Damage) throws {
    let run = try TrainingRun()
    try run.session(updates: 3)
    let path = try #require(run.checkpoints.all().last)
    try damage.change(run, path)
    let error = #expect(throws: (any Error).self) { try run.trainer() }
    let message = String(describing: try #require(error))
    #expect(message.hasPrefix(path + ":"), "\(message)")
    for word in damage.words { #expect(message.contains(word), "\(message)") }
  }

  @Test func aFolderThatIsMissing() throws {
    let run = try TrainingRun()
    try FileManager.default.removeItem(atPath: run.folder.path)
    let error = #expect(throws: SafetensorsError.self) { try run.trainer() }
    #expect(try #require(error).description.contains("check that its folder exists"))
  }

  @Test func aMemoryBoundTooSmall() throws {
    let run = try TrainingRun()
    run.config.memoryLimit = 10
    let error = try #require(
      #expect(throws: ConfigurationError.self) { try run.trainer() })
    #expect(error.key == "training.memoryLimit")
    #expect(error.message.hasPrefix("is 10 MiB, but this model needs "))
    // What the message asks for is enough.
    let needed = try #require(
      error.message.split(separator: " ").compactMap { Int($0) }.dropFirst().first)
    run.config.memoryLimit = needed
    _ = try run.trainer()
    run.config.memoryLimit = needed - 2
    #expect(throws: ConfigurationError.self) { try run.trainer() }
  }
}
