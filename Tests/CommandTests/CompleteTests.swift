import Foundation
import Testing

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
    #expect(try complete(["--max-length", "1", "the commi"]).text.hasPrefix("the commit"))
    let two = try complete(["where is the cat?\nthe commi"])
    #expect(two.text == "where is the cat?\nthe committee meets today.\n")
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
    let objects = try many.objects()
    #expect(objects.count == 2 && objects[1]["prompt"] as? String == "where is t")
    let first = try #require((objects[1]["words"] as? [[String: Any]])?.first)
    #expect(first["text"] as? String == "the" && first["completion"] as? String == "he")
    #expect(try #require(first["probability"] as? Double) > 0.5)
    // A word without end, and a line without a word.
    let long = String(repeating: "a", count: 10_000)
    let odd = try complete(["--next"], input: long + "\n\nthe gov\n")
    #expect(odd.status == 0 && odd.lines.count == 3 && odd.lines[2] == outcome.lines[0])
    #expect(odd.lines[0].hasPrefix(long) && odd.lines[1].contains("the 0."), "\(odd.lines[1])")
    let cached = try complete(["--next", "--cache", "50", "--cache-share", "0.3", "the cat "])
    let plain = try complete(["--next", "the cat "])
    #expect(cached.status == 0 && cached.text != plain.text)
  }

  @Test func json() throws {
    let object = try complete(["--json", "the commi"]).objects()[0]
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
    if options.contains("--json") { #expect(try outcome.objects()[1]["error"] != nil) }
  }

  @Test(arguments: [
    (["--words", "3", "a"], "--words goes with --next"), (["--next", "--interactive"], "either"),
    (["--next", "--beam", "3", "a"], "--beam is for continuations"),
    (["--next", "--threads", "1", "a"], "--threads is for continuations"),
    (["--cache", "9", "a"], "--cache goes with --next"),
    (["--next", "--cache-share", "0.1", "a"], "--cache-share goes with --cache"),
    (["--next", "--cache", "9", "--cache-share", "1", "a"], "--cache-share is 1.0"),
    (["--nbest", "9", "--beam", "2", "a"], "--beam keeps only 2"),
    (["--sampling", "--beam", "2", "a"], "--beam is for searching"),
    (["--sampling", "--pruning", "2", "a"], "--pruning is for searching"),
    (["--next", "--cache", "9", "--cache-flatness", "inf", "a"], "must be finite"),
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
    let none = try Command.run(["complete", "--language", "xx", "a"])
    #expect(none.status == 66 && none.errors.contains("no model completes text in 'xx'"))
    #expect(none.errors.contains("To train one from text") && none.errors.contains("s2s train"))
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
}
