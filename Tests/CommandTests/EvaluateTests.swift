import Foundation
import Testing
import Translation

@Suite struct EvaluateTests {
  let folder: Scratch

  init() throws { folder = try Scratch() }

  private static let hypotheses = "The cat sat on the mat.\nHello, big wide world!\n"
  private static let references = "The cat sat on a mat.\nHello, big wide world!\n"

  /// By hand: 13 words in 13; matches 12, 9, 7 and 5 of 13, 11, 9 and 7 n-grams.
  @Test func aScoreWorkedOutByHand() throws {
    let reference = try folder.file("ref", Self.references)
    let outcome = try Command.run(
      ["evaluate", "bleu", "-r", reference], input: Self.hypotheses)
    let precisions = [12.0 / 13, 9.0 / 11, 6.0 / 9, 4.0 / 7]
    let value = 100 * exp(precisions.map(log).reduce(0, +) / 4)
    let signature = "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
    #expect(
      outcome.text
        == "BLEU|\(signature) = \(String(format: "%.1f", value)) 92.3/81.8/66.7/57.1 "
        + "(BP = 1.000 ratio = 1.000 hyp_len = 13 ref_len = 13)\n")
    let only = try Command.run(
      ["evaluate", "bleu", "-r", reference, "--score-only", "--decimals", "4"],
      input: Self.hypotheses)
    #expect(only.text == String(format: "%.4f\n", value))
    let json = try Command.run(
      ["evaluate", "bleu", "-r", reference, "--json"], input: Self.hypotheses)
    let object = try #require(
      try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
    #expect(abs((object["score"] as? Double ?? 0) - value) < 1e-9)
    #expect(object["signature"] as? String == signature)
  }

  @Test func optionsAndSeveralReferences() throws {
    let reference = try folder.file("ref", Self.references)
    let other = try folder.file("ref2", Self.hypotheses.uppercased())
    let lower = try Command.run(
      ["evaluate", "bleu", "-r", reference, "-r", other, "--lowercase", "--tokenize", "none"],
      input: Self.hypotheses)
    #expect(lower.text.hasPrefix("BLEU|nrefs:2|case:lc|eff:no|tok:none|smooth:exp|"))
    #expect(lower.text.contains(" = 100.0 100.0/100.0/100.0/100.0 "))
  }

  @Test func linesEndWithLFAlone() throws {
    let reference = try folder.file("ref", "a b c d\u{2028}e\u{85}f\u{B}\nx y z w\n")
    let outcome = try Command.run(
      ["evaluate", "bleu", "-r", reference, reference, "--json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect(object["lines"] as? Int == 2)
    #expect(abs((object["score"] as? Double ?? 0) - 100) < 1e-9)
  }

  @Test func aModelIsRunFirst() throws {
    let model = try TinyModel.make(in: folder)
    let source = try folder.file("src", TinyModel.text.joined(separator: "\n"))
    let texts = try Translator(path: model).translate(TinyModel.text).map(\.text)
    let reference = try folder.file("ref", texts.map { $0 + "\n" }.joined())
    let outcome = try Command.run([
      "evaluate", "bleu", "-r", reference, "--model", model, "-s", source, "--score-only", "-o",
      folder.path("hyp"),
    ])
    #expect(outcome.status == 0)
    #expect(try Data(contentsOf: folder.url("hyp")) == Data(contentsOf: folder.url("ref")))
    #expect(Double(outcome.lines[0]) == 100)
  }

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
    #expect(
      files.lines[2].hasPrefix("{\"line\":3,\"logProbability\":\(expected[2].logProbability),"))
  }
}
