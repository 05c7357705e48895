import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A language model that has learned a few lines, trained once for all tests.
enum TinyText {
  static let lines = [
    "the committee meets today.", "the government governs.", "the dog sleeps on the mat.",
    "where is the cat?", "the governor is here.",
  ]

  /// Its folder, which lies in a folder that can be looked through for models.
  static let model: Result<String, any Error> = Result {
    let folder = try Scratch()
    kept = folder
    // It goes away with the process.
    atexit { TinyText.kept = nil }
    let text = (0..<20).flatMap { _ in lines }.map { $0 + "\n" }.joined()
    try folder.file("text.txt", text)
    try folder.file(
      "recipe.yaml",
      """
      kind: language-model
      language: en
      data:
        train: [{text: text.txt}]
        dev: [{text: text.txt}]
        continuous: false
      vocabulary: {size: 310}
      model: {embeddingSize: 24, hiddenSize: 48}
      training: {batchTokens: 200, updates: 160, validationInterval: 80, learningRate: 0.02,
        warmup: 5, inputDropout: 0, outputDropout: 0}
      """)
    let outcome = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", folder.path("run"),
    ])
    guard outcome.status == 0 else { throw Failed(description: outcome.errors) }
    return folder.path("run/best")
  }

  nonisolated(unsafe) fileprivate static var kept: Scratch?

  struct Failed: Error { var description: String }
}

@Suite struct CompleteTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyText.model.get()
  }

  private func complete(_ arguments: [String], input: String = "") throws -> Outcome {
    try Command.run(["complete", "--model", model] + arguments, input: input)
  }

  private func objects(_ outcome: Outcome) throws -> [[String: Any]] {
    try outcome.lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func continuations() throws {
    let one = try complete(["the commi"])
    #expect(one.status == 0 && one.text == "the committee meets today.\n", "\(one.errors)")
    let several = try complete(["the commi", "where is", "the governor"])
    #expect(
      several.lines == ["the committee meets today.", "where is the cat?", "the governor is here."])
    let piped = try complete([], input: "the commi\nwhere is\nthe governor\n")
    #expect(piped.output == several.output)
    let words = try complete(["--max-words", "1", "the com"])
    #expect(words.text == "the committee meets\n")
    let ranked = try complete(["--nbest", "2", "the gov"])
    #expect(ranked.lines.count == 2 && ranked.lines.allSatisfy { $0.hasPrefix("1 ||| the gov") })
    let drawn = try complete(["--sampling", "--seed", "3", "the"])
    #expect(drawn.status == 0 && drawn.lines.count == 1 && drawn.text.hasPrefix("the"))
    // Found by being the only one that completes.
    let found = try Command.run(
      ["complete", "where is"], models: URL(fileURLWithPath: model).deletingLastPathComponent().path
    )
    #expect(found.text == "where is the cat?\n", "\(found.errors)")
  }

  @Test func nextWords() throws {
    let outcome = try complete(["--next", "the gov"])
    let fields = outcome.text.dropLast().split(separator: "\t").map(String.init)
    #expect(fields.count >= 2)
    let words = fields.prefix(2).map { $0.split(separator: " ") }
    #expect(Set(words.map { $0[0] }) == ["government", "governor"])
    #expect(words.compactMap { Double($0[1]) }.reduce(0, +) > 0.5)
    let many = try complete(["--next", "--words", "5", "--json"], input: "the gov\nwhere is t\n")
    let objects = try objects(many)
    #expect(objects.count == 2 && objects[1]["prompt"] as? String == "where is t")
    let first = try #require((objects[1]["words"] as? [[String: Any]])?.first)
    #expect(first["text"] as? String == "the" && first["completion"] as? String == "he")
    #expect(try #require(first["probability"] as? Double) > 0.5)
    let cached = try complete(["--next", "--cache", "50", "--cache-share", "0.3", "the cat "])
    let plain = try complete(["--next", "the cat "])
    #expect(cached.status == 0 && cached.text != plain.text)
  }

  @Test func json() throws {
    let object = try objects(try complete(["--json", "the commi"]))[0]
    let candidate = try #require((object["candidates"] as? [[String: Any]])?.first)
    #expect(candidate["text"] as? String == "the committee meets today.")
    #expect(candidate["added"] as? String == "ttee meets today.")
    #expect(candidate["ended"] as? Bool == true)
    #expect(try #require(candidate["logProbability"] as? Double) < 0)
  }

  /// A line that cannot be read is named, and the others are answered.
  @Test(arguments: [[], ["--next"], ["--json"], ["--nbest", "1"], ["--json", "--next"]])
  func badLines(_ options: [String]) throws {
    var input = Data("where is\n".utf8)
    input.append(contentsOf: [0xFF, 0x0A])
    input.append(contentsOf: "the commi\n".utf8)
    let outcome = try Command.run(["complete", "--model", model] + options, input: input)
    #expect(outcome.status == 1)
    #expect(outcome.lines.count == 3, "\(outcome.text)")
    #expect(outcome.errors.contains("standard input:2: the line is not UTF-8"))
    #expect(options.isEmpty ? outcome.lines[1].isEmpty : true)
    if options.contains("--json") { #expect(try objects(outcome)[1]["error"] != nil) }
  }

  @Test(arguments: [
    (["--words", "3", "a"], "--words goes with --next"), (["--next", "--interactive"], "either"),
    (["--next", "--beam", "3", "a"], "--beam is for continuations"),
    (["--cache", "9", "a"], "--cache goes with --next"),
    (["--next", "--cache-share", "0.1", "a"], "--cache-share goes with --cache"),
    (["--next", "--cache", "9", "--cache-share", "1", "a"], "--cache-share is 1.0"),
    (["--nbest", "9", "--beam", "2", "a"], "--beam keeps only 2"),
    (["--interactive", "a"], "--interactive takes no prompts"),
    (["--interactive"], "--interactive needs a terminal"),
    (["--max-words=-1", "a"], "--max-words is -1"), (["--language", "en", "a"], "either --model"),
  ])
  func wrongUsage(arguments: [String], message: String) throws {
    let outcome = try complete(arguments)
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test func modelsThatDoNotFit() throws {
    let none = try Command.run(["complete", "a"])
    #expect(none.status == 66 && none.errors.contains("no model completes text"))
    let translator = try TinyModel.make(in: folder)
    let other = try Command.run(["complete", "--model", translator, "a"])
    #expect(other.status == 65 && other.errors.contains("not one that completes text"))
    let back = try Command.run(["translate", "--model", model], input: "a\n")
    #expect(back.status == 65 && back.errors.contains("a language-model model, not one that"))
    for name in ["model.json", "weights.safetensors", "subwords.txt"] {
      try FileManager.default.copyItem(atPath: model + "/" + name, toPath: folder.path(name))
    }
    let units = try String(contentsOfFile: folder.path("subwords.txt"), encoding: .utf8)
    try folder.file("subwords.txt", units.replacing("\nt\n", with: "\nő\n"))
    let wrong = try Command.run(["complete", "--model", folder.path, "a"])
    #expect(wrong.status == 65 && wrong.errors.contains("subwords.txt"), "\(wrong.errors)")
  }

  // MARK: - Judging, models

  @Test func perplexityAndTyping() throws {
    let text = try folder.file("text.txt", TinyText.lines.map { $0 + "\n" }.joined())
    let plain = try Command.run(["evaluate", "perplexity", "--model", model, text])
    #expect(plain.status == 0 && plain.lines.count == 1, "\(plain.errors)")
    #expect(plain.text.contains(" perplexity a word (26 with the ends of lines), "))
    let json = try objects(
      try Command.run(
        ["evaluate", "perplexity", "--model", model, "--json"],
        input: TinyText.lines.map { $0 + "\n" }.joined()))[0]
    let perplexity = try #require(json["perplexityPerWord"] as? Double)
    #expect(perplexity > 1 && perplexity < 3)
    #expect(plain.text.hasPrefix(String(format: "%.3f ", perplexity)))
    let cached = try Command.run(
      ["evaluate", "perplexity", "--model", model, "--cache", "100", text])
    #expect(cached.status == 0 && cached.text != plain.text)
    let typing = try objects(
      try Command.run(["evaluate", "typing", "--model", model, "--json", text]))[0]
    #expect(try #require(typing["saved"] as? Double) > 0.3)
    #expect(typing["characters"] as? Int == TinyText.lines.joined().count)
    let words = try Command.run(["evaluate", "typing", "--model", model, "--words", "1", text])
    #expect(words.text.contains(" % of 113 characters saved"), "\(words.text)")
    for (arguments, status, message) in [
      (["perplexity", "none.txt"], 66 as Int32, "there is no such file"),
      (["typing", "/dev/null"], 65, "there are no lines"),
      (["perplexity", "/dev/null"], 65, "there are no lines"),
      (["perplexity", "--streams", "2", "--cache", "5", text], 2, "--streams does not go"),
      (["perplexity", "--threads", "2", "--cache", "5", text], 2, "--threads does not go"),
      (["perplexity", "--streams", "2", text], 2, "this one reads each line alone"),
    ] {
      let failed = try Command.run(["evaluate"] + arguments + ["--model", model])
      #expect(failed.status == status && failed.errors.contains(message), "\(failed.errors)")
    }
  }

  /// A line that cannot be read is named, and the others count; blank ones do not, as in training.
  @Test func linesThatAreLeftOut() throws {
    var text = Data("the dog sleeps.\n\n \t\nwhere is the cat?\n".utf8)
    let plain = try folder.file("plain.txt", "the dog sleeps.\nwhere is the cat?\n")
    let blank = try folder.file("blank.txt", text)
    text.append(contentsOf: [0xFF, 0x0A])
    let bad = try folder.file("bad.txt", text)
    for command in ["perplexity", "typing"] {
      func evaluate(_ file: String) throws -> Outcome {
        try Command.run(["evaluate", command, "--model", model, "--json", file])
      }
      let (whole, withBlank, withBad) = try (evaluate(plain), evaluate(blank), evaluate(bad))
      #expect(whole.status == 0 && withBlank.status == 0 && withBad.status == 1)
      #expect(!whole.errors.contains("left out"))
      #expect(withBlank.errors.contains("blank.txt: blank lines left out: 2"))
      #expect(withBad.errors.contains("bad.txt:5: the line is not UTF-8; convert"))
      #expect(!withBad.errors.contains("compared"))
      let key = command == "typing" ? "characters" : "perplexityPerWord"
      let figures = try [whole, withBlank, withBad].map { try objects($0)[0][key] as? Double }
      #expect(figures[0] != nil && Set(figures).count == 1, "\(figures)")
    }
    let none = try Command.run(
      ["evaluate", "perplexity", "--model", model], input: "\n \n")
    #expect(none.status == 65 && none.errors.contains("there are no lines that are not blank"))
  }

  @Test func modelsKnowIt() throws {
    let parent = URL(fileURLWithPath: model).deletingLastPathComponent().path
    let list = try Command.run(["models"], models: parent)
    #expect(list.lines.contains { $0.hasPrefix("text-en") && $0.contains("PPL ") })
    let info = try Command.run(["models", "info", model])
    for row in [
      "completes en", "perplexity a word", "lines that stand alone", "training lines", "narrowing",
    ] {
      #expect(info.text.contains(row), "\(row)")
    }
    let small = folder.path("small")
    let converted = try Command.run(["models", "convert", model, small, "--precision", "int8"])
    #expect(converted.status == 0, "\(converted.errors)")
    #expect(
      try Command.run(["complete", "--model", small, "the commi"]).text
        == "the committee meets today.\n")
    let mean = try Command.run(["models", "average", folder.path("mean"), parent])
    #expect(mean.status == 0 && mean.errors.contains("mean of 2 models"), "\(mean.errors)")
    let text = try folder.file("text.txt", TinyText.lines.map { $0 + "\n" }.joined())
    let quantized = try Command.run([
      "models", "quantize", model, folder.path("q"), "-r", text, "--max-drop", "50", "--json",
    ])
    #expect(quantized.status == 0, "\(quantized.errors)")
    let wrong = try Command.run([
      "models", "quantize", model, folder.path("q2"), "-r", text, "--metric", "bleu",
    ])
    #expect(wrong.status == 2 && wrong.errors.contains("judged by perplexity"))
  }

  // MARK: - Searching along

  @Test func aLanguageModelSearchesAlong() throws {
    let translator = try TinyModel.make(in: folder)
    try folder.file("text.txt", TinyModel.text.map { $0 + "\n" }.joined())
    try folder.file(
      "recipe.yaml",
      """
      kind: language-model
      language: yy
      data:
        train: [{text: text.txt}]
        dev: [{text: text.txt}]
        continuous: false
      vocabulary: {from: xx-yy}
      model: {embeddingSize: 12, hiddenSize: 16}
      training: {updates: 30, validationInterval: 30, learningRate: 0.02, warmup: 5}
      """)
    let trained = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", folder.path("run"),
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    let input = "The cat.\nA dog barks.\n"
    func translated(_ options: [String]) throws -> Outcome {
      try Command.run(["translate", "--model", translator] + options, input: input)
    }
    let plain = try translated([])
    let along = ["--language-model", folder.path("run/best")]
    let none = try translated(along + ["--language-weight", "0"])
    #expect(none.output == plain.output)
    let fused = try translated(along + ["--language-weight", "2"])
    #expect(fused.status == 0 && fused.lines.count == 2 && fused.output != plain.output)
    let ranked = try translated(along + ["--nbest", "2"])
    #expect(ranked.lines.count == 4)
    let other = try translated(["--language-model", model])
    #expect(
      other.status == 65 && other.errors.contains("has other units than the target side of"),
      "\(other.errors)")
    for (options, message) in [
      (["--language-weight", "1"], "goes with --language-model"),
      (along + ["--language-weight=-1"], "must not be negative"),
      (along + ["--language-weight=inf"], "or infinite"),
    ] {
      let wrong = try translated(options)
      #expect(wrong.status == 2 && wrong.errors.contains(message), "\(wrong.errors)")
    }
    // A captioner with the same subwords.
    let captioner = try CaptionTests.makeModel(in: folder, "captioner", lines: TinyModel.text)
    try folder.file("a.png", try CaptionTests.png(40))
    let caption = ["caption", "--model", captioner, folder.path("a.png")]
    let captioned = try Command.run(caption + along + ["--language-weight", "3"])
    #expect(captioned.status == 0, "\(captioned.errors)")
    let alone = try Command.run(caption)
    #expect(captioned.output != alone.output)
  }

  // MARK: - While somebody types

  /// Keys on a terminal of its own: lines come out, the terminal is left as it was.
  @Test(arguments: [[0x04], [0x03]] as [[UInt8]]) func interactive(end: [UInt8]) throws {
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press("the commx\u{7F}")
    terminal.wait(for: "committee")
    #expect(terminal.modes != terminal.modesBefore)
    terminal.press("\t")
    terminal.wait(for: "the committee")
    // An arrow changes nothing; Ctrl-U takes the line away, Ctrl-W a word.
    terminal.press(" ü\u{1B}[A\r")
    terminal.press("gone\u{15}two words\u{17}x\r")
    // Pressed before its suggestions can have been shown.
    terminal.press("where i\t\r")
    terminal.wait(for: "where is")
    terminal.press("unfinished" + String(decoding: end, as: UTF8.self))
    #expect(terminal.end() == 0)
    #expect(
      try String(contentsOf: folder.url("out"), encoding: .utf8)
        == "the committee ü\ntwo x\nwhere is\n")
    #expect(terminal.modes == terminal.modesBefore)
  }

  @Test func aSignalLeavesTheTerminalAsItWas() throws {
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press("the comm")
    terminal.wait(for: "committee")
    kill(terminal.process.processIdentifier, SIGTERM)
    #expect(terminal.end() == 143)
    #expect(terminal.modes == terminal.modesBefore)
  }
}

/// The command on a terminal of its own.
private final class Terminal {
  let process: Process
  let modesBefore: [UInt32]
  private let main: Int32
  private let side: Int32
  private var shown = ""

  /// - Parameter folder: where its standard output goes, as a file.
  init(_ arguments: [String], _ folder: Scratch) throws {
    // What posix_openpt, unlockpt and ptsname do, which Swift does not see.
    main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number): (Int32, Int32) = (0, 0)
    try #require(main >= 0 && ioctl(main, 0x4004_5431, &lock) == 0)
    try #require(ioctl(main, 0x8004_5430, &number) == 0)
    side = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(side >= 0)
    modesBefore = Self.modes(side)
    try folder.file("out", Data())
    process = Command.process(arguments)
    let terminal = FileHandle(fileDescriptor: side, closeOnDealloc: false)
    process.standardInput = terminal
    process.standardError = terminal
    process.standardOutput = try FileHandle(forWritingTo: folder.url("out"))
    try process.run()
  }

  deinit {
    close(main)
    close(side)
  }

  var modes: [UInt32] { Self.modes(side) }

  private static func modes(_ side: Int32) -> [UInt32] {
    var state = termios()
    tcgetattr(side, &state)
    return [state.c_iflag, state.c_oflag, state.c_lflag]
  }

  /// Reads what is shown until a text is in it.
  func wait(for text: String) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var request = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
    while !shown.contains(text), poll(&request, 1, 20_000) > 0 {
      let count = read(main, &buffer, buffer.count)
      if count <= 0 { return }
      shown += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
  }

  func press(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = bytes.withUnsafeBytes { write(main, $0.baseAddress, $0.count) }
  }

  /// Waits for the end.
  ///
  /// - Returns: the exit code.
  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
