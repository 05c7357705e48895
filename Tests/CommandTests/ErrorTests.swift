import Foundation
import Testing

/// Each message with its exit code is a row.
@Suite struct ErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var arguments: String
    var input = ""
    var status: Int32
    /// What standard error says, among other things.
    var message: String
    var testDescription: String { arguments }

    init(_ arguments: String, input: String = "", _ status: Int32, _ message: String) {
      (self.arguments, self.input, self.status, self.message) = (arguments, input, status, message)
    }
  }

  let folder: Scratch

  /// A folder with everything that can be wrong: M is a model, the others are broken.
  init() throws {
    folder = try Scratch()
    try TinyModel.make(in: folder, "M")
    try TinyModel.make(in: folder, "wide", hiddenSize: 20)
    try TinyModel.make(in: folder, "reverse", source: "yy", target: "xx")
    try TinyModel.make(in: folder, "other-subwords", lines: ["Quite other words are here."])
    try folder.file("one.txt", "The cat.\n")
    try folder.file("two.txt", "The cat.\nA dog.\n")
    try folder.file("latin1.txt", Data([0x66, 0xFC, 0x72, 0x0A]))
    try folder.file("recipe.yaml", "source: xx\ntarget: yy\ndata:\n  train:\n    - tsv: no.tsv\n")
    try folder.file("bad.yaml", "source: xx\nlearning: 3\n")
    try folder.file("runs.txt", "not a folder")
    try folder.file("empty.txt", Data())
    try folder.file("blank.txt", "\n")
    try folder.file("captions.tsv", "a.jpg\tA cat sits on a mat.\n")
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"), withIntermediateDirectories: true)

    try damage("short-weights", "weights.safetensors") { $0.dropLast(100) }
    try damage("no-weights", "weights.safetensors") { _ in nil }
    try damage("short-subwords", "subwords.txt") { $0.prefix($0.count / 2) }
    try damage("short-json", "model.json") { $0.prefix($0.count / 2) }
    try damage("newer", "model.json") {
      replacing($0, "\"format\" : 1", "\"format\" : 999")
    }
    try damage("captioner", "model.json") {
      replacing($0, "\"kind\" : \"translation\"", "\"kind\" : \"captioning\"")
    }
    try damage("other-size", "model.json") {
      replacing($0, "\"decoderHiddenSize\" : 16", "\"decoderHiddenSize\" : 32")
    }
  }

  private func damage(_ name: String, _ file: String, _ change: (Data) -> Data?) throws {
    try TinyModel.make(in: folder, name)
    let url = folder.url(name + "/" + file)
    let old = try Data(contentsOf: url)
    let new = change(old)
    precondition(new != old, "\(file) was not changed")
    try FileManager.default.removeItem(at: url)
    try new.map { Data($0) }?.write(to: url)
  }

  private func replacing(_ data: Data, _ old: String, _ new: String) -> Data {
    Data(String(decoding: data, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8)
  }

  @Test(
    arguments: ErrorTests.translating + ErrorTests.scoring + ErrorTests.models + ErrorTests.training
  )
  func row(_ row: Row) throws {
    let process = Command.process(
      ["-c", "cd \"$1\"; shift; exec \"$@\"", "bash", folder.path, Command.executable.path]
        + Self.words(row.arguments), executable: URL(fileURLWithPath: "/bin/bash"))
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // It may have ended already: then there is nobody to read.
    try? input.fileHandleForWriting.write(contentsOf: Data(row.input.utf8))
    try? input.fileHandleForWriting.close()
    let message = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == row.status, "\(message)")
    #expect(message.contains(row.message))
    #expect(message.contains("s2s: "))
    #expect(answer.allSatisfy { $0 == UInt8(ascii: "\n") })
  }

  /// Words at spaces, but not at those within brackets.
  private static func words(_ line: String) -> [String] {
    var words = [""]
    var depth = 0
    for character in line {
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      if character == " " && depth == 0 {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words
  }
}
