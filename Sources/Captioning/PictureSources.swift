internal import Foundation
internal import ImageFeatures
internal import Neural
internal import Seq2Seq
internal import Tensors

/// Where a run's pictures come from: features kept in a cache where the convolutional network stays as it is,
/// files read anew where it learns.
struct PictureSources {
  /// Pictures to learn from.
  struct Training {
    let kept: [Int]
    let picture: CaptionData.Picture
  }

  /// Pictures to judge by.
  struct Development {
    let kept: [Int]
    let features: CaptionValidator.Features
  }

  let training: Training
  let development: Development
  /// Pictures left out, because they cannot be read.
  let leftOut: [PictureError]
  /// Which pictures have gone missing since this was last asked.
  let takeNews: () -> [PictureError]

  /// Those that a recipe asks for.
  ///
  /// - Parameters:
  ///   - weights: the network's.
  ///   - folder: the run's, where features are kept if the recipe names no other.
  static func of(
    _ recipe: CaptionRecipe, network: CaptionNetwork, weights: Tensor, training: CaptionedImages,
    development: CaptionedImages, folder: String, workers: Workers,
    prepare: @escaping (CaptionTraining.Preparation) -> Void
  ) throws -> PictureSources {
    if recipe.image.trains {
      return try files(
        recipe, network: network, training: training, development: development, workers: workers,
        prepare: prepare)
    }
    let cache = recipe.data.featureCache
    return try features(
      network: network, weights: weights, training: training, development: development,
      folder: cache.isEmpty ? folder + "/features" : cache,
      views: recipe.image.augmentation.mirror ? 2 : 1, workers: workers, prepare: prepare)
  }

  /// Files that are read anew each time, for a convolutional network that learns.
  private static func files(
    _ recipe: CaptionRecipe, network: CaptionNetwork, training: CaptionedImages,
    development: CaptionedImages, workers: Workers,
    prepare: @escaping (CaptionTraining.Preparation) -> Void
  ) throws -> PictureSources {
    let (preparation, augmentation) = (network.config.preparation, recipe.image.augmentation)
    func files(_ images: CaptionedImages, share: Float) throws -> PictureFiles {
      let files = PictureFiles(
        images.images, config: network.config, share: share, workers: workers,
        progress: { prepare(.pictures(done: $0, of: $1)) })
      try check(files.kept, files.problems, prepare)
      return files
    }
    let learned = try files(training, share: augmentation.crop)
    let judged = try files(development, share: 1)
    return PictureSources(
      training: Training(kept: learned.kept) { number, generator in
        learned.input(number) { augmentation.apply(to: $0, preparation, using: &generator) }
      },
      development: Development(kept: judged.kept) { weights, workers in
        let encoder = ImageEncoder(network, weights: weights, workers: workers)
        return { numbers in
          let inputs = workers.map(numbers.count) { place in
            // Grey where it has gone: the others are judged all the same.
            judged.input(numbers[place]) { preparation.prepare($0) }
              ?? Tensor(rows: network.config.image.inputGrid(batch: 1).rows, columns: 3)
          }
          return encoder.features(inputs, workers: workers)
        }
      },
      leftOut: learned.problems + judged.problems,
      takeNews: { learned.takeNews() + judged.takeNews() })
  }

  /// Features that are computed once, for a convolutional network that stays as it is.
  ///
  /// - Parameters:
  ///   - folder: for the features.
  ///   - views: of pictures to learn from: 2 for mirrored ones too.
  private static func features(
    network: CaptionNetwork, weights: Tensor, training: CaptionedImages,
    development: CaptionedImages, folder: String, views: Int, workers: Workers,
    prepare: @escaping (CaptionTraining.Preparation) -> Void
  ) throws -> PictureSources {
    let encoder = ImageEncoder(network, weights: weights, workers: workers)
    func cache(_ images: CaptionedImages, views: Int) throws -> FeatureCache {
      let cache = try FeatureCache(
        folder: folder,
        key: featureKey(images, network: network, weights: weights, views: views),
        images: images.images, views: views, encoder: encoder, workers: workers, prepare: prepare)
      try check(cache.kept, cache.problems, prepare)
      return cache
    }
    let learned = try cache(training, views: views)
    let judged = try cache(development, views: 1)
    return PictureSources(
      training: Training(kept: learned.kept) { number, generator in
        learned.features(number, view: learned.views > 1 ? Int(generator.next() & 1) : 0)
      },
      development: Development(kept: judged.kept) { _, _ in
        { numbers in numbers.map { judged.features($0) } }
      },
      leftOut: learned.problems + judged.problems, takeNews: { [] })
  }

  /// Tells of pictures that cannot be read, and throws if none can.
  private static func check(
    _ kept: [Int], _ problems: [PictureError],
    _ prepare: @escaping (CaptionTraining.Preparation) -> Void
  ) throws {
    for problem in problems { prepare(.leftOut(problem)) }
    if kept.isEmpty { throw TrainingError("none of the \(problems.count) pictures can be read") }
  }

  /// Changes with everything that the features of pictures depend on.
  private static func featureKey(
    _ images: CaptionedImages, network: CaptionNetwork, weights: Tensor, views: Int
  ) -> String {
    let config = network.config
    var hash = CorpusFingerprint()
    // To be counted up when the same pictures and weights come to give other features.
    hash.add("features 3".utf8)
    hash.add("\(config.image) \(config.preparation) \(config.features) \(views)".utf8)
    for image in images.images {
      // A picture that has been replaced has another size or another time.
      let attributes = try? FileManager.default.attributesOfItem(atPath: image.path)
      let size = attributes?[.size] as? Int ?? 0
      let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      hash.add("\(image.name) \(size) \(time)\n".utf8)
    }
    let start = network.speakerTable.count
    hash.add(weights.cut(at: start, rows: 1, columns: weights.count - start))
    return hash.digits
  }
}
