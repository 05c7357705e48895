internal import Foundation
internal import ImageFeatures
internal import Neural
public import Recipes
public import Seq2Seq
internal import Tensors
internal import Tokenization

/// A captioner's training run in a folder of its own; see `RunFolder` for what lies in it. Begun anew or
/// gone on with, as the folder says.
public final class CaptionTraining: TrainingRun {
  /// What happens before training proper.
  public enum Preparation: Sendable {
    /// Features of so many pictures of so many are computed.
    case features(done: Int, of: Int)
    /// Another run is computing the same features; this one waits until that lets go of a file.
    case waiting(path: String)
    /// So many pictures of so many are looked at.
    case pictures(done: Int, of: Int)
    /// A picture cannot be used, and is left out.
    case leftOut(PictureError)
  }

  /// What was read of captions, and what was left out.
  public let summaries: [CaptionSummary]
  /// Captions left out because they are longer than `training.maxLength`.
  public let tooLong: Int
  public let trainer: RunTrainer

  /// Reads the data, learns subwords if the run is new, computes features that are not there yet, and makes
  /// or loads the network.
  ///
  /// - Parameters:
  ///   - folder: made if it is not there; a run that was begun with another recipe or other data is
  ///     refused.
  ///   - workers: threads; the result does not depend on it.
  ///   - prepare: told of what is done before training, and of pictures that go missing in it.
  ///   - report: told of all that happens then, in order.
  public init(
    _ recipe: CaptionRecipe, folder: String, workers: Int,
    prepare: @escaping (Preparation) -> Void, report: @escaping (TrainingEvent) -> Void
  ) throws {
    let home = try RunFolder(folder, startFiles: [CaptionModel.File.subwords])
    try home.keep(recipe)
    let begun = try CaptionModel.start(of: recipe)

    let training = try CaptionedImages(reading: recipe.data.train)
    let development = try CaptionedImages(reading: recipe.data.dev)
    summaries = training.summaries + development.summaries
    let subwords = try home.subwords(CaptionModel.File.subwords) {
      try begun?.subwords
        ?? SubwordLearner(recipe.vocabulary).learn(
          from: training.images.lazy.flatMap(\.captions))
    }

    let architecture = recipe.architecture(vocabularySize: subwords.vocabularySize)
    let network = try CaptionNetwork(architecture)
    let weights = try recipe.initialWeights(network, begun)
    let sources = try PictureSources.of(
      recipe, network: network, weights: weights, training: training, development: development,
      folder: folder, workers: Workers(count: workers), prepare: prepare)
    let pairs = sources.training.kept.reduce(0) { $0 + training.images[$1].captions.count }
    let facts = try home.keep(
      RunFolder.Facts(
        trainingFingerprint: training.fingerprint(without: sources.leftOut), trainingPairs: pairs,
        developmentFingerprint: development.fingerprint(without: sources.leftOut),
        startFingerprint: recipe.start.isEmpty && recipe.image.weights.isEmpty
          ? nil : CorpusFingerprint(of: weights).digits))
    let data = CaptionData(
      training.images, kept: sources.training.kept, places: network.grid(batch: 1).places,
      subwords: subwords, config: recipe.training, picture: sources.training.picture)
    tooLong = data.tooLong
    guard data.count > 0 else {
      throw TrainingError(
        "none of the captions is within 'training.maxLength' \(recipe.training.maxLength); raise it"
      )
    }
    let learner = Self.learner(recipe, network, data, subwords)
    let learned = Tensor(rows: 1, columns: learner.table.count)
    copy(weights.cut(at: 0, rows: 1, columns: learned.count), to: learned)
    let log = home.makeLog()
    trainer = try RunTrainer(
      home, recipe, facts: facts, pairs: data.captionCount, network: learner,
      initialWeights: learned, data: data,
      validator: CaptionValidator(
        network, captions: sources.development.kept.map { development.images[$0].captions },
        subwords: subwords, config: recipe.training, search: recipe.search,
        features: sources.development.features),
      workers: workers, log: log,
      report: { event in
        let news = sources.takeNews()
        for error in news { prepare(.leftOut(error)) }
        log.note(leftOut: news.map(\.name), update: event.update)
        report(event)
      },
      best: { origin, learned in
        copy(learned, to: weights.cut(at: 0, rows: 1, columns: learned.count))
        return CaptionModel(
          description: CaptionDescription(
            name: recipe.name, target: recipe.target, architecture: architecture,
            targetFingerprint: subwords.fingerprint, search: recipe.search, origin: origin),
          network: network, weights: weights, subwords: subwords)
      })
    // A run that goes on has noted them when it began.
    if state.update == 0 { log.note(leftOut: sources.leftOut.map(\.name), update: 0) }
  }

  /// What of the network learns, and from what.
  private static func learner(
    _ recipe: CaptionRecipe, _ network: CaptionNetwork, _ data: CaptionData, _ subwords: Subwords
  ) -> CaptionLearner {
    var learner = CaptionLearner(
      network, recipe.objective, imageTraining: recipe.image.trains ? recipe.image.training : nil,
      critic: recipe.objective.selfCritical
        ? SelfCritic(
          captions: data.texts, subwords: subwords, search: recipe.search,
          samples: recipe.objective.samples) : nil)
    learner.captionTokens = data.captionTokens
    return learner
  }
}

extension CaptionRecipe {
  /// The weights that a new run begins with, cut by the network's table.
  ///
  /// - Parameter begun: the captioner that they are of, if the run begins with one.
  func initialWeights(_ network: CaptionNetwork, _ begun: CaptionModel?) throws -> Tensor {
    if let begun {
      // Convolutions and attention go over grids of any size.
      try begun.checkStart(
        of: self, network.config, free: ["preparation", "image.inputSize"])
      return begun.weights
    }
    let weights = network.table.initialWeights(seed: training.seed)
    if !image.weights.isEmpty {
      try network.image.readEfficientNet(
        SafetensorsFile(path: image.weights), into: weights,
        statistics: network.statistics(in: weights))
    }
    return weights
  }
}

extension CaptionedImages {
  /// Changes with the names and captions of the pictures that can be read.
  fileprivate func fingerprint(without leftOut: [PictureError]) -> String {
    let gone = Set(leftOut.map(\.name))
    let missing = images.filter { gone.contains($0.path) }
    guard !missing.isEmpty else { return fingerprint }
    var hash = CorpusFingerprint()
    hash.add(fingerprint.utf8)
    for image in missing { hash.add("\n\(image.name)".utf8) }
    return hash.digits
  }
}
