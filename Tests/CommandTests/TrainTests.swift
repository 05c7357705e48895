import Foundation
import Testing

@Suite struct TrainTests {
  let folder: Scratch

  init() throws {
    folder = try Scratch()
    let pairs = zip(TinyModel.text, TinyModel.text.reversed()).map { "\($0)\t\($1)\n" }.joined()
    try folder.file("pairs.tsv", pairs)
    try folder.file(
      "recipe.yaml",
      """
      source: xx
      target: yy
      data:
        train:
          - tsv: pairs.tsv
        dev:
          - tsv: pairs.tsv
      vocabulary:
        size: 300
      model:
        embeddingSize: 12
        encoderHiddenSize: 8
        decoderHiddenSize: 16
      training:
        batchTokens: 100
        validationInterval: 5
        patience: 0
        epochs: 0
        updates: 10
      """)
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
