import Foundation
import Testing

@Suite struct LanguageModelTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyText.model.get()
  }

  // MARK: - Judging, models

  @Test func perplexityAndTyping() throws {
    let text = try folder.file("text.txt", TinyText.lines.map { $0 + "\n" }.joined())
    let plain = try Command.run(["evaluate", "perplexity", "--model", model, text])
    #expect(plain.status == 0 && plain.lines.count == 1, "\(plain.errors)")
    #expect(plain.text.contains(" perplexity a word (26 with the ends of lines), "))
    let json = try Command.run(
      ["evaluate", "perplexity", "--model", model, "--json"],
      input: TinyText.lines.map { $0 + "\n" }.joined()
    ).objects()[0]
    let perplexity = try #require(json["perplexityPerWord"] as? Double)
    #expect(perplexity > 1 && perplexity < 3)
    #expect(plain.text.hasPrefix(String(format: "%.3f ", perplexity)))
    let cached = try Command.run(
      ["evaluate", "perplexity", "--model", model, "--cache", "100", text])
    #expect(cached.status == 0 && cached.text != plain.text)
    let typing = try Command.run(["evaluate", "typing", "--model", model, "--json", text])
      .objects()[0]
    #expect(try #require(typing["saved"] as? Double) > 0.3)
    #expect(typing["characters"] as? Int == TinyText.lines.joined().count)
    let (mean, slowest) = (typing["meanMilliseconds"], typing["slowestMilliseconds"])
    #expect(try #require(mean as? Double) <= #require(slowest as? Double))
    let words = try Command.run(["evaluate", "typing", "--model", model, "--words", "1", text])
    #expect(words.text.contains(" ms (slowest)"))
    func keys(_ options: [String]) throws -> Int {
      let outcome = try Command.run(
        ["evaluate", "typing", "--json", "--words", "1"] + options,
        input: "governor governor governor\ngovernor governor governor\n")
      return try #require(try outcome.objects()[0]["keystrokes"] as? Int)
    }
    // Words that the text alone has are suggested where they are remembered.
    let remembered = ["--cache", "100", "--cache-share", "0.9", "--cache-flatness", "1"]
    #expect(try keys(["--model", model] + remembered) < keys(["--model", model]))
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
      let figures = try [whole, withBlank, withBad].map { try $0.objects()[0][key] as? Double }
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
}
