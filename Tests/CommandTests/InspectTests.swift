import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whether a file is well-formed XML with a plot in it that shows something.
func isPlot(_ path: String) throws -> Bool {
  let data = try Data(contentsOf: URL(fileURLWithPath: path))
  let text = String(decoding: data, as: UTF8.self)
  return XMLParser(data: data).parse() && text.contains("<svg ") && text.contains("class=\"plot\"")
    && (text.contains("<polyline ") || text.contains("<circle "))
}

@Suite struct InspectTests {
  let folder: Scratch

  init() throws {
    folder = try Scratch()
    try TinyRecipe.write(in: folder)
  }

  @Test func gradientsOfAModel() throws {
    let model = try TinyModel.make(in: folder)
    let plot = folder.path("flow.svg")
    let outcome = try Command.run(["inspect", "gradients", model, "--svg", plot])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.lines[0].contains("tiny xx-yy (lstm)"))
    #expect(outcome.lines[1].contains("encoder: drawn tokens"))
    let rows = outcome.lines.dropFirst(4).map { $0.split(separator: " ") }
    #expect(
      rows.map { "\($0[0]) \($0[1])" } == [
        "encoder.0.forward h", "encoder.0.forward c", "encoder.0.backward h",
        "encoder.0.backward c", "decoder.0 h", "decoder.0 c",
      ])
    #expect(rows.allSatisfy { $0.count == 10 })
    #expect(try isPlot(plot))
  }

  @Test func gradientsAsJSONOfATextOfOnesOwn() throws {
    let model = try TinyModel.make(in: folder)
    try folder.file("text", "The cat sleeps.\n\nA dog barks.\n")
    let arguments = ["inspect", "gradients", model, "--json", "--vectors", "3"]
    let drawn = try Command.run(arguments)
    let text = try Command.run(arguments + ["--text", folder.path("text")])
    #expect(drawn.status == 0 && text.status == 0)
    let (first, second) = (try object(drawn), try object(text))
    #expect((second["sequences"] as? [String: String])?["encoder"] == folder.path("text"))
    #expect(first["vectors"] as? Int == 3)
    for object in [first, second] {
      let layers = try #require(object["layers"] as? [[String: Any]])
      #expect(layers.count == 6)
      let points = try #require(layers[0]["gradient"] as? [[String: Any]])
      #expect(points.compactMap { $0["steps"] as? Int } == [1, 2, 5, 10, 20, 50, 100, 200])
    }
    #expect(try Command.run(arguments).text == drawn.text)
    #expect(drawn.text != text.text)
  }

  @Test func captionersAreInspectedToo() throws {
    try TinyRecipe.writeCaptions(in: folder)
    let run = folder.path("run")
    let trained = try Command.run([
      "train", folder.path("captions.yaml"), "--out", run, "--set", "model.layers=2", "--set",
      "training.rDrop=1",
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    let plot = folder.path("run.svg")
    let report = try Command.run(["inspect", "run", run, "--svg", plot])
    #expect(report.status == 0 && report.text.contains("CIDEr"), "\(report.errors)")
    #expect(try isPlot(plot))
    try folder.file("text", "The dark one.\n")
    var found: Set<String> = []
    for further in [[], ["--picture", folder.path("a.png")], ["--text", folder.path("text")]] {
      let outcome = try Command.run(["inspect", "gradients", run, "--json"] + further)
      let layers = try #require(try object(outcome)["layers"] as? [[String: Any]])
      #expect(
        layers.compactMap { $0["layer"] as? String } == [
          "decoder.0", "decoder.0", "decoder.1", "decoder.1",
        ])
      found.insert(outcome.text)
    }
    #expect(found.count == 3)
    let other = try Command.run(["inspect", "gradients", run, "--target-text", "none"])
    #expect(other.status == 2 && other.errors.contains("goes with a translator"))
  }

  @Test func languageModelsAreInspectedToo() throws {
    try folder.file("text.txt", TinyModel.text.map { $0 + "\n" }.joined())
    try folder.file(
      "text.yaml",
      """
      kind: language-model
      language: xx
      data: {train: [{text: text.txt}], dev: [{text: text.txt}], continuous: false}
      vocabulary: {size: 280}
      model: {layers: 2, embeddingSize: 8, hiddenSize: 12}
      training: {updates: 4, validationInterval: 2, batchTokens: 60, averageAfter: 1, optimizer: sgd,
        learningRate: 0.5}
      """)
    let run = folder.path("run")
    let trained = try Command.run(["train", folder.path("text.yaml"), "--out", run])
    #expect(trained.status == 0, "\(trained.errors)")
    let report = try Command.run(["inspect", "run", run])
    #expect(report.status == 0 && report.text.contains("perplexity"), "\(report.text)")
    try folder.file("other", "The cat.\n")
    var found: [String] = []
    for further in [[], ["--text", folder.path("other")], ["--checkpoint", "last"]] {
      let outcome = try Command.run(["inspect", "gradients", run, "--json"] + further)
      let layers = try #require(try object(outcome)["layers"] as? [[String: Any]])
      #expect(
        layers.map { "\($0["layer"] ?? "") \($0["state"] ?? "")" } == [
          "layer.0 h", "layer.0 c", "layer.1 h", "layer.1 c",
        ])
      found.append(outcome.text)
    }
    #expect(found[0] != found[1])
    for option in ["--picture", "--target-text"] {
      let other = try Command.run(["inspect", "gradients", run, option, "a"])
      #expect(other.status == 2 && other.errors.contains("does not go with a language model"))
    }
  }

  @Test func whatCannotBeInspectedIsSaid() throws {
    let model = try TinyModel.make(in: folder)
    try folder.file("empty", "\n")
    for (arguments, status, message) in [
      ([model, "--text", folder.path("empty")], 65 as Int32, "there is no text"),
      ([model, "--text", folder.path("none")], 66, "none"),
      ([model, "--picture", "a.png"], 2, "goes with a captioner"),
      ([model, "--checkpoint", "last"], 2, "is no training run"),
      ([model, "--vectors", "0"], 2, "must be 1 to 256"),
      (["nobody"], 66, "nobody"),
    ] {
      let outcome = try Command.run(["inspect", "gradients"] + arguments)
      #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
    }
    let run = try Command.run(["inspect", "run", model])
    #expect(run.status == 65 && run.errors.contains("not a training run"))
  }

  @Test func aRunAndItsCheckpoints() throws {
    let run = folder.path("run")
    let trained = try Command.run(["train", folder.path("recipe.yaml"), "--out", run])
    #expect(trained.status == 0)
    let log = try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8)
    #expect(log.contains("\"trainingLoss\":") && log.contains("\"elapsed\":"))
    let plot = folder.path("run.svg")
    let text = try Command.run(["inspect", "run", run, "--svg", plot])
    #expect(text.status == 0, "\(text.errors)")
    for expected in [
      "10 updates, stopped: updates", "weights", "development loss", "training loss",
    ] {
      #expect(text.text.contains(expected), "\(expected) in \(text.text)")
    }
    #expect(try isPlot(plot))
    let json = try object(try Command.run(["inspect", "run", run, "--json"]))
    #expect(json["updates"] as? Int == 10 && json["stopped"] as? String == "updates")
    let remarks = try #require(json["remarks"] as? [[String: String]])
    // What `train` said at its end.
    for remark in remarks {
      #expect(trained.errors.contains(remark["finding"] ?? "?"))
      #expect(trained.errors.contains(remark["advice"] ?? "?"))
    }
    for (checkpoint, path) in [
      ("best", run + "/best"), ("last", run + "/checkpoints/update-00000010.safetensors"),
    ] {
      let arguments = [
        "inspect", "gradients", run, "--checkpoint", checkpoint, "--vectors", "2",
      ]
      let outcome = try Command.run(arguments)
      #expect(outcome.status == 0 && outcome.lines.count == 10, "\(outcome.errors)")
      #expect(try object(Command.run(arguments + ["--json"]))["path"] as? String == path)
    }
  }

  /// What a log is a sign of is said when training ends.
  @Test func trainingSaysThatItWasTooShort() throws {
    let outcome = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", folder.path("run"), "--set",
      "training.updates=20", "--set", "training.warmup=0", "--set", "training.learningRate=0.01",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("Note: training was still getting better"), "\(outcome.errors)")
    #expect(outcome.errors.contains("raise 'training.updates'"))
  }

  private func object(_ outcome: Outcome) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any], "\(outcome.errors)")
  }
}
