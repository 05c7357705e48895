import Foundation
import ImageFeatures
import Neural
import Testing

@Suite struct TrainTests {
  let folder: Scratch

  init() throws {
    folder = try Scratch()
    try TinyRecipe.write(in: folder)
  }

  @Test func trainsAndTranslatesAndAverages() throws {
    let run = folder.path("run")
    let outcome = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", run, "--threads", "1", "--set",
      "training.keepCheckpoints=2",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    for expected in [
      "pairs.tsv: 9 pairs", "update 5: validation loss ", "update 10: checkpoint ",
      "Stopped after update 10: all updates are made.", "s2s translate --model \(run)/best",
    ] {
      #expect(outcome.errors.contains(expected), "\(expected)")
    }
    #expect(!outcome.errors.contains("\u{1B}"))
    let translated = try Command.run(["translate", "--model", run + "/best"], input: "The cat.\n")
    #expect(translated.lines.count == 1)
    let mean = try Command.run(["models", "average", folder.path("mean"), run])
    #expect(mean.status == 0)
    #expect(mean.errors.contains("mean of 2 models: update-00000005.safetensors"))
    let arguments = ["train", folder.path("recipe.yaml"), "--out", run]
    let again = try Command.run(arguments)
    #expect(again.status == 0)
    #expect(again.errors.contains("Stopped after update 10: all updates are made."))
    let changed = try Command.run(arguments + ["--set", "training.learningRate=0.5"])
    #expect(changed.status == 65)
    #expect(changed.errors.contains("put that back, or start a new run with another --out"))
  }

  /// One setting makes a recipe one of another cell, which the model's folder then says.
  @Test(arguments: CellKind.allCases) func aCellIsASetting(_ kind: CellKind) throws {
    let run = folder.path("run")
    let outcome = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", run, "--set", "model.cell=\(kind.rawValue)",
      "--set", "model.layerNormalization=true", "--set", "model.zoneoutHidden=0.1", "--set",
      "training.recurrentWeightDropout=0.1", "--set", "training.updates=5",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let json = try String(contentsOfFile: run + "/best/model.json", encoding: .utf8)
    #expect(json.contains("\"cell\" : \"\(kind.rawValue)\"") && json.contains("zoneoutHidden"))
    let translated = try Command.run(["translate", "--model", run + "/best"], input: "The cat.\n")
    #expect(translated.status == 0 && translated.lines.count == 1)
  }

  @Test func whatIsNoRunIsNotWrittenOver() throws {
    let recipe = try Data(contentsOf: folder.url("recipe.yaml"))
    let own = try Command.run(["train", folder.path("recipe.yaml"), "--out", folder.path])
    #expect(own.status == 65 && own.errors.contains("recipe.yaml: would be written over"))
    #expect(try Data(contentsOf: folder.url("recipe.yaml")) == recipe)
    let model = try TinyModel.make(in: folder)
    let other = try Command.run(["train", folder.path("recipe.yaml"), "--out", model])
    #expect(other.status == 65 && other.errors.contains("belongs to no training run"))
    #expect(try Command.run(["translate", "--model", model], input: "The cat.\n").status == 0)
    try folder.file("a-file", "text")
    let file = try Command.run([
      "train", folder.path("recipe.yaml"), "--out", folder.path("a-file"),
    ])
    #expect(file.status == 73 && file.errors.contains("is a file, not a folder"))
  }

  @Test func aRunWithoutItsCheckpointsKeepsItsBestModel() throws {
    let arguments = ["train", folder.path("recipe.yaml"), "--out", folder.path("run")]
    #expect(try Command.run(arguments).status == 0)
    let best = try Data(contentsOf: folder.url("run/best/weights.safetensors"))
    try FileManager.default.removeItem(atPath: folder.path("run/checkpoints"))
    let again = try Command.run(arguments)
    #expect(again.status == 65 && again.errors.contains("checkpoints of this run have gone"))
    #expect(try Data(contentsOf: folder.url("run/best/weights.safetensors")) == best)
  }

  @Test func trainsACaptioner() throws {
    for (number, name) in ["a.png", "b.png", "c.png"].enumerated() {
      let pixels = [UInt8](repeating: UInt8(80 * number), count: 3 * 30 * 20)
      let image = RGBImage(width: 30, height: 20, pixels: pixels)
      try folder.file(name, Data(ImageCodec.encodePNG(image)))
    }
    try folder.file("bad.png", "no picture")
    try folder.file(
      "captions.tsv",
      "a.png\tThe dark one.\nb.png\tThe other one.\nc.png\tA third.\nbad.png\tNone.\n")
    try folder.file(
      "captions.yaml",
      """
      kind: caption
      target: xx
      data:
        train: [{captions: captions.tsv}]
        dev: [{captions: captions.tsv}]
      image: {network: tiny, trains: true, training: {normalization: batch}}
      vocabulary: {size: 280, minimumCount: 1}
      model: {embeddingSize: 8, hiddenSize: 12, memorySize: 12}
      training: {updates: 2, validationInterval: 2, pieces: 2}
      """)
    let run = folder.path("run")
    let arguments = ["train", folder.path("captions.yaml"), "--out", run]
    let outcome = try Command.run(arguments)
    #expect(outcome.status == 0)
    for expected in [
      "captions: pictures to xx, in \(run)", "bad.png", "update 2: validation loss ", "CIDEr",
      "To caption:   s2s caption --model \(run)/best photo.jpg",
    ] {
      #expect(outcome.errors.contains(expected), "\(expected) in \(outcome.errors)")
    }
    let caption = try Command.run(["caption", "--model", run + "/best", folder.path("a.png")])
    #expect(caption.status == 0 && caption.lines.count == 1)
    for (setting, status, message) in [
      ("data.train=[{captions: none.tsv}]", 66 as Int32, "none.tsv"),
      ("image.weights=none.safetensors", 66, "none.safetensors"),
      ("start=none", 66, "no such model folder"),
    ] {
      let failed = try Command.run([
        "train", folder.path("captions.yaml"), "--out", folder.path("failed"), "--set", setting,
      ])
      #expect(failed.status == status, "\(setting): \(failed.status) \(failed.errors)")
      #expect(failed.errors.contains(message), "\(setting): \(failed.errors)")
    }
  }

  /// The first signal writes a checkpoint from which the same command goes on.
  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signals(signal: Int32, status: Int32) throws {
    let arguments = [
      "train", folder.path("recipe.yaml"), "--out", folder.path("run"), "--threads", "1", "--set",
      "training.updates=0",
    ]
    let process = Command.process(arguments + ["--budget", "1m"])
    let errors = Pipe()
    process.standardError = errors
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
    let text = String(decoding: said, as: UTF8.self)
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == status)
    #expect(text.contains("asked to stop; a checkpoint is written."))
    #expect(text.contains("To go on:     s2s train "))

    let resumed = try Command.run(arguments + ["--budget", "4s"])
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("Going on after update "))
    #expect(resumed.errors.contains("the time is used up"))
  }
}
