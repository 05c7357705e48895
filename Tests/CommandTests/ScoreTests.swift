import Foundation
import Testing
import Translation

@Suite struct ScoreTests {
  let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test func scoresAreTheModelsOwn() throws {
    let model = try TinyModel.make(in: folder)
    let pairs = [("The cat.", "Die Katze."), ("A dog.", ""), ("Where?", "Wo ist das Haus?")]
    let expected = try Translator(path: model).score(pairs)
    let outcome = try Command.run(
      ["score", "--model", model], input: pairs.map { "\($0.0)\t\($0.1)\n" }.joined())
    #expect(
      outcome.lines
        == expected.map {
          String(format: "%.4f\t%.4f\t\($0.tokenCount)", $0.logProbability, $0.score)
        })
    let tokens = expected.reduce(0) { $0 + $1.tokenCount + 1 }
    let perplexity = exp(-expected.map(\.logProbability).reduce(0, +) / Double(tokens))
    #expect(outcome.errors.contains(String(format: "%.3f perplexity a subword", perplexity)))
    let source = try folder.file("s", pairs.map { $0.0 + "\n" }.joined())
    let target = try folder.file("t", pairs.map { $0.1 + "\n" }.joined())
    let files = try Command.run(["score", "--model", model, source, target, "--json"])
    #expect(files.lines.count == 3)
    let summary = try Command.run(
      ["score", "--model", model, source, target, "--summary", "--json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: summary.output) as? [String: Any])
    // The end of each line counts as a word and as a character.
    #expect(object["words"] as? Int == 2 + 0 + 4 + 3)
    #expect(object["characters"] as? Int == 10 + 0 + 16 + 3)
    let bits = -expected.map(\.logProbability).reduce(0, +) / log(2) / 29
    #expect(abs((object["bitsPerCharacter"] as? Double ?? 0) - bits) < 1e-9)
    #expect(summary.errors.isEmpty)
    #expect(
      files.lines[2].hasPrefix("{\"line\":3,\"logProbability\":\(expected[2].logProbability),"))
  }
}
