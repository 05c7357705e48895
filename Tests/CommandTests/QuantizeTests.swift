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

  private func quantize(_ arguments: String...) throws -> Outcome {
    try Command.run(
      ["models", "quantize", model, folder.path("out"), "-s", folder.path("source.txt")]
        + arguments)
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

  /// Numbers that all logits have in common change no translation, but leave 8 bits nothing for the others.
  private func spoilOutput() throws {
    let model = try TranslationModel(path: model)
    let output = try #require(model.table.parameter(named: "decoder.output"))
      .cut(from: model.weights)
    output.withMutableValues { values in
      for index in values.indices { values[index] *= 20 }
      for row in 0..<output.rows { values[row * output.columns] = 3000 }
    }
    try model.write(to: self.model)
    // Nothing is nearer to a model's own translations than they are.
    let own = try Command.run([
      "translate", "--model", self.model, "--beam", "1", folder.path("source.txt"),
    ])
    try folder.file("own.txt", own.output)
  }

  @Test func whatEightBitsRuinStaysAFloat() throws {
    try spoilOutput()
    let outcome = try quantize("-r", folder.path("own.txt"), "--max-drop", "20", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try object(outcome)
    #expect(report["precision"] as? String == "int8 (float16: decoder.output)")
    let tried = try #require(report["tried"] as? [[String: Any]])
    #expect((tried[0]["drop"] as? Double ?? 0) > 20)
    let after = try #require(report["after"] as? [String: Any])
    let score = try Command.run([
      "evaluate", "bleu", "-r", folder.path("own.txt"), "--model", folder.path("out"), "-s",
      folder.path("source.txt"), "--beam", "1", "--json",
    ])
    #expect(try object(score)["score"] as? Double == after["score"] as? Double)
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
    #expect(outcome.text.contains("of the 0.5 % allowed, on 9 lines of source.txt and target.txt"))
    #expect(outcome.errors.contains("as it is: perplexity "))
    #expect(outcome.errors.contains("int8: perplexity "))
  }

  @Test func moreThanIsAllowedIsRefused() throws {
    try spoilOutput()
    // Every part alone may change a word here, and the output layer takes all with it.
    let outcome = try quantize("-r", folder.path("own.txt"), "--max-drop", "0")
    if outcome.status == 0 { return }
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("out: not written: the least that was lost"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }
}
