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
  private func recipe() throws -> CaptionRecipe {
    var recipe = try firstRecipe()
    var first = recipe
    first.training.updates = 1
    first.image.trains = true
    first.image.training.normalization = .batch
    recipe.start = try train(first, in: "start").bestModel
    return recipe
  }

  private func firstRecipe() throws -> CaptionRecipe {
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

  private func train(
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

  @Test func aBadPictureIsNamedAndLeftOut() throws {
    var recipe = try recipe()
    recipe.training.updates = 2
    recipe.training.validationInterval = 2
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder.path + "/red-green.png"))
    for trains in [false, true] {
      recipe.image.trains = trains
      var problems: [PictureError] = []
      let training = try train(recipe, in: "run \(trains)") { preparation in
        if case .leftOut(let error) = preparation { problems.append(error) }
      }
      // Once among those to learn from, once among those to judge by.
      #expect(problems.map(\.name) == Array(repeating: folder.path + "/red-green.png", count: 2))
      #expect(training.state.update == 2)
    }
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

  @Test func theSameWeightsGoOnWithLargerPictures() throws {
    var recipe = try recipe()
    recipe.training.updates = 1
    recipe.training.validationInterval = 1
    recipe.image.inputSize = 96
    let training = try train(recipe, in: "large")
    let captioner = try Captioner(path: training.bestModel)
    #expect(captioner.preparation.size == 96 && captioner.grid == (6, 6))
    let colour = TinyCaptioner.picture([220, 30, 30], [30, 60, 220])
    #expect(try !captioner.caption(colour).text.isEmpty)
  }

  @Test func featuresAreComputedOnce() throws {
    var recipe = try recipe()
    recipe.training.updates = 1
    recipe.data.featureCache = folder.path + "/cache"
    var computed = 0
    for run in ["a", "b"] {
      _ = try train(recipe, in: run) { preparation in
        if case .features(let done, let count) = preparation, done == count { computed += count }
      }
    }
    // Twelve pictures to learn from, the same twelve in the same single view to judge by.
    #expect(computed == 12)
    // A picture that has been replaced is another one, and so are features that a killed run has left.
    try Data(ImageCodec.encodePNG(TinyCaptioner.picture([1, 2, 3], [4, 5, 6])))
      .write(to: URL(fileURLWithPath: folder.path + "/red-green.png"))
    _ = try train(recipe, in: "c") { preparation in
      if case .features(let done, let count) = preparation, done == count { computed += count }
    }
    #expect(computed == 24)
    let files = try FileManager.default.contentsOfDirectory(atPath: recipe.data.featureCache)
    // Of two sets of features each their numbers, what they are of, and a lock.
    #expect(files.count == 6 && !files.contains { $0.hasSuffix(".partial") })
    // What is damaged or gone is made anew.
    for (run, suffix, length) in [("d", ".json", nil), ("e", ".f16", nil), ("f", ".f16", 100)] {
      for file in try FileManager.default.contentsOfDirectory(atPath: recipe.data.featureCache)
      where file.hasSuffix(suffix) {
        let path = recipe.data.featureCache + "/" + file
        let bytes = try #require(FileManager.default.contents(atPath: path))
        try FileManager.default.removeItem(atPath: path)
        if let length { try bytes.prefix(length).write(to: URL(fileURLWithPath: path)) }
      }
      let before = computed
      _ = try train(recipe, in: run) { preparation in
        if case .features(let done, let count) = preparation, done == count { computed += count }
      }
      // There are two sets of twelve, and only that of this run's pictures is made again.
      #expect(computed == before + 12, "\(run)")
    }
  }

  /// Beside the features of each picture there are those of the mirrored one.
  @Test func mirroredPicturesHaveFeaturesToo() throws {
    var recipe = try recipe()
    recipe.training.updates = 1
    var rows: [HalfPrecisionRows] = []
    for (name, mirror) in [("both", true), ("mirrored", false)] {
      recipe.image.augmentation.mirror = mirror
      recipe.data.featureCache = folder.path + "/" + name
      if name == "mirrored" {
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.hasSuffix(".png") {
          let url = URL(fileURLWithPath: folder.path + "/" + file)
          let image = try ImageCodec.decode(Array(Data(contentsOf: url)))
          let rows = (0..<image.height).flatMap { row in
            (0..<image.width).reversed().flatMap { column in
              let pixel = 3 * (row * image.width + column)
              return image.pixels[pixel..<pixel + 3]
            }
          }
          let mirrored = RGBImage(width: image.width, height: image.height, pixels: rows)
          try Data(ImageCodec.encodePNG(mirrored)).write(to: url)
        }
      }
      _ = try train(recipe, in: "run " + name)
      let files = try FileManager.default.contentsOfDirectory(atPath: recipe.data.featureCache)
        .filter { $0.hasSuffix(".f16") }.map { recipe.data.featureCache + "/" + $0 }
      let columns = ConvolutionalConfig.tiny.featureChannels
      rows.append(
        try #require(
          files.compactMap { HalfPrecisionRows(path: $0, columns: columns) }
            .max { $0.count < $1.count }))
    }
    let places = 16
    #expect(rows[0].count == 2 * 12 * places && rows[1].count == 12 * places)
    for picture in 0..<12 {
      let views = (0..<2).map { view in
        let features = Tensor(rows: places, columns: rows[0].columns)
        let first = (2 * picture + view) * places
        rows[0].read(first..<first + places, into: features)
        return features.values
      }
      let expected = Tensor(rows: places, columns: rows[1].columns)
      rows[1].read(picture * places..<(picture + 1) * places, into: expected)
      #expect(views[1] == expected.values && views[0] != expected.values, "\(picture)")
    }
  }

  @Test func picturesMayBeCroppedMirroredAndRecoloured() throws {
    var recipe = try firstRecipe()
    recipe.image.trains = true
    recipe.image.training.normalization = .batch
    recipe.image.augmentation = ImageAugmentation()
    recipe.image.fit = .crop
    recipe.image.shortSide = 72
    recipe.training.updates = 4
    recipe.training.validationInterval = 2
    let whole = try train(recipe, in: "whole", workers: 1)
    _ = try train(recipe, in: "parts", updates: 3)
    let parts = try train(recipe, in: "parts")
    #expect(whole.state.best == parts.state.best)
    let captioner = try Captioner(path: whole.bestModel)
    #expect(captioner.preparation.fit == .crop && captioner.preparation.shortSide == 72)
  }

  /// What was read when the run began cannot be read now: its batches would be others.
  @Test func aRunDoesNotGoOnWithFewerPictures() throws {
    var recipe = try recipe()
    recipe.training.updates = 4
    recipe.training.validationInterval = 2
    _ = try train(recipe, in: "run", updates: 2)
    try Data("damaged".utf8).write(to: URL(fileURLWithPath: folder.path + "/red-green.png"))
    let error = #expect(throws: ModelError.self) { try train(recipe, in: "run") }
    #expect(error?.description.contains("the training data has changed") == true)
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

  @Test func picturesThatGoMissingAreNamedAndTheRestIsLearnedFrom() throws {
    var recipe = try firstRecipe()
    recipe.image.trains = true
    recipe.image.training.normalization = .batch
    recipe.training.updates = 6
    recipe.training.validationInterval = 3
    var gone: [String] = []
    let training = try CaptionTraining(
      recipe, folder: folder.path + "/run", workers: 2,
      prepare: { if case .leftOut(let error) = $0 { gone.append(error.name) } }, report: { _ in })
    try FileManager.default.removeItem(atPath: folder.path + "/red-green.png")
    #expect(try training.run() == .updates)
    #expect(Set(gone) == [folder.path + "/red-green.png"])
    let model = try CaptionModel(path: training.bestModel)
    #expect(!model.weights.values.contains { !$0.isFinite })
  }

  @Test func aRunWhosePicturesHaveAllGoneEndsAndSaysSo() throws {
    var recipe = try firstRecipe()
    recipe.image.trains = true
    recipe.image.training.normalization = .batch
    recipe.training.updates = 6
    let training = try CaptionTraining(
      recipe, folder: folder.path + "/run", workers: 2, prepare: { _ in }, report: { _ in })
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".png") {
      try FileManager.default.removeItem(atPath: folder.path + "/" + file)
    }
    let error = #expect(throws: TrainingError.self) { try training.run() }
    #expect(error?.description.contains("their examples can no longer be read") == true)
  }

  @Test func aPictureThatCanBeReadAgainIsLearnedFrom() throws {
    var recipe = try recipe()
    recipe.training.updates = 1
    recipe.data.featureCache = folder.path + "/cache"
    let path = folder.path + "/red-green.png"
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    // As long as the picture and of the same time: nothing but its bytes tells them apart, as where a disk fails.
    for (run, bytes, expected) in [("a", Data(count: good.count), 2), ("b", good, 0)] {
      try bytes.write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path)
      var gone = 0
      _ = try train(recipe, in: run) { if case .leftOut = $0 { gone += 1 } }
      #expect(gone == expected, "\(run)")
    }
  }

  /// Where pictures lie may change, though one of them cannot be read.
  @Test func aRunGoesOnAfterItsDataHasMoved() throws {
    var recipe = try recipe()
    recipe.training.updates = 2
    recipe.data.featureCache = folder.path + "/cache"
    let runs = try TemporaryFolder()
    let (old, new) = (runs.path + "/old", runs.path + "/new")
    try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
    recipe.data.train = [CaptionSource(captions: try TinyCaptioner.write(to: old))]
    recipe.data.dev = recipe.data.train
    try Data("damaged".utf8).write(to: URL(fileURLWithPath: old + "/red-green.png"))
    _ = try train(recipe, in: "run", updates: 1)
    try FileManager.default.moveItem(atPath: old, toPath: new)
    recipe.data.train = [CaptionSource(captions: new + "/captions.tsv")]
    recipe.data.dev = recipe.data.train
    var names: [String] = []
    let training = try train(recipe, in: "run") {
      if case .leftOut(let error) = $0 { names.append(error.name) }
    }
    #expect(training.state.update == 2)
    #expect(names == Array(repeating: new + "/red-green.png", count: 2))
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
