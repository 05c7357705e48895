import Benchmarking
import Foundation
import Testing

@Suite struct BenchTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyModel.make(in: folder, "M")
    try folder.file("text", "Die Katze schläft.\n\nWo ist das Haus?\n")
  }

  @Test func casesAreListed() throws {
    let outcome = try Command.run(["bench", "--list"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.lines.count == BenchmarkSuite.allCases.count + BenchmarkCase.all.count)
    for suite in BenchmarkSuite.allCases {
      #expect(outcome.text.contains("\(suite.rawValue): \(suite.summary)\n"))
    }
    #expect(outcome.text.contains("  training/S (target tokens/s)\n"))
  }

  @Test func anUnknownNameIsAnErrorThatNamesThoseThereAre() throws {
    let outcome = try Command.run(["bench", "products", "matrices"])
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("There is no benchmark 'matrices'"))
    for suite in BenchmarkSuite.allCases { #expect(outcome.errors.contains(suite.rawValue)) }
  }

  /// What the processor could do beyond that is left alone, by all kernels.
  @Test func instructionsMayBeHeldBack() throws {
    let outcome = try Command.shell(
      "S2S_INSTRUCTIONS=portable s2s bench startup --seconds 0.001 --model '\(model)' 2>&1")
    #expect(outcome.status == 0, "\(outcome.text)")
    #expect(outcome.text.contains("float portable, int8 portable, vectors portable"))
  }

  @Test func unknownInstructionsAreAnError() throws {
    let outcome = try Command.shell("S2S_INSTRUCTIONS=mmx s2s models")
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("S2S_INSTRUCTIONS is 'mmx'"))
    #expect(outcome.errors.contains("portable"))
  }

  /// A table, a history, and a second run compared with it.
  @Test func figuresAreKeptAndCompared() throws {
    let history = folder.path("history.jsonl")
    let captioner = try CaptionTests.makeModel(in: folder)
    let names = [
      "startup", "tokenizing", "scoring", "captioning/batch1", "decoding/int8/batch1",
      "decoding/float/batch64/beam5",
    ]
    let arguments =
      ["bench"] + names + [
        "--model", model, "--model", captioner, "--text", folder.path("text"), "--seconds", "0.001",
        "--threads", "2", "--json", history,
      ]
    let first = try Command.run(arguments)
    #expect(first.status == 0, "\(first.errors)")
    let cases = BenchmarkCase.all.filter { item in
      names.contains { item.name == $0 || item.name.hasPrefix($0 + "/") }
    }
    #expect(first.lines.count == 1 + cases.count)
    #expect(first.lines[0].hasPrefix("CASE ") && !first.lines[0].contains("AGAINST"))
    #expect(Set(first.lines.map(\.count)).count == 1, "the columns are aligned")
    #expect(first.errors.contains("threads: 2") && first.errors.contains("pictures are drawn"))
    let records = try BenchmarkHistory(contentsOf: history).records
    #expect(records.map(\.case) == cases.map(\.name))
    for (record, line) in zip(records, first.lines.dropFirst()) {
      #expect(line.hasPrefix(record.case + " ") && line.contains(" \(record.unit) "))
      #expect(record.threads == 2 && record.version == "0.1.0" && record.value > 0)
      #expect(record.min <= record.value && record.value <= record.max && record.passes >= 3)
      let hasBound = record.case.hasPrefix("decoding") || record.case.hasPrefix("captioning")
      #expect((record.bound != nil) == hasBound && (record.ratio != nil) == hasBound)
      #expect(record.data?.isEmpty == false, "what is the user's is named")
    }

    let second = try Command.run(
      ["bench", "scoring", "tokenizing/learn", "--text", folder.path("text"), "--seconds", "0.001"]
        + ["--model", model, "--threads", "2", "--json", history, "--against", history])
    #expect(second.status == 0 && second.lines[0].hasSuffix("AGAINST"), "\(second.errors)")
    #expect(second.lines.count == 3 && second.lines.dropFirst().allSatisfy { $0.hasSuffix("x") })
    #expect(try BenchmarkHistory(contentsOf: history).records.count == cases.count + 2)
    // A history that is not there yet begins, though it is to be compared with.
    let begun = folder.path("begun.jsonl")
    let begins = try Command.run(
      ["bench", "scoring", "--seconds", "0.001", "--json", begun, "--against", begun])
    #expect(begins.status == 0 && !begins.lines[0].contains("AGAINST"), "\(begins.errors)")
    #expect(try BenchmarkHistory(contentsOf: begun).records.count == 1)
    // On other text nothing is comparable.
    let other = try Command.run(
      ["bench", "scoring", "--seconds", "0.001", "--threads", "2", "--against", history])
    #expect(other.lines.last?.hasSuffix(" -") == true, "\(other.text)")
  }

  /// One case that cannot be measured does not keep the others from it.
  @Test func aCaseThatFailsIsNamed() throws {
    try FileManager.default.removeItem(atPath: folder.path("M/weights.safetensors"))
    let outcome = try Command.run(
      ["bench", "decoding/int8/batch1/beam1", "startup", "scoring", "--model", model]
        + ["--seconds", "0.001"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("decoding/int8/batch1/beam1: "), "\(outcome.errors)")
    #expect(outcome.errors.contains("startup/first-translation: "), "\(outcome.errors)")
    #expect(outcome.lines.count == 3 && outcome.lines[2].hasPrefix("scoring/bleu"))
  }

  @Test func picturesAndCorporaAreTheUsers() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("pictures"), withIntermediateDirectories: true)
    let odd = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Images/odd")
    try folder.file(
      "pictures/a.jpg", Data(contentsOf: odd.appendingPathComponent("large.jpg")))
    let reading = ["bench", "reading/whole", "--seconds", "0.001", "--pictures"]
    let outcome = try Command.run(reading + [folder.path("pictures")])
    #expect(outcome.status == 0 && outcome.lines.count == 2 && !outcome.errors.contains("drawn"))
    try folder.file("pictures/b.png", "no picture")
    let failed = try Command.run(reading + [folder.path("pictures")])
    #expect(failed.status == 1 && failed.lines.count == 1)
    let none = try Command.run(reading + [folder.path("M")])
    #expect(none.status == 65 && none.errors.contains("there are no PNG or JPEG files in it"))
  }

  @Test(arguments: [
    (["--seconds", "0"], 2, "--seconds is 0.0; it must be above 0"),
    (["--threads", "0"], 2, "--threads is 0; it must be 1 to 1024"),
    (["--corpus", "FOLDER/text", "--seconds", "1"], 2, "--corpus takes two files"),
    (["--model", "FOLDER/M", "--model", "FOLDER/M"], 2, "is the second of its kind; give one"),
    (
      ["--against", "FOLDER/none"], 66, "FOLDER/none: cannot be read; --json FILE begins a history"
    ),
    (["--against", "FOLDER/text"], 65, "FOLDER/text: line 1 is no record of a benchmark"),
    (["--json", "FOLDER/none/history"], 73, "FOLDER/none/history: cannot be written"),
    (["--text", "FOLDER/none"], 66, "FOLDER/none"),
    (["--text", "FOLDER/empty"], 65, "FOLDER/empty: there is no text in it"),
    (["--pictures", "FOLDER/none"], 66, "FOLDER/none: there is no such folder"),
    (["--model", "FOLDER/none"], 66, "FOLDER/none: no such model folder"),
  ])
  func errorsSayWhatToDo(options: [String], status: Int, message: String) throws {
    try folder.file("empty", "\n")
    func filled(_ text: String) -> String {
      text.replacingOccurrences(of: "FOLDER", with: folder.path)
    }
    let outcome = try Command.run(["bench", "scoring"] + options.map(filled))
    #expect(outcome.status == Int32(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(filled(message)), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
