import Captioning
import Foundation
import ImageFeatures
import Neural
import Recipes
import Seq2Seq
import Testing
import Tokenization

@Suite struct CaptionTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try Self.makeModel(in: folder)
    for (number, name) in ["a.png", "b.png", "c.jpg"].enumerated() {
      try folder.file(name, try Self.png(UInt8(80 * number)))
    }
  }

  static func png(_ level: UInt8) throws -> Data {
    Data(
      try ImageCodec.encodePNG(
        RGBImage(
          width: 30, height: 20,
          pixels: (0..<600).flatMap { [level, UInt8($0 % 256), 255 - level] })))
  }

  /// A captioner that nobody trained: what it says is noise, but the same noise each time.
  static func makeModel(
    in folder: Scratch, _ name: String = "captioner", seed: UInt64 = 3, hiddenSize: Int = 12,
    target: String = "xx", size: Int = 32, fit: ImagePreparation.Fit = .squash,
    lines: [String] = TinyModel.text
  ) throws -> String {
    let subwords = try SubwordLearner(vocabularySize: 300, normalizer: .identity)
      .learn(from: lines)
    var image = ConvolutionalConfig.tiny
    image.inputSize = size
    var preparation = ImagePreparation()
    (preparation.size, preparation.shortSide, preparation.fit) = (size, size, fit)
    var decoder = DecoderConfig()
    (decoder.embeddingSize, decoder.hiddenSize, decoder.memorySize) = (8, hiddenSize, 10)
    decoder.vocabularySize = subwords.vocabularySize
    let architecture = CaptionConfig(image: image, preparation: preparation, decoder: decoder)
    let network = try CaptionNetwork(architecture)
    var search = SearchOptions()
    (search.beam, search.maxLengthFactor, search.maxLengthOffset) = (3, 0, 8)
    try CaptionModel(
      description: CaptionDescription(
        name: "tiny captioner", target: target, architecture: architecture,
        targetFingerprint: subwords.fingerprint, search: search, origin: ModelOrigin()),
      network: network, weights: network.table.initialWeights(seed: seed), subwords: subwords
    ).write(to: folder.path(name))
    return folder.path(name)
  }

  @Test func onePictureGivesItsCaptionAlone() throws {
    let named = try Command.run(["caption", "--model", model, folder.path("a.png")])
    #expect(named.status == 0 && named.lines.count == 1 && !named.lines[0].contains("\t"))
    let piped = try Command.run(
      ["caption", "--model", model, "-"], input: Data(contentsOf: folder.url("a.png")))
    #expect(piped.output == named.output)
    // Found by being the only one that captions.
    let found = try Command.run(["caption", folder.path("a.png")], models: folder.path)
    #expect(found.output == named.output)
  }

  /// A photo far larger than the network's square is read at a fraction of its size wherever it comes from.
  @Test func aLargePhotoIsTheSameFromAFileAndFromItsBytes() throws {
    let bytes = try Data(contentsOf: Self.oddFile("large.jpg"))
    let small = try Self.makeModel(in: folder, "small", size: 8)
    try folder.file("photo.jpg", bytes)
    let named = try Command.run(["caption", "--model", small, folder.path("photo.jpg")])
    let piped = try Command.run(["caption", "--model", small, "-"], input: bytes)
    #expect(named.status == 0 && named.output == piped.output)
    let reader = try Captioner(path: small).reader
    let image = try reader.read(folder.path("photo.jpg"))
    // A quarter of 101 x 76, turned.
    #expect(reader.shortSide == 16 && image.width == 19 && image.height == 26)
    #expect(try ImageReader().read(folder.path("photo.jpg")).height == 101)
  }

  private static func oddFile(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Images/odd/\(name)")
  }

  @Test func modelsTogetherAreAnEnsemble() throws {
    // A network of another size may be a member.
    let other = try Self.makeModel(in: folder, "other", seed: 8, hiddenSize: 20)
    let picture = folder.path("a.png")
    let json = ["caption", picture, "--json", "--attention", folder.path("strip.png")]
    let both = try Command.run(json + ["--model", model, "--model", other])
    #expect(both.status == 0, "\(both.errors)")
    let caption = try Captioner(paths: [model, other]).caption(contentsOf: picture)
    let object = try #require(
      try JSONSerialization.jsonObject(with: both.output) as? [String: Any])
    #expect(object["caption"] as? String == caption.text)
    for alone in [model, other] {
      #expect(
        try Captioner(path: alone).caption(contentsOf: picture).candidates[0].score
          != caption.candidates[0].score)
    }
    // A model twice is that model.
    let twice = try Captioner(paths: [other, other]).caption(contentsOf: picture)
    #expect(try twice.text == Captioner(path: other).caption(contentsOf: picture).text)
  }

  @Test func membersOfAnEnsembleMustFit() throws {
    let others = [
      ("language", try Self.makeModel(in: folder, "german", target: "de"), "the same language"),
      (
        "subwords",
        try Self.makeModel(in: folder, "words", lines: Array(TinyModel.text.dropLast())),
        "has other subwords than"
      ),
      ("size", try Self.makeModel(in: folder, "large", size: 64), "prepares pictures otherwise"),
      (
        "fit", try Self.makeModel(in: folder, "cropping", fit: .crop), "prepares pictures otherwise"
      ),
    ]
    for (difference, other, message) in others {
      let outcome = try Command.run(
        ["caption", "--model", model, "--model", other, folder.path("a.png")])
      #expect(
        outcome.status == 65 && outcome.errors.contains("\(other): ")
          && outcome.errors.contains(message), "\(difference): \(outcome.errors)")
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
    try folder.file("sub/d.png", try Self.png(9))
    let plain = try Command.run(["caption", "--model", model, folder.path])
    let deep = try Command.run(["caption", "--model", model, "--recursive", folder.path])
    #expect(plain.lines.count == 3 && deep.lines.count == 4)
    #expect(deep.lines[3].hasPrefix(folder.path("sub/d.png") + "\t"))
  }

  @Test func aBadPictureIsNamedAndTheOthersAreCaptioned() throws {
    let bad = try folder.file("bad.png", "this is text")
    let cut = try folder.file("cut.png", try Self.png(1).prefix(100))
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
    let objects = try json.lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["error"] != nil } == [false, true, true, true, false])
    #expect((objects[0]["caption"] as? String)?.isEmpty == false)
    #expect(objects[0]["seconds"] as? Double ?? 0 > 0)
    #expect((objects[0]["candidates"] as? [Any])?.count == 1)
  }

  /// A folder of photos from a telephone is not passed over in silence.
  @Test func ofAFolderWhatIsNamedAsAPictureIsTaken() throws {
    for (name, odd) in [("photo.heic", "other.heic"), ("photo.JPG", "empty.jpg")] {
      try folder.file(name, try Data(contentsOf: Self.oddFile(odd)))
    }
    try folder.file("page.html", try Data(contentsOf: Self.oddFile("page.jpg")))
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
    try folder.file("pictures/a\tb.png", try Self.png(5))
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

  @Test func captionsAreAsLongAsTheyMayBe() throws {
    let whole = try Command.run(["caption", "--model", model, "--json", folder.path("a.png")])
    let short = try Command.run(
      ["caption", "--model", model, "--json", "--max-length", "2", folder.path("a.png")])
    #expect(whole.text.contains("\"tokens\":8") && short.text.contains("\"tokens\":2"))
  }

  @Test func nbestGivesALineACandidate() throws {
    let outcome = try Command.run(
      ["caption", "--model", model, "--nbest", "3", folder.path("a.png")])
    #expect(outcome.lines.count == 3)
    let scores = outcome.lines.compactMap { $0.split(separator: "\t").last.flatMap { Double($0) } }
    #expect(scores.count == 3 && scores == scores.sorted(by: >))
  }

  @Test func altTextsAndAttentionAreWrittenBesides() throws {
    let alt = folder.path("alt.tsv")
    let outcome = try Command.run(
      [
        "caption", "--model", model, "--write-alt", alt, "--attention", folder.path("maps"),
        folder.path("a.png"), folder.path("b.png"),
      ])
    #expect(outcome.status == 0)
    #expect(try Data(contentsOf: folder.url("alt.tsv")) == outcome.output)
    for name in ["a", "b"] {
      let bytes = Array(try Data(contentsOf: folder.url("maps/\(name).attention.png")))
      #expect(try ImageCodec.decode(bytes).width > 200)
    }
    let one = try Command.run(
      ["caption", "--model", model, "--attention", folder.path("one.png"), folder.path("a.png")])
    #expect(one.status == 0 && FileManager.default.fileExists(atPath: folder.path("one.png")))
  }

  @Test func sayingWhatIsWrong() throws {
    let translator = try TinyModel.make(in: folder)
    let rows: [([String], Int32, String)] = [
      (["--model", translator, "x.png"], 65, "this is a translation model, not one that captions"),
      (["--model", folder.path("none"), "x.png"], 66, "no such model folder"),
      (["--nbest", "9", "--beam", "3", "x.png"], 2, "--beam keeps only 3"),
      (["--model", model, "--tgt", "en", "x.png"], 2, "either --model, or --tgt"),
      (
        ["--model", model, "--attention", folder.path("no/x.png"), "x.png"], 73,
        "its folder is not there"
      ),
    ]
    for (arguments, status, message) in rows {
      let outcome = try Command.run(["caption"] + arguments)
      #expect(outcome.status == status, "\(arguments)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    let picture = folder.path("a.png")
    let given = try Data(contentsOf: folder.url("a.png"))
    for arguments in [
      ["--attention", picture, picture], ["--write-alt", picture, picture],
      ["--attention", folder.path, folder.path], ["--write-alt", picture, folder.path],
      ["--max-length-factor", "2", picture], ["-", "-"],
    ] {
      let outcome = try Command.run(["caption", "--model", model] + arguments)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(arguments[0]), "\(outcome.errors)")
    }
    #expect(try Data(contentsOf: folder.url("a.png")) == given)
    // Models that ship would be found too: only a language that nobody captions in is missing for sure.
    let none = try Command.run(["caption", "--tgt", "zz", "x.png"])
    #expect(none.status == 66 && none.errors.contains("no model captions pictures in 'zz'"))
    #expect(none.errors.contains("s2s train"))
    let wrong = try Command.run(["translate", "--model", model], input: "a\n")
    #expect(wrong.status == 65 && wrong.errors.contains("this is a caption model"))
  }

  @Test func modelsAreListedAndDescribed() throws {
    let list = try Command.run(["models"], models: folder.path)
    #expect(list.lines.contains { $0.hasPrefix("photo-xx") && $0.contains("tiny captioner") })
    let info = try Command.run(["models", "info", model])
    for expected in ["pictures to xx", "inputSize", "attentionGate", "Parameters"] {
      #expect(info.text.contains(expected), "\(expected)")
    }
    let small = folder.path("small")
    let converted = try Command.run(["models", "convert", model, small, "--precision", "int8"])
    #expect(converted.status == 0)
    let outcome = try Command.run(["caption", "--model", small, folder.path("a.png")])
    #expect(outcome.status == 0 && outcome.lines.count == 1)
  }
}
