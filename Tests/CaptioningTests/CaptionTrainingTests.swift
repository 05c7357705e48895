import Captioning
import Foundation
import ImageFeatures
import Neural
import Recipes
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct CaptionTrainingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A recipe that begins with a captioner which has seen the pictures once.
  func recipe() throws -> CaptionRecipe {
    var recipe = try firstRecipe()
    var first = recipe
    first.training.updates = 1
    first.image.trains = true
    first.image.training.normalization = .batch
    recipe.start = try train(first, in: "start").bestModel
    return recipe
  }

  func firstRecipe() throws -> CaptionRecipe {
    let captions = try TinyCaptioner.write(to: folder.path)
    var recipe = CaptionRecipe()
    recipe.name = "colours"
    recipe.target = "en"
    recipe.data.train = [CaptionSource(captions: captions)]
    recipe.data.dev = recipe.data.train
    recipe.image.network = .tiny
    recipe.image.augmentation.mirror = false
    recipe.vocabulary.size = 300
    recipe.vocabulary.minimumCount = 1
    recipe.model.embeddingSize = 24
    recipe.model.hiddenSize = 48
    recipe.model.memorySize = 32
    recipe.training.updates = 120
    recipe.training.batchTokens = 120
    recipe.training.learningRate = 0.01
    recipe.training.warmup = 10
    recipe.training.inputDropout = 0
    recipe.training.outputDropout = 0
    recipe.training.validationInterval = 40
    recipe.search.beam = 2
    return recipe
  }

  func train(
    _ recipe: CaptionRecipe, in run: String, updates: Int = .max, workers: Int = 2,
    prepare: @escaping (CaptionTraining.Preparation) -> Void = { _ in }
  ) throws -> CaptionTraining {
    let training = try CaptionTraining(
      recipe, folder: folder.path + "/" + run, workers: workers, prepare: prepare,
      report: { _ in })
    let last = updates == .max ? Int.max : training.state.update + updates
    _ = try training.run(isInterrupted: { training.state.update >= last })
    return training
  }

  @Test func learnsToTellColoursFromFrozenFeatures() throws {
    let training = try train(recipe(), in: "run")
    let captioner = try Captioner(path: training.bestModel)
    #expect(captioner.language == "en" && captioner.grid == (4, 4))
    var right = 0
    for colour in TinyCaptioner.colours {
      let other = TinyCaptioner.colours[colour.name == "red" ? 1 : 0]
      let caption = try captioner.caption(TinyCaptioner.picture(colour.rgb, other.rgb))
      if caption.text.contains(colour.name) { right += 1 }
    }
    #expect(right >= 3)
  }

  /// The state begins with what every cell has; what is drawn for self-criticism is decoded with it too.
  @Test(arguments: CellKind.allCases) func everyCellCaptions(_ kind: CellKind) throws {
    var recipe = try firstRecipe()
    recipe.model.cell = kind
    recipe.model.zoneoutHidden = 0.05
    recipe.training.recurrentWeightDropout = 0.1
    recipe.training.updates = 2
    recipe.image.trains = true
    recipe.image.training.normalization = .batch
    recipe.start = try train(recipe, in: "start").bestModel
    recipe.image.trains = false
    recipe.objective.selfCritical = true
    let captioner = try Captioner(path: train(recipe, in: "run").bestModel)
    let caption = try captioner.caption(TinyCaptioner.picture([220, 30, 30], [30, 60, 220]))
    #expect(try #require(caption.candidates.first).score.isFinite)
  }

  @Test func aTrainedCaptionerIsQuantizedByCIDEr() throws {
    let recipe = try recipe()
    let model = try train(recipe, in: "run").bestModel
    let images = try CaptionedImages(reading: recipe.data.train)
    let judge = try CaptionJudge(metric: .cider, images: images, name: "colours", threads: 2)
    let (out, scratch) = (folder.path + "/small", folder.path + "/scratch")
    let report = try Quantizer(path: model, judge: judge, maxDrop: 0.3)
      .run(out: out, scratch: scratch, progress: { _ in })
    #expect(report.isWithinBound && report.before.score > 0.5)
    #expect(report.data.count == 12 && report.data.unit == .pictures)
    #expect(report.parts.contains { $0.precision == .int8 })
    // What was written is what was measured.
    #expect(try judge.judge(path: out).score == report.after.score)
  }

  @Test func aStoppedRunGoesOnToTheSameWeightsWithAnyNumberOfWorkers() throws {
    var recipe = try recipe()
    recipe.training.updates = 30
    recipe.training.validationInterval = 10
    recipe.training.inputDropout = 0.2
    recipe.objective.coverage = 0.5
    let whole = try train(recipe, in: "whole", workers: 1)
    _ = try train(recipe, in: "parts", updates: 13)
    let parts = try train(recipe, in: "parts")
    for file in ["weights.safetensors", "subwords.txt"] {
      #expect(
        FileManager.default.contents(atPath: whole.bestModel + "/" + file)
          == FileManager.default.contents(atPath: parts.bestModel + "/" + file), "\(file)")
    }
  }

  /// What is drawn by chance goes on too: tokens fed in place of those of the caption, and captions of its own.
  @Test(arguments: [false, true])
  func aStoppedRunGoesOnWithWhatIsDrawn(_ selfCritical: Bool) throws {
    var recipe = try recipe()
    recipe.training.updates = 9
    recipe.training.validationInterval = 3
    if selfCritical {
      recipe.objective.selfCritical = true
    } else {
      recipe.objective.scheduledSampling = 0.5
      recipe.objective.samplingUpdates = 8
    }
    let whole = try train(recipe, in: "whole", workers: 1)
    _ = try train(recipe, in: "parts", updates: 4)
    _ = try train(recipe, in: "parts")
    let last = try ["whole", "parts"].map { run in
      let path = folder.path + "/\(run)/checkpoints/update-00000009.safetensors"
      return try SafetensorsFile(path: path).floats("weights").map(\.bitPattern)
    }
    #expect(last[0] == last[1] && whole.state.update == 9)
  }

  @Test(arguments: [ImageTraining.Normalization.frozen, .batch])
  func theConvolutionalNetworkLearnsToo(_ normalization: ImageTraining.Normalization) throws {
    var recipe = try recipe()
    recipe.training.updates = 6
    recipe.training.accumulation = 2
    recipe.training.validationInterval = 3
    recipe.image.trains = true
    recipe.image.training.normalization = normalization
    recipe.image.training.learningRate = 1
    let whole = try train(recipe, in: "whole", workers: 1)
    _ = try train(recipe, in: "parts", updates: 4)
    let parts = try train(recipe, in: "parts")
    let weights = FileManager.default.contents(atPath: whole.bestModel + "/weights.safetensors")
    #expect(
      weights == FileManager.default.contents(atPath: parts.bestModel + "/weights.safetensors"))
    let model = try CaptionModel(path: whole.bestModel)
    let first = try CaptionModel(path: recipe.start).weights
    func moved(_ name: String) throws -> Bool {
      let parameter = try #require(model.network.table.parameter(named: name))
      return parameter.cut(from: model.weights).values != parameter.cut(from: first).values
    }
    #expect(try moved("image.stem.weight") && moved("decoder.embedding"))
    #expect(try moved("image.stem.mean") == (normalization == .batch))
  }

  /// What batch normalisation has seen in a step that explodes is forgotten with it.
  @Test func aStepThatExplodesIsUndoneWithItsRunningMeans() throws {
    var recipe = try firstRecipe()
    recipe.training.updates = 12
    recipe.training.validationInterval = 3
    recipe.training.warmup = 0
    recipe.training.learningRate = 4
    recipe.training.clipNorm = 0
    recipe.image.trains = true
    recipe.image.training.normalization = .batch
    recipe.image.training.learningRate = 1
    let whole = try train(recipe, in: "whole", workers: 1)
    #expect(whole.state.undone > 0 && whole.state.update == 12)
    _ = try train(recipe, in: "parts", updates: 2)
    _ = try train(recipe, in: "parts", updates: 5)
    _ = try train(recipe, in: "parts")
    let last = try ["whole", "parts"].map { run in
      let path = folder.path + "/\(run)/checkpoints/update-00000012.safetensors"
      return try SafetensorsFile(path: path).floats("weights").map(\.bitPattern)
    }
    #expect(last[0] == last[1])
  }

  @Test func anotherRunBeginsWithAModelsWeights() throws {
    var recipe = try recipe()
    recipe.training.updates = 5
    recipe.training.validationInterval = 5
    let first = try train(recipe, in: "first")
    recipe.start = first.bestModel
    recipe.training.updates = 1
    recipe.training.learningRate = 1e-9
    let second = try train(recipe, in: "second")
    let (a, b) = (
      try CaptionModel(path: first.bestModel), try CaptionModel(path: second.bestModel)
    )
    for (x, y) in zip(a.weights.values, b.weights.values) where abs(x - y) > 1e-5 {
      Issue.record("\(x) became \(y)")
      break
    }
    // It does not go on with another beginning.
    recipe.training.updates = 2
    recipe.start = try train(recipe, in: "other").bestModel
    #expect(throws: ModelError.self) { try train(recipe, in: "second") }
    recipe.start = first.bestModel
    recipe.model.hiddenSize = 32
    #expect(throws: (any Error).self) { try train(recipe, in: "third") }
  }

  /// A checkpoint holds what learns; what stays as it is comes from the run's best model.
  @Test func theMeanOfARunsCheckpointsIsACaptioner() throws {
    var recipe = try recipe()
    recipe.training.updates = 10
    recipe.training.validationInterval = 5
    recipe.training.keepCheckpoints = 2
    let training = try train(recipe, in: "run")
    let mean = try CaptionModel.average(of: [training.folder])
    let best = try CaptionModel(path: training.bestModel)
    let files = ["05", "10"].map {
      training.folder + "/checkpoints/update-000000\($0).safetensors"
    }
    let learned = try files.map { path in
      let file = try SafetensorsFile(path: path)
      return try file.floats(file.contains("average") ? "average" : "weights")
    }
    let values = (mean.weights.values, best.weights.values)
    #expect(learned[0].count < values.0.count && learned[0] != learned[1])
    for index in values.0.indices {
      let expected =
        index < learned[0].count ? (learned[0][index] + learned[1][index]) / 2 : values.1[index]
      #expect(abs(values.0[index] - expected) < 1e-6, "\(index)")
    }
  }

  /// With the default of checkpoints kept, the first weights are among them and must not be part of a mean.
  @Test func theFirstWeightsAreNoPartOfAMean() throws {
    var recipe = try recipe()
    recipe.training.updates = 3
    recipe.training.validationInterval = 3
    let training = try train(recipe, in: "run")
    let mean = try CaptionModel.average(of: [training.folder])
    let best = try CaptionModel(path: training.bestModel)
    #expect(mean.weights.values == best.weights.values)
  }

  @Test func whatSearchSaysIsFixedWhereItShapesTraining() throws {
    var recipe = try recipe()
    recipe.training.updates = 2
    _ = try train(recipe, in: "plain", updates: 1)
    recipe.search.maxLengthOffset = 20
    _ = try train(recipe, in: "plain")
    recipe.objective.selfCritical = true
    _ = try train(recipe, in: "critical", updates: 1)
    recipe.search.maxLengthOffset = 30
    let error = #expect(throws: ModelError.self) { try train(recipe, in: "critical") }
    #expect(error?.description.contains("maxLengthOffset") == true)
  }

  @Test func whatIsLeftOutIsCountedInTheLog() throws {
    var recipe = try recipe()
    recipe.training.updates = 1
    try Data("damaged".utf8).write(to: URL(fileURLWithPath: folder.path + "/red-green.png"))
    let run = try train(recipe, in: "run").folder
    let log = try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8)
    #expect(log.contains("\"event\":\"leftOut\"") && log.contains("\"pictures\":2"))
    #expect(log.contains("red-green.png"))
    // Going on does not count them once more.
    recipe.training.updates = 2
    _ = try train(recipe, in: "run")
    let later = try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8)
    #expect(later.components(separatedBy: "\"leftOut\"").count == 2)
  }

  /// Steps are fed what the decoder would have said: the loss on captions as they are gets worse for it.
  @Test func scheduledSamplingFeedsOtherTokens() throws {
    var recipe = try recipe()
    recipe.training.updates = 20
    recipe.training.validationInterval = 20
    let plain = try train(recipe, in: "plain")
    recipe.objective.scheduledSampling = 0.5
    recipe.objective.samplingUpdates = 1
    let sampled = try train(recipe, in: "sampled", workers: 1)
    let again = try train(recipe, in: "again", workers: 2)
    let losses = [plain, sampled, again].compactMap { $0.state.best?.result.loss }
    #expect(losses.count == 3 && losses[0] != losses[1] && losses[1] == losses[2])
  }

  /// A captioner that is right now and then becomes right more often by its own captions alone.
  @Test func selfCriticalTrainingRaisesCIDEr() throws {
    var recipe = try recipe()
    recipe.training.updates = 35
    recipe.training.validationInterval = 35
    let first = try train(recipe, in: "first")
    recipe.start = first.bestModel
    recipe.objective.selfCritical = true
    recipe.training.updates = 30
    recipe.training.validationInterval = 10
    recipe.training.learningRate = 0.0003
    let second = try train(recipe, in: "second", workers: 1)
    let again = try train(recipe, in: "again", workers: 2)
    let before = try #require(first.state.best?.result.cider)
    let after = try #require(second.state.best?.result.cider)
    #expect(after > before)
    #expect(second.state.best == again.state.best)
  }
}
