import Foundation
import Testing

@Suite struct CompareTests {
  let folder: Scratch

  init() throws {
    folder = try Scratch()
    try TinyRecipe.write(in: folder)
  }

  private func arguments(_ further: String...) -> [String] {
    ["compare", folder.path("recipe.yaml"), "--out", folder.path("compared")] + further
  }

  private func variants(_ outcome: Outcome) throws -> [[String: Any]] {
    let object = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any], "\(outcome.errors)")
    return try #require(object["variants"] as? [[String: Any]])
  }

  @Test func variantsAreTrainedAndCompared() throws {
    let plot = folder.path("plot.svg")
    let command = arguments(
      "--vary", "layerNormalization=false,true", "--variant", "small: model.decoderHiddenSize=12",
      "--variant", "as it is:", "--budget", "1m")
    let outcome = try Command.run(command + ["--svg", plot])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 5)
    for column in [
      "VARIANT", "DEV BLEU", "DEV LOSS", "UPDATES", "TOKENS/S", "WEIGHTS", "SIZE", "MEMORY",
    ] {
      #expect(outcome.lines[0].contains(column), "\(column)")
    }
    #expect(outcome.lines[1].hasPrefix("small, layerNormalization=false"))
    #expect(outcome.lines[4].hasPrefix("as it is, layerNormalization=true"))
    #expect(outcome.lines.dropFirst().allSatisfy { $0.hasSuffix("updates") })
    #expect(try isPlot(plot))
    let drawn = try String(contentsOfFile: plot, encoding: .utf8)
    for title in ["target tokens a second", "MB of the model", "MB of memory"] {
      #expect(drawn.contains("development BLEU by \(title)"))
    }
    // Each is a run as any other.
    let run = folder.path("compared/as-it-is-layerNormalization=true")
    #expect(try Command.run(["inspect", "run", run]).status == 0)

    // The second time nothing is trained, and one more variant is.
    try folder.file("test.xx", "The cat.\n")
    try folder.file("test.yy", "Das Haus.\n")
    let again = try Command.run(
      command + [
        "--variant", "seed 2: training.seed=2", "--json", "--source", folder.path("test.xx"),
        "--reference", folder.path("test.yy"),
      ])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("small, layerNormalization=false: trained before"))
    #expect(again.errors.components(separatedBy: "Training: ").count == 3)
    let found = try variants(again)
    #expect(found.count == 6)
    for variant in found {
      #expect(variant["status"] as? String == "done" && variant["updates"] as? Int == 10)
      #expect(variant["development"] is NSNumber && variant["test"] is NSNumber)
      #expect(variant["peakMemoryBytes"] as? Int ?? 0 > 1_000_000)
      #expect(variant["bytes"] as? Int ?? 0 > 1000 && variant["parameters"] as? Int ?? 0 > 1000)
    }
    #expect(
      found[0]["settings"] as? [String] == [
        "model.decoderHiddenSize=12", "model.layerNormalization=false",
      ])
  }

  @Test func captionersAreComparedToo() throws {
    try TinyRecipe.writeCaptions(in: folder)
    let outcome = try Command.run([
      "compare", folder.path("captions.yaml"), "--out", folder.path("compared"), "--vary",
      "attentionGate=true,false", "--json", "--reference", folder.path("captions.tsv"),
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try variants(outcome)
    #expect(found.map { $0["name"] as? String } == ["attentionGate=true", "attentionGate=false"])
    for variant in found {
      #expect(variant["status"] as? String == "done")
      #expect(variant["development"] is NSNumber && variant["test"] is NSNumber)
    }
  }

  /// One that cannot be trained is named, the others are trained, and it is tried again.
  @Test func aFailureDoesNotEndTheOthers() throws {
    let command = arguments("--vary", "training.memoryLimit=1,500", "--json")
    for _ in 0..<2 {
      let outcome = try Command.run(command)
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("memoryLimit=1: failed (exit code 78)"), "\(outcome.errors)")
      let found = try variants(outcome)
      #expect(found.map { $0["status"] as? String } == ["failed", "done"])
      #expect(found[0]["development"] is NSNull && found[1]["development"] is NSNumber)
    }
  }

  @Test(
    arguments: [
      (["--vary", "model.cel=lstm,gru"], "did you mean 'model.cell'?", 2),
      (["--vary", "model.cell=lstm,no-cell"], "one of", 2),
      (["--vary", "hiddenSize=1,2"], "is no setting", 2),
      (["--vary", "seed=1,2"], "may be training.seed or search.seed", 2),
      (["--vary", "cell=lstm"], "only one variant", 2),
      ([], "What shall vary?", 2),
      (["--vary", "training.seed=1,2", "--source", "none"], "to judge by", 2),
      (["--vary", "search.method=beam,sampling"], "'search.method' is another in", 2),
      (["--vary", "training.seed=1,2", "--svg", "/nonexistent/plot.svg"], "cannot be written", 73),
    ] as [([String], String, Int32)])
  func mistakesAreSaidBeforeAnythingIsTrained(
    further: [String], message: String, status: Int32
  ) throws {
    let outcome = try Command.run(
      ["compare", folder.path("recipe.yaml"), "--out", folder.path("none")] + further)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }

  @Test func whatWasBegunOtherwiseIsNotMixed() throws {
    let command = arguments("--vary", "training.seed=1,2")
    #expect(try Command.run(command + ["--budget", "1m"]).status == 0)
    let budget = try Command.run(command + ["--budget", "2m"])
    #expect(
      budget.status == 65 && budget.errors.contains("begun with --budget 60"), "\(budget.errors)")
    let threads = try Command.run(command + ["--budget", "1m", "--threads", "1"])
    #expect(threads.status == 65 && threads.errors.contains("with no --threads, not --threads 1"))
    let recipe = try Command.run(
      command + ["--budget", "1m", "--set", "training.learningRate=0.5"])
    #expect(
      recipe.status == 65 && recipe.errors.contains("means other settings"), "\(recipe.errors)")
    let text = try String(contentsOf: folder.url("recipe.yaml"), encoding: .utf8)
    try folder.file("recipe.yaml", text + "\n  learningRate: 0.5\n")
    let changed = try Command.run(command + ["--budget", "1m"])
    #expect(changed.status == 65 && changed.errors.contains("was begun with 'learningRate: 0.001'"))
  }

  /// Stopped by a signal, or killed, and given again: it goes on, and ends as it would have.
  @Test(arguments: [SIGTERM, SIGKILL]) func goesOnAfter(signal: Int32) throws {
    let command = arguments(
      "--vary", "training.seed=1,2", "--set", "training.updates=200", "--json")
    let process = Command.process(command)
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var said = Data()
    while !String(decoding: said, as: UTF8.self).contains("update 5: validation") {
      let more = errors.fileHandleForReading.availableData
      if more.isEmpty { break }
      said += more
    }
    kill(process.processIdentifier, signal)
    said += errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if signal == SIGTERM {
      #expect(process.terminationReason == .exit && process.terminationStatus == 143)
      #expect(String(decoding: said, as: UTF8.self).contains("the same command goes on"))
    }
    let outcome = try Command.run(command)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try variants(outcome)
    #expect(outcome.errors.contains("Going on after update"), "\(outcome.errors)")
    #expect(found.map { $0["updates"] as? Int } == [200, 200])
    #expect(found.allSatisfy { $0["status"] as? String == "done" })
    // They come to what they come to unbroken.
    let unbroken = try variants(
      Command.run(command + ["--out", folder.path("unbroken")]))
    #expect(
      found.map { $0["developmentLoss"] as? Double }
        == unbroken.map { $0["developmentLoss"] as? Double })
  }

  /// A variant that has had more time than the others is no equal.
  @Test func whatWasTrainedOnElsewhereIsNoSuccess() throws {
    let command = arguments("--vary", "training.seed=1,2", "--json")
    #expect(
      try variants(Command.run(command)).allSatisfy { $0["trainedOutside"] as? Bool == false })
    let further = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", folder.path("compared/seed=2"),
      "--set", "training.seed=2", "--set", "training.updates=20",
    ])
    #expect(further.status == 0, "\(further.errors)")
    let outcome = try Command.run(command)
    #expect(outcome.status == 1 && outcome.errors.contains("has had more time"))
    #expect(try variants(outcome).map { $0["trainedOutside"] as? Bool } == [false, true])
  }
}
