import Captioning
import Foundation
import ImageFeatures
import Recipes
import Seq2Seq
import Testing

/// Which pictures are captioned, and what becomes of those that cannot be.
@Suite struct CaptionInputTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try CaptionTests.makeModel(in: folder)
    for (number, name) in ["a.png", "b.png", "c.jpg"].enumerated() {
      try folder.file(name, try CaptionTests.png(UInt8(80 * number)))
    }
  }

  @Test func severalAFolderAndAListGiveALineEach() throws {
    try folder.file("notes.txt", "no picture")
    let paths = ["a.png", "b.png", "c.jpg"].map { folder.path($0) }
    let named = try Command.run(["caption", "--model", model] + paths)
    #expect(named.lines.map { $0.split(separator: "\t")[0] } == paths.map { $0[...] })
    let whole = try Command.run(["caption", "--model", model, folder.path])
    #expect(whole.output == named.output && whole.status == 0)
    let listed = try Command.run(
      ["caption", "--model", model, "--batch", "1", "--threads", "1"],
      input: paths.joined(separator: "\n") + "\n")
    #expect(listed.output == named.output)
  }

  @Test func subfoldersAreCaptionedIfAsked() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: true)
    try folder.file("sub/d.png", try CaptionTests.png(9))
    let plain = try Command.run(["caption", "--model", model, folder.path])
    let deep = try Command.run(["caption", "--model", model, "--recursive", folder.path])
    #expect(plain.lines.count == 3 && deep.lines.count == 4)
    #expect(deep.lines[3].hasPrefix(folder.path("sub/d.png") + "\t"))
  }

  @Test func aBadPictureIsNamedAndTheOthersAreCaptioned() throws {
    let bad = try folder.file("bad.png", "this is text")
    let cut = try folder.file("cut.png", try CaptionTests.png(1).prefix(100))
    let files = [folder.path("a.png"), bad, folder.path("none.png"), cut, folder.path("b.png")]
    let outcome = try Command.run(["caption", "--model", model] + files)
    #expect(outcome.status == 1)
    #expect(outcome.lines.map { $0.hasSuffix("\t") } == [false, true, true, true, false])
    for expected in [
      "\(bad): ", "\(folder.path("none.png")): there is no such file; check the path", "\(cut): ",
    ] {
      #expect(outcome.errors.contains(expected), "\(expected)")
    }
    let ranked = try Command.run(["caption", "--model", model, "--nbest", "1"] + files)
    #expect(ranked.lines[1] == "\(bad)\t\t" && ranked.lines[0].split(separator: "\t").count == 3)
    let json = try Command.run(["caption", "--model", model, "--json"] + files)
    #expect(json.status == 1 && json.lines.count == 5)
    let objects = try json.objects()
    #expect(objects.map { $0["error"] != nil } == [false, true, true, true, false])
    #expect((objects[0]["caption"] as? String)?.isEmpty == false)
    #expect(objects[0]["seconds"] as? Double ?? 0 > 0)
    #expect((objects[0]["candidates"] as? [Any])?.count == 1)
  }

  /// A folder of photos from a telephone is not passed over in silence.
  @Test func ofAFolderWhatIsNamedAsAPictureIsTaken() throws {
    for (name, odd) in [("photo.heic", "other.heic"), ("photo.JPG", "empty.jpg")] {
      try folder.file(name, try Data(contentsOf: CaptionTests.oddFile(odd)))
    }
    try folder.file("page.html", try Data(contentsOf: CaptionTests.oddFile("page.jpg")))
    let outcome = try Command.run(["caption", "--model", model, folder.path])
    #expect(outcome.status == 1 && outcome.lines.count == 5)
    #expect(outcome.errors.contains("\(folder.path("photo.heic")): this is a HEIC image"))
    #expect(outcome.errors.contains("\(folder.path("photo.JPG")): the file is empty"))
  }

  @Test func picturesMayBeAsLargeAsAllowed() throws {
    let picture = folder.path("a.png")
    let caption = ["caption", "--model", model, picture, "--max-pixels"]
    #expect(try Command.run(caption + ["600"]).status == 0)
    let refused = try Command.run(caption + ["599"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("30 × 20 pixels, more than the 599 that are allowed"))
  }

  /// What is written into files is whole even where nobody reads the answers to their end.
  @Test func filesAreWholeThoughAReaderGoesAway() throws {
    let count = 40
    let list = try folder.file(
      "list", String(repeating: folder.path("a.png") + "\n", count: count))
    let alt = folder.path("alt.tsv")
    let command = "s2s caption --model '\(model)' --batch 1 --threads 1 < '\(list)'"
    let quiet = try Command.shell("\(command) | head -1")
    #expect(quiet.status == 0 && quiet.lines.count == 1 && quiet.errors.isEmpty)
    let outcome = try Command.shell("\(command) --write-alt '\(alt)' | true")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = try String(contentsOfFile: alt, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == count)
    let full = try Command.shell("\(command) > /dev/full")
    #expect(full.status == 74 && full.errors.contains("No space left"))
  }

  @Test func aListedPictureIsNotWrittenOver() throws {
    let given = try Data(contentsOf: folder.url("a.png"))
    let outcome = try Command.run(
      ["caption", "--model", model, "--write-alt", folder.path("a.png")],
      input: folder.path("a.png") + "\n")
    #expect(outcome.status == 2 && outcome.errors.contains("--write-alt"))
    #expect(try Data(contentsOf: folder.url("a.png")) == given)
  }

  /// What has been listed is captioned while the list is still open.
  @Test func firstCaptionsComeOutBeforeTheListEnds() throws {
    let process = Command.process(["caption", "--model", model])
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // Without an answer this would wait for ever: the watchdog makes that a failure.
    let watchdog = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 30, execute: watchdog)
    for name in ["a.png", "b.png"] {
      try input.fileHandleForWriting.write(contentsOf: Data((folder.path(name) + "\n").utf8))
      let answer = output.fileHandleForReading.availableData
      #expect(answer.last == UInt8(ascii: "\n"))
    }
    watchdog.cancel()
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func whatIsNoFileAndWhatMayNotBeReadIsNamed() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("pictures"), withIntermediateDirectories: true)
    try folder.file("pictures/a\tb.png", try CaptionTests.png(5))
    let pipe = folder.path("pictures/pipe.png")
    #expect(mkfifo(pipe, 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("pictures/round"), withDestinationPath: folder.path("pictures"))
    let outcome = try Command.run(
      ["caption", "--model", model, "--recursive", folder.path("pictures")])
    #expect(outcome.status == 0 && outcome.lines.count == 1)
    #expect(outcome.lines[0].hasPrefix(folder.path("pictures/a\\tb.png") + "\t"))
  }

  @Test func whatCannotBeOpenedAndLinesThatAreNotUTF8AreNamed() throws {
    // A link to itself cannot be opened by anyone, whatever rights they have.
    for name in ["round.png", "round"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(name), withDestinationPath: folder.path(name))
    }
    let lines = [folder.path("a.png"), folder.path("round.png"), "\u{1}", folder.path("b.png")]
    let list = Data(lines.joined(separator: "\n").utf8.map { $0 == 1 ? 0xFF : $0 })
    let listed = try Command.run(["caption", "--model", model], input: list)
    #expect(listed.status == 1, "\(listed.errors)")
    #expect(listed.lines.map { $0.hasSuffix("\t") } == [false, true, true, false])
    #expect(listed.errors.contains("\(folder.path("round.png")): "), "\(listed.errors)")
    #expect(
      listed.errors.contains("standard input:3: the line is not UTF-8"), "\(listed.errors)")
    let named = try Command.run(
      ["caption", "--model", model, folder.path("a.png"), folder.path("round")])
    #expect(named.status == 1 && named.lines.count == 2 && named.lines[1].hasSuffix("\t"))
    #expect(named.errors.contains("\(folder.path("round")): "), "\(named.errors)")
  }
}
