import Captioning
import Foundation
import Neural
import Tensors
import Testing
import Translation

@Suite struct ModelsTests {
  let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test func list() throws {
    let none = try Command.run(["models"], models: folder.path)
    try TinyModel.make(in: folder, "a", source: "de", target: "en")
    try TinyModel.make(in: folder, "b", source: "en", target: "de")
    let two = try Command.run(["models"], models: folder.path)
    #expect(two.status == 0 && two.lines.count >= none.lines.count + 2)
    #expect(
      two.lines[1].split(separator: " ").prefix(5) == ["de-en", "tiny", "a", "0.1", "MB"])
    #expect(two.lines[1].hasSuffix(folder.path("a")))
    try folder.file("b/model.json", "{")
    let damaged = try Command.run(["models", "list", "--json"], models: folder.path)
    #expect(damaged.status == 1)
    #expect(damaged.lines[0].contains("\"source\":\"de\",\"target\":\"en\",\"name\":\"tiny a\""))
    #expect(damaged.errors.contains("b/model.json: damaged"))
  }

  @Test func info() throws {
    let model = try TinyModel.make(in: folder)
    let text = try Command.run(["models", "info", model])
    for expected in [
      "Languages                 xx to yy", "  decoderHiddenSize       16", "float32",
    ] {
      #expect(text.text.contains(expected), "\(expected)")
    }
    let json = try Command.run(["models", "info", "xx-yy", "--json"], models: folder.path)
    #expect(json.lines.count == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
    #expect(object["path"] as? String == model)
    #expect((object["architecture"] as? [String: Any])?["decoderHiddenSize"] as? Int == 16)
    #expect(object["parameters"] as? Int ?? 0 > 1000)
  }

  @Test func shortlist() throws {
    let model = try TinyModel.make(in: folder)
    let source = try folder.file("train.xx", TinyModel.text.joined(separator: "\n") + "\n")
    let target = try folder.file(
      "train.yy", TinyModel.text.reversed().joined(separator: "\n") + "\n")
    func translated(_ model: String, _ options: [String] = []) throws -> [String] {
      try Command.run(["translate", "--model", model] + options, input: "The cat sleeps.\n").lines
    }
    let before = try translated(model)
    let made = try Command.run(
      [
        "models", "shortlist", model, "--source", source, "--target", target, "--frequent", "0",
        "--translations", "3",
      ])
    #expect(made.status == 0 && made.errors.contains("learned from 9 pairs"), "\(made.errors)")
    #expect(try translated(model, ["--no-shortlist"]) == before)
    let shortened = try translated(model)
    #expect(shortened != before)
    let long = try folder.file("long.xx", String(repeating: "cat ", count: 200) + "\n")
    let tooLong = try Command.run(
      ["models", "shortlist", model, "--source", long, "--target", long])
    #expect(tooLong.status == 65 && tooLong.errors.contains("longer than 50"), "\(tooLong.errors)")
    // It goes with the model, and only with that.
    let copy = folder.path("copy")
    _ = try Command.run(["models", "convert", model, copy, "--precision", "float32"])
    #expect(try translated(copy) == shortened)
    let other = try TinyModel.make(
      in: folder, "other", lines: TinyModel.text.reversed() + ["Something else again, quite else"])
    let file = "/shortlist.safetensors"
    try FileManager.default.copyItem(atPath: model + file, toPath: other + file)
    let foreign = try Command.run(["translate", "--model", other], input: "cat\n")
    #expect(
      foreign.status == 65 && foreign.errors.contains("for other subwords"), "\(foreign.errors)")
    let bytes = try #require(FileManager.default.contents(atPath: model + file))
    try bytes.dropLast(7).write(to: URL(fileURLWithPath: model + file))
    let damaged = try Command.run(["translate", "--model", model], input: "cat\n")
    #expect(damaged.status == 65 && damaged.errors.contains("shortlist.safetensors"))
  }

  @Test func averageIsTheMean() throws {
    let one = try TinyModel.make(in: folder, "one", seed: 1)
    let two = try TinyModel.make(in: folder, "two", seed: 2)
    let three = try TinyModel.make(in: folder, "three", seed: 3)
    let outcome = try Command.run(["models", "average", folder.path("mean"), one, two, three])
    #expect(outcome.status == 0)
    let weights = try [one, two, three, folder.path("mean")].map {
      try TranslationModel(path: $0).weights.values
    }
    var largest: Float = 0
    for index in weights[0].indices {
      let mean = (weights[0][index] + weights[1][index] + weights[2][index]) / 3
      largest = max(largest, abs(mean - weights[3][index]))
    }
    #expect(largest < 1e-6)
    #expect(weights[3] != weights[0])
  }

  @Test func averageOfCaptioners() throws {
    let (one, two) = (
      try CaptionTests.makeModel(in: folder, "one", seed: 1),
      try CaptionTests.makeModel(in: folder, "two", seed: 2)
    )
    let outcome = try Command.run(["models", "average", folder.path("mean"), one, two])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let weights = try [one, two, folder.path("mean")].map {
      try CaptionModel(path: $0).weights.values
    }
    #expect(weights[0].count == weights[2].count && weights[2] != weights[0])
    for index in weights[2].indices {
      #expect(abs((weights[0][index] + weights[1][index]) / 2 - weights[2][index]) < 1e-6)
    }
    // The kind is the first model's; another kind is no part of its mean.
    let text = try TinyModel.make(in: folder)
    let mixed = try Command.run(["models", "average", folder.path("mixed"), one, text])
    #expect(mixed.status == 65)
    #expect(mixed.errors.contains("a translation model, not one that captions"))
  }

  @Test(arguments: [(WeightPrecision.int8, 0.01), (.float16, 0.001), (.float32, 0)])
  func convert(precision: WeightPrecision, tolerance: Double) throws {
    let model = try TinyModel.make(in: folder)
    let out = folder.path("out")
    let outcome = try Command.run([
      "models", "convert", model, out, "--precision", precision.rawValue,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let (old, new) = (try TranslationModel(path: model), try TranslationModel(path: out))
    let difference = zip(old.weights.values, new.weights.values).map { abs($0 - $1) }.max() ?? 1
    #expect(Double(difference) <= tolerance)
    #expect(old.description == new.description)
    #expect(
      try Command.run(["models", "info", out]).text.contains(
        "Weights                   \(precision.rawValue)\n"))
    #expect(try Command.run(["translate", "--model", out], input: "The cat.\n").lines.count == 1)
  }
}
