import Captioning
import Foundation
import ImageFeatures
import Neural
import Recipes
import Seq2Seq
import Tensors
import TestSupport
import Testing

// What a run makes of its pictures: how they are read and changed, and what becomes of those that cannot be read.
extension CaptionTrainingTests {
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
}
