import ArgumentParser
import Captioning
import Completion
import Neural
import Recipes
import Seq2Seq
import Translation

/// A model to be looked into: its folder or name, or a run's best or last weights.
struct InspectedModel {
  /// Which of a run's weights.
  enum Checkpoint: String, ExpressibleByArgument, CaseIterable { case best, last }

  /// What was loaded.
  enum Model {
    case translation(TranslationModel)
    case caption(CaptionModel)
    case language(LanguageModel)
  }

  let model: Model
  /// What it is called.
  let name: String
  /// What it was read from.
  let path: String

  /// - Parameter checkpoint: of a run's folder.
  init(_ nameOrPath: String, checkpoint: Checkpoint) throws {
    guard Self.isRun(nameOrPath) else {
      let path = ModelLibrary().path(of: nameOrPath)
      if checkpoint == .last {
        throw Failure(
          .usage, "\(path): is no training run; --checkpoint last goes with a run's folder")
      }
      try self.init(path: path)
      return
    }
    let best = RunFolder.best(of: nameOrPath)
    guard exists(best + "/model.json") else {
      throw Failure(
        .noInput,
        "\(nameOrPath): this run has no model yet: none was validated; train on, or set "
          + "training.validationInterval lower")
    }
    guard checkpoint == .last else {
      try self.init(path: best)
      return
    }
    guard let last = RunFolder.checkpoints(of: nameOrPath).updates.last else {
      throw Failure(
        .noInput, "\(nameOrPath): this run holds no checkpoint of a network that has learned")
    }
    try self.init(path: best, checkpoint: last)
  }

  /// Whether a folder is one of a training run.
  static func isRun(_ path: String) -> Bool { exists(path + "/checkpoints") }

  /// - Parameter checkpoint: whose weights take the place of the model's.
  private init(path: String, checkpoint: String? = nil) throws {
    let header = try ModelHeader(path: path)
    name = header.name
    self.path = checkpoint ?? path
    switch header.kind {
    case .translation:
      model = .translation(
        try checkpoint.map { try .average(of: [$0]) } ?? TranslationModel(path: path))
    case .caption:
      model = .caption(try checkpoint.map { try .average(of: [$0]) } ?? CaptionModel(path: path))
    case .languageModel:
      model = .language(
        try checkpoint.map { try .average(of: [$0]) } ?? LanguageModel(path: path))
    }
  }

  /// The recurrent cell that it has.
  var cell: String {
    switch model {
    case .translation(let model): model.description.architecture.cell.rawValue
    case .caption(let model): model.description.architecture.decoder.cell.rawValue
    case .language(let model): model.description.architecture.cell.rawValue
    }
  }

  /// How far gradients reach; tokens and pictures are drawn.
  func gradientTraces(_ flow: GradientFlow) -> [GradientFlow.Trace] {
    switch model {
    case .translation(let model): model.gradientTraces(flow)
    case .caption(let model): model.gradientTraces(flow)
    case .language(let model): model.gradientTraces(flow)
    }
  }
}
