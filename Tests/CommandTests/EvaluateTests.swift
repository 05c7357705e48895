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

  @Test func severalMetricsInOneCall() throws {
    let reference = try folder.file("ref", Self.references)
    let outcome = try Command.run(
      ["evaluate", "bleu,chrf,chrf++,ter,wer,cer", "-r", reference], input: Self.hypotheses)
    #expect(outcome.lines.count == 6)
    let names = ["BLEU|", "chrF2|", "chrF2++|", "TER|", "WER|", "CER|"]
    for (line, name) in zip(outcome.lines, names) { #expect(line.hasPrefix(name)) }
    // One word of ten is another.
    #expect(outcome.lines[4].hasSuffix("= 10.0 (sub = 1 del = 0 ins = 0 correct = 9 ref_len = 10)"))
    let json = try Command.run(
      ["evaluate", "ter,wer", "-r", reference, "--json"], input: Self.hypotheses)
    let objects = try json.objects()
    #expect(objects.map { $0["name"] as? String } == ["TER", "WER"])
    #expect(objects[0]["edits"] as? Int == 1)
    #expect(objects[1]["substitutions"] as? Int == 1)
  }

  /// Each option is read by one of the metrics, and the others are as they are without it.
  @Test func optionsAreThoseOfTheMetricsThatReadThem() throws {
    let reference = try folder.file("ref", Self.references)
    let outcome = try Command.run(
      [
        "evaluate", "bleu,chrf,ter,wer", "-r", reference, "--tokenize", "none", "--chrf-beta", "3",
        "--ter-asian", "--ter-normalized", "--no-punctuation", "--score-only",
      ], input: Self.hypotheses)
    #expect(outcome.errors.isEmpty)
    let alone = [
      ["bleu", "--tokenize", "none"], ["chrf", "--chrf-beta", "3"],
      ["ter", "--ter-asian", "--ter-normalized", "--no-punctuation"], ["wer", "--no-punctuation"],
    ]
    let scores = try alone.map {
      try Command.run(
        ["evaluate"] + $0 + ["-r", reference, "--score-only"], input: Self.hypotheses
      ).text
    }
    #expect(outcome.text == scores.joined())
  }

  @Test func chrFCountsWordsAlone() throws {
    let reference = try folder.file("ref", Self.references)
    let outcome = try Command.run(
      ["evaluate", "chrf++", "-r", reference, "--chrf-characters", "0"], input: Self.references)
    #expect(outcome.text.hasPrefix("chrF2++|nrefs:1|case:mixed|eff:yes|nc:0|nw:2|"))
    #expect(outcome.text.hasSuffix(" = 100.0\n"))
  }

  @Test func severalSystemsMakeATable() throws {
    let reference = try folder.file("ref", Self.references)
    let worse = try folder.file("worse", "A dog sat on a mat.\nHello, wide world!\n")
    let outcome = try Command.run(["evaluate", "bleu,ter", "-r", reference, reference, worse])
    #expect(outcome.lines[0].hasPrefix("System"))
    #expect(
      outcome.lines[1].split(separator: " ") == [Substring(reference), "100.0", "0.0"])
    #expect(outcome.lines[2].hasPrefix(worse))
    #expect(outcome.lines[4].hasPrefix("BLEU|nrefs:1|"))
    #expect(outcome.lines[5].hasPrefix("TER|nrefs:1|"))
    let json = try Command.run(
      ["evaluate", "bleu", "-r", reference, reference, worse, "--json"])
    #expect(json.lines.count == 2)
    #expect(json.lines[1].hasPrefix("{\"system\":\"\(worse)\",\"name\":\"BLEU\""))
  }

  @Test func everyLineByItself() throws {
    let reference = try folder.file("ref", Self.references)
    let outcome = try Command.run(
      ["evaluate", "bleu,wer", "-r", reference, "--sentence"], input: Self.hypotheses)
    #expect(outcome.lines.count == 2)
    #expect(outcome.lines[0].hasSuffix("\t16.67"))
    #expect(outcome.lines[1] == "100.00\t0.00")
    let json = try Command.run(
      ["evaluate", "bleu,wer", "-r", reference, "--sentence", "--json"], input: Self.hypotheses)
    #expect(json.lines[1] == #"{"line":2,"BLEU":100.00000000000004,"WER":0.0}"#)
  }

  @Test func errorsAreMarkedBesideTheReference() throws {
    let reference = try folder.file("ref", Self.references)
    let outcome = try Command.run(
      ["evaluate", "wer", "-r", reference, "--align"], input: Self.hypotheses)
    #expect(
      Array(outcome.lines[1...3]) == [
        "REF:  The cat sat on a   mat.",
        "HYP:  The cat sat on the mat.",
        "EVAL:                S",
      ])
    #expect(outcome.lines.last?.contains(" = 10.0 (sub = 1 ") == true)
  }

  @Test func captionsInEveryFormAndFromStandardInput() throws {
    let references = try folder.file("ref.tsv", "7\tA cat sits on a mat.\n8\tTwo dogs run.\n")
    let tabbed = "7\tA cat sits on the mat.\n8\tTwo dogs run.\n"
    let results = """
      [{"image_id": 8, "caption": "Two dogs run."},
       {"image_id": 7, "caption": "A cat sits on the mat."}]
      """
    let tsv = try folder.file("mine.tsv", tabbed)
    let json = try folder.file("mine.json", results)
    let evaluate = ["evaluate", "coco-bleu,rouge-l", "-r", references]
    let outcome = try Command.run(evaluate + [tsv])
    #expect(outcome.lines.count == 5)
    // 8 of 9 words are the references'.
    #expect(outcome.lines[0].hasPrefix("Bleu_1|"))
    #expect(outcome.lines[0].hasSuffix(" = 0.889"))
    #expect(outcome.lines[4].hasPrefix("ROUGE_L|"))
    #expect(try Command.run(evaluate + [json]).text == outcome.text)
    #expect(try Command.run(evaluate + ["-"], input: tabbed).text == outcome.text)
    #expect(try Command.run(evaluate, input: results).text == outcome.text)
  }

  @Test func anEmptyLineAmongReferencesIsNone() throws {
    let hypotheses = try folder.file("hyp", "a b c d\ne f g h\n")
    let whole = try folder.file("whole", "a b c d\ne f g x\n")
    let partial = try folder.file("partial", "\ne f g h\n")
    let outcome = try Command.run(
      ["evaluate", "bleu", "-r", whole, "-r", partial, hypotheses])
    #expect(outcome.text.hasPrefix("BLEU|nrefs:var|"))
    #expect(outcome.text.contains(" = 100.0 "))
    #expect(outcome.errors.isEmpty)
    let empty = try Command.run(["evaluate", "bleu", "-r", partial, hypotheses])
    #expect(empty.text.hasPrefix("BLEU|nrefs:1|"))
    #expect(empty.errors.contains("line 1 has an empty reference"))
  }

  @Test func textThatWasPreparedIsRemarkedOn() throws {
    let reference = try folder.file("ref", Self.references)
    let tokenized = try Command.run(
      ["evaluate", "bleu", "-r", reference],
      input: "The cat sat on the mat .\nHello , big wide world !\n")
    #expect(tokenized.status == 0)
    #expect(tokenized.errors.contains("standard input looks tokenized"))
    let lower = try Command.run(
      ["evaluate", "bleu", "-r", reference], input: Self.hypotheses.lowercased())
    #expect(lower.errors.contains("standard input looks lower-cased"))
    #expect(lower.errors.contains("or compare with --lowercase"))
    let cased = try Command.run(
      ["evaluate", "ter", "-r", reference, "--case-sensitive"],
      input: Self.hypotheses.lowercased())
    #expect(cased.errors.contains("or compare without --case-sensitive"))
    for metric in [["bleu", "--lowercase"], ["ter"]] {
      let caseless = try Command.run(
        ["evaluate"] + metric + ["-r", reference], input: Self.hypotheses.lowercased())
      #expect(caseless.errors.isEmpty)
    }
    let fine = try Command.run(
      ["evaluate", "bleu", "-r", reference], input: Self.hypotheses)
    #expect(fine.errors.isEmpty)
  }
}
