import Foundation
import Neural
import Recipes
import Seq2Seq
import Tensors
import Testing
import Translation

@Suite struct QuantizeTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyModel.make(in: folder, "M")
    try folder.file("source.txt", TinyModel.text.map { $0 + "\n" }.joined())
    try folder.file("target.txt", TinyModel.text.reversed().map { $0 + "\n" }.joined())
  }

  private func quantize(_ arguments: String..., model: String? = nil) throws -> Outcome {
    try Command.run(
      [
        "models", "quantize", model ?? self.model, folder.path("out"), "-s",
        folder.path("source.txt"),
      ] + arguments)
  }

  private func object(_ outcome: Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
  }

  @Test func withinTheBoundAllIsInt8() throws {
    let outcome = try quantize(
      "-r", folder.path("target.txt"), "--metric", "perplexity", "--json", "--threads", "1")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try object(outcome)
    #expect(report["precision"] as? String == "int8" && report["written"] as? Bool == true)
    #expect(report["lines"] as? Int == 9 && report["maxDrop"] as? Double == 0.5)
    #expect((report["tried"] as? [Any])?.count == 1)
    let after = try #require(report["after"] as? [String: Any])
    // What was written is what was measured.
    let scored = try Command.run([
      "score", "--model", folder.path("out"), "--summary", "--json", folder.path("source.txt"),
      folder.path("target.txt"),
    ])
    #expect(try object(scored)["perplexityPerSubword"] as? Double == after["score"] as? Double)
    let before = try #require(report["before"] as? [String: Any])
    #expect((before["bytes"] as? Int ?? 0) > 2 * (after["bytes"] as? Int ?? .max))
    for side in [before, after] { #expect((side["linesPerSecond"] as? Double ?? 0) > 0) }
    #expect(
      try Command.run(["models", "info", folder.path("out")]).text.contains(
        "  quantization            int8; perplexity "))
    let again = try Command.run([
      "models", "quantize", folder.path("out"), folder.path("again"), "-s",
      folder.path("source.txt"), "-r", folder.path("target.txt"),
    ])
    #expect(again.status == 65 && again.errors.contains("is of int8 already"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("again")))
  }

  @Test(arguments: CellKind.allCases) func everyCellCanBeOf8Bits(_ kind: CellKind) throws {
    let model = try TinyModel.make(in: folder, kind.rawValue, cell: kind)
    let outcome = try quantize(
      "-r", folder.path("target.txt"), "--metric", "perplexity", "--json", "--threads", "1",
      model: model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try object(outcome)["precision"] as? String == "int8")
    let translated = try Command.run(
      ["translate", "--model", folder.path("out")], input: "The cat.\nA dog.\n")
    #expect(translated.status == 0 && translated.lines.count == 2)
  }

  /// A model that has learned a few lines by heart, which become `source.txt`.
  private func train() throws -> String {
    let lines = (1...24).map { ("wir haben \($0) Hunde", "we have \($0) dogs") }
    let table = try folder.file("train.tsv", lines.map { "\($0)\t\($1)\n" }.joined())
    try folder.file("source.txt", lines.map { $0.0 + "\n" }.joined())
    var recipe = Recipe()
    (recipe.name, recipe.source, recipe.target) = ("dogs", "de", "en")
    recipe.data.train = [CorpusSource(.table(path: table, sourceColumn: 1, targetColumn: 2))]
    recipe.data.dev = recipe.data.train
    recipe.vocabulary.size = 300
    (recipe.model.embeddingSize, recipe.model.encoderHiddenSize) = (16, 16)
    recipe.model.decoderHiddenSize = 32
    recipe.training.batchTokens = 100
    recipe.training.maxLength = 40
    recipe.training.memoryLimit = 300
    recipe.training.learningRate = 0.01
    recipe.training.warmup = 10
    recipe.training.updates = 300
    recipe.training.validationInterval = 300
    _ = try TranslationTraining(
      recipe, folder: folder.path("run"), workers: 2, report: { _ in }
    ).run()
    return folder.path("run/best")
  }

  /// Numbers that all logits have in common change no translation, but leave 8 bits nothing for the others.
  private func spoilOutput(_ path: String) throws {
    let model = try TranslationModel(path: path)
    let output = try #require(model.table.parameter(named: "decoder.output"))
      .cut(from: model.weights)
    output.withMutableValues { values in
      for row in 0..<output.rows { values[row * output.columns] = 3000 }
    }
    try model.write(to: path)
    // Nothing is nearer to a model's own translations than they are.
    let own = try Command.run([
      "translate", "--model", path, "--beam", "1", folder.path("source.txt"),
    ])
    try folder.file("own.txt", own.output)
  }

  @Test func whatEightBitsRuinStaysAFloat() throws {
    let model = try train()
    try spoilOutput(model)
    let outcome = try quantize(
      "-r", folder.path("own.txt"), "--max-drop", "10", "--json", model: model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try object(outcome)
    #expect(
      report["precision"] as? String == "int8 (float16: decoder.output)", "\(outcome.errors)")
    let tried = try #require(report["tried"] as? [[String: Any]])
    #expect((tried[0]["drop"] as? Double ?? 0) > 50)
    let after = try #require(report["after"] as? [String: Any])
    let evaluated = try Command.run([
      "evaluate", "bleu", "-r", folder.path("own.txt"), "--model", folder.path("out"), "-s",
      folder.path("source.txt"), "--beam", "1", "--json",
    ])
    #expect(try object(evaluated)["score"] as? Double == after["score"] as? Double)
    #expect(
      try Command.run(["models", "info", folder.path("out")]).text.contains(
        "Weights                   int8 (float16: decoder.output)\n"))
  }

  @Test func aTableForReading() throws {
    let outcome = try quantize("-r", folder.path("target.txt"), "--metric", "perplexity")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines[0].split(separator: " ") == ["Part", "before", "after", "precision"])
    for start in ["encoder.embedding ", "decoder.0 ", "(vectors) ", "weights ", "lines/s "] {
      #expect(outcome.lines.contains { $0.hasPrefix(start) }, "\(start)")
    }
    #expect(
      outcome.text.contains("where 0.5 % may be lost, on 9 lines of source.txt and target.txt"))
    #expect(outcome.errors.contains("as it is: perplexity "))
    #expect(outcome.errors.contains("int8: perplexity "))
  }

  /// The translations of a network that nobody trained hang by a thread: they change with any matrix in 8 bits.
  @Test func moreThanIsAllowedIsRefused() throws {
    try spoilOutput(model)
    let outcome = try quantize("-r", folder.path("own.txt"), "--max-drop", "1")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("out: not written: the best that was found with a part in"))
    #expect(outcome.lines[0].hasPrefix("Part"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test func aCaptionerByPerplexity() throws {
    let captioner = try CaptionTests.makeModel(in: folder)
    for (number, name) in ["a.png", "b.png"].enumerated() {
      try folder.file(name, try CaptionTests.png(UInt8(80 * number)))
    }
    try folder.file("broken.png", "no picture")
    let captions = try folder.file(
      "captions.tsv", "a.png\tA cat.\nb.png\tThe dog.\nbroken.png\tNothing.\nnone.png\tNo.\n")
    let list = try folder.file("list.txt", "b.png\nbroken.png\nnone.png\n")
    func quantize(_ arguments: String...) throws -> Outcome {
      try Command.run(
        ["models", "quantize", captioner, folder.path("small"), "-r", captions] + arguments)
    }
    let outcome = try quantize(
      "--metric", "perplexity", "--max-drop", "5", "--json", "--list", list, "--images",
      folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try object(outcome)
    #expect(report["pictures"] as? Int == 1 && report["precision"] as? String == "int8")
    #expect(outcome.errors.contains("broken.png: ") && outcome.errors.contains("left out"))
    #expect(outcome.errors.contains("none.png"))
    #expect(
      try Command.run(["caption", "--model", folder.path("small"), folder.path("a.png")]).status
        == 0)
    for (arguments, status, message) in [
      (["--metric", "bleu"], Int32(2), "--metric bleu is for translators"),
      (["-s", list], 2, "--source goes with a translator"),
      (["--images", folder.path("none")], 66, "there is no such folder"),
      (["--split", "val"], 65, "captions.tsv"),
    ] {
      let refused = try Command.run(
        ["models", "quantize", captioner, folder.path("other"), "-r", captions] + arguments)
      #expect(
        refused.status == status && refused.errors.contains(message), "\(refused.errors)")
    }
  }
}
