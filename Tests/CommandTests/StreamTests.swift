import Foundation
import Testing

@Suite struct StreamTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyModel.make(in: folder)
  }

  /// What has arrived is answered while the input is still open.
  @Test(arguments: [["translate"], ["translate", "--batch", "1"], ["tokenize"]])
  func firstLinesComeOutBeforeTheLastAreRead(command: [String]) throws {
    let process = Command.process(command + ["--model", model])
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    for line in ["The cat.", "A dog."] {
      try input.fileHandleForWriting.write(contentsOf: Data((line + "\nrest").utf8))
      // Without an answer this would wait for ever: the watchdog makes that a failure.
      let watchdog = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
      DispatchQueue.global().asyncAfter(deadline: .now() + 30, execute: watchdog)
      var answer = Data()
      while answer.last != UInt8(ascii: "\n") {
        let more = output.fileHandleForReading.availableData
        if more.isEmpty { break }
        answer += more
      }
      watchdog.cancel()
      #expect(answer.last == UInt8(ascii: "\n"))
    }
    try input.fileHandleForWriting.close()
    let end = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(end.filter { $0 == UInt8(ascii: "\n") }.count == 1)
  }

  @Test func aReaderThatGoesAwayEndsItQuietly() throws {
    let text = try folder.file("text", String(repeating: "The cat.\n", count: 3000))
    let outcome = try Command.shell(
      "s2s translate --model '\(model)' --beam 1 '\(text)' | head -1")
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 1)
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: ["translate", "tokenize", "score"])
  func aFullDiskIsNamed(command: String) throws {
    let text = try folder.file("text", "The cat.\n")
    let files = command == "score" ? "'\(text)' '\(text)'" : "'\(text)'"
    let outcome = try Command.shell("s2s \(command) --model '\(model)' \(files) > /dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("s2s: standard output: cannot be written: No space left"))
  }

  @Test func helpOnAFullDisk() throws {
    #expect(try Command.shell("s2s --help > /dev/full").status == 74)
    #expect(try Command.shell("s2s --help | true").status == 0)
  }
}
