import Foundation
import Seq2Seq
import Testing
import Translation

@Suite struct TranslateTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyModel.make(in: folder)
  }

  @Test func saysWhatTheLibrarySays() throws {
    let expected = try Translator(path: model).translate(TinyModel.text).map(\.text)
    #expect(Set(expected).count > 3)
    let input = TinyModel.text.joined(separator: "\n") + "\n"
    #expect(try Command.run(["translate", "--model", model], input: input).lines == expected)
    // Windows line ends, a byte order mark, no LF at the end, other batches.
    let odd = "\u{FEFF}" + TinyModel.text.joined(separator: "\r\n")
    let outcome = try Command.run(
      ["translate", "--model", model, "--batch", "1", "--threads", "1"], input: odd)
    #expect(outcome.lines == expected)
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
  }

  @Test func givenOptionsAloneReplaceTheModels() throws {
    let translator = try Translator(path: model)
    for (arguments, change) in [
      ([], { _ in }), (["--beam", "1"], { $0.beam = 1 }),
      (["--length-penalty", "0.2"], { $0.lengthPenalty = 0.2 }),
      (["--max-length-factor", "0.5"], { $0.maxLengthFactor = 0.5 }),
      (
        ["--sampling", "--seed", "9", "--temperature", "0.7", "--top-k", "20", "--top-p", "0.9"],
        {
          $0.method = .sampling
          ($0.seed, $0.temperature, $0.topK, $0.topP) = (9, 0.7, 20, 0.9)
        }
      ),
    ] as [([String], (inout SearchOptions) -> Void)] {
      var options = translator.defaultOptions
      change(&options.search)
      let outcome = try Command.run(
        ["translate", "--model", model] + arguments,
        input: TinyModel.text.joined(separator: "\n"))
      #expect(
        try outcome.lines == translator.translate(TinyModel.text, options: options).map(\.text),
        "\(arguments)")
    }
  }

  @Test func lineForLine() throws {
    let long = Array(repeating: "house", count: 10_000).joined(separator: " ")
    let lines = ["The cat.", "", " ", "a\u{0}b\u{1}", long, "\u{2028}x", "The dog."]
    var input = Data(lines.joined(separator: "\n").utf8)
    input += Data("\n".utf8) + [0x66, 0xFF, 0x0A] + Data("The cat.".utf8)
    let outcome = try Command.run(["translate", "--model", model, "--beam", "1"], input: input)
    #expect(outcome.lines.count == 9)
    #expect(outcome.lines[1].isEmpty && outcome.lines[2].isEmpty && outcome.lines[7].isEmpty)
    #expect(!outcome.lines[0].isEmpty && outcome.lines[0] == outcome.lines[8])
    #expect(outcome.lines[4].count > 10_000)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("s2s: standard input:8: the line is not UTF-8"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func samplingDependsOnLinesAlone() throws {
    // Empty lines and other windows must not change what is drawn.
    let arguments = ["translate", "--model", model, "--sampling", "--seed", "4"]
    let input = Array(repeating: ["The cat.", "", "A dog."], count: 20).flatMap(\.self)
    let text = input.joined(separator: "\n")
    let one = try Command.run(arguments + ["--threads", "1", "--batch", "2"], input: text)
    let other = try Command.run(arguments + ["--threads", "3"], input: text)
    #expect(one.lines == other.lines)
    #expect(one.lines.count == 60 && Set(one.lines).count > 20)
  }

  @Test func nbestAndAlignments() throws {
    let outcome = try Command.run(
      ["translate", "--model", model, "--nbest", "4", "--alignments"],
      input: "The cat sleeps.\n\nA dog.\n")
    let rows = outcome.lines.map { $0.components(separatedBy: " ||| ") }
    #expect(rows.allSatisfy { $0.count == 4 })
    #expect(rows.map(\.[0]) == ["1", "1", "1", "1", "2", "3", "3", "3", "3"])
    let scores = rows[0..<4].compactMap { Double($0[2]) }
    #expect(scores.count == 4 && scores == scores.sorted(by: >))
    #expect(Set(rows[0..<4].map(\.[1])).count == 4)
    for link in rows[0][3].split(separator: " ") {
      let ends = link.split(separator: "-").compactMap { Int($0) }
      #expect(ends.count == 2 && ends[0] < 3, "\(link)")
    }
    #expect(!rows[0][3].isEmpty)
  }

  @Test func json() throws {
    let outcome = try Command.run(
      ["translate", "--model", model, "--json", "--alignments", "--nbest", "2"],
      input: Data("The \"cat\"\t\\.\n".utf8) + [0xFF, 0x0A])
    #expect(outcome.status == 1)
    let objects = try outcome.objects()
    #expect(objects.count == 2)
    #expect(objects[0]["line"] as? Int == 1)
    #expect(objects[0]["source"] as? String == "The \"cat\"\t\\.")
    let candidates = try #require(objects[0]["candidates"] as? [[String: Any]])
    #expect(candidates.count == 2)
    #expect(candidates[0]["text"] as? String == objects[0]["text"] as? String)
    #expect(candidates[0]["score"] as? Double == objects[0]["score"] as? Double)
    #expect(candidates[0]["logProbability"] as? Double ?? 0 < 0)
    #expect(candidates[0]["alignment"] is [[Int]])
    #expect((objects[1]["error"] as? String)?.contains("standard input:2") == true)
    #expect(objects[1]["text"] as? String == "")
  }

  @Test func severalFilesAndOutput() throws {
    let one = try folder.file("one.txt", "The cat.\nA dog.")
    let two = try folder.file("two.txt", "The house.\n")
    let all = try Command.run(["translate", "--model", model, one, two])
    #expect(all.lines.count == 3)
    let outcome = try Command.run([
      "translate", "--model", model, one, folder.path("none.txt"), two, "--output",
      folder.path("out.txt"), "--timing",
    ])
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("none.txt: there is no such file"))
    #expect(outcome.errors.contains("s2s: 3 lines in "))
    #expect(try Data(contentsOf: folder.url("out.txt")) == all.output)
  }

  @Test func ensemble() throws {
    let other = try TinyModel.make(in: folder, "other", seed: 2)
    let both = try Command.run(
      ["translate", "--model", model, "--model", other], input: "The cat.\n")
    let expected = try Translator(paths: [model, other]).translate("The cat.").text
    #expect(both.lines == [expected])
    #expect(
      both.lines != (try Command.run(["translate", "--model", model], input: "The cat.\n")).lines)
  }

  @Test func modelsByLanguageAndName() throws {
    for arguments in [
      ["--src", "xx", "--tgt", "yy"], ["--model", "xx-yy"], ["--model", "tiny xx-yy"],
    ] {
      let outcome = try Command.run(
        ["translate"] + arguments, input: "The cat.\n", models: folder.path)
      #expect(outcome.status == 0 && outcome.lines.count == 1, "\(arguments): \(outcome.errors)")
    }
  }
}
