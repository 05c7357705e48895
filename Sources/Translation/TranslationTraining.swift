internal import Foundation
internal import Neural
public import Seq2Seq
internal import Tensors
internal import Tokenization

/// A training run in a folder of its own: the resolved recipe, subwords, `log.jsonl`, `checkpoints/`,
/// and in `best/` the best model so far, complete. Begun anew or gone on with, as the folder says.
public final class TranslationTraining {
  enum File {
    static let recipe = "recipe.yaml"
    static let log = "log.jsonl"
    static let facts = "run.json"
    static let checkpoints = "checkpoints"
    static let best = "best"
    static let lock = "lock"
  }

  /// What a run must find unchanged when it goes on, beside its recipe.
  private struct Facts: Codable, Equatable {
    var trainingFingerprint: String
    var trainingPairs: Int
    /// Nil in runs begun before it was noted.
    var developmentFingerprint: String?
    var best: TrainingState.Milestone?
  }

  /// The folder of the run.
  public let folder: String
  /// What was read from the training corpora, and what was left out.
  public let summaries: [CorpusSummary]
  /// Pairs left out because a side is longer than `training.maxLength`.
  public let tooLong: Int
  private let begun = ContinuousClock.now
  private let trainer: Trainer
  private let lock: RunLock

  /// Reads the data, learns subwords if the run is new, and makes or loads the network.
  ///
  /// - Parameters:
  ///   - folder: made if it is not there; a run that was begun with another recipe or other data is
  ///     refused.
  ///   - workers: threads; the result does not depend on it.
  ///   - report: told of all that happens, in order.
  public init(
    _ recipe: Recipe, folder: String, workers: Int, report: @escaping (TrainingEvent) -> Void
  ) throws {
    self.folder = folder
    try Self.makeFolder(folder + "/" + File.checkpoints)
    lock = try RunLock(path: folder + "/" + File.lock)
    let checkpoints = CheckpointFolder(path: folder + "/" + File.checkpoints)
    // A run that never made an update (its settings were refused, say) leaves nothing to go on with.
    if !checkpoints.holdsUpdates { Self.forgetStart(of: folder, checkpoints) }
    try Self.keep(recipe, at: folder + "/" + File.recipe)

    let corpus = try ParallelCorpus(reading: recipe.data.train)
    let development = recipe.data.dev.isEmpty ? nil : try ParallelCorpus(reading: recipe.data.dev)
    summaries = corpus.summaries
    let factsPath = folder + "/" + File.facts
    let facts = try Self.keep(
      Facts(
        trainingFingerprint: corpus.fingerprint, trainingPairs: corpus.count,
        developmentFingerprint: development?.fingerprint), at: factsPath)
    let (source, target) = try Self.subwords(recipe, corpus, folder: folder)

    var architecture = recipe.model
    architecture.sourceVocabularySize = source.vocabularySize
    architecture.targetVocabularySize = target.vocabularySize
    let network = try EncoderDecoder(architecture)
    let data = TranslationData(corpus, source: source, target: target, config: recipe.training)
    tooLong = data.tooLong
    guard data.count > 0 else {
      throw TrainingError(
        "none of the \(corpus.count) training pairs is within 'training.maxLength' "
          + "\(recipe.training.maxLength); raise it")
    }
    let log = TrainingLog(path: folder + "/" + File.log)
    let progress = RunProgress()
    trainer = try Trainer(
      network: network, config: recipe.training, data: data,
      validator: development.map {
        TranslationValidator(
          network, $0, source: source, target: target, config: recipe.training)
      },
      checkpoints: checkpoints, workers: workers, bestSaved: facts.best,
      report: { event in
        log.note(event)
        report(event)
      },
      saveBest: { milestone, weights in
        var origin = ModelDescription.Origin()
        origin.recipe = recipe.name
        origin.trainingPairs = corpus.count
        origin.trainingFingerprint = corpus.fingerprint
        origin.updates = milestone.update
        origin.tokens = progress.state?.tokens ?? 0
        origin.seconds = (progress.state?.seconds ?? 0).rounded()
        origin.validation = milestone.result
        origin.notes = recipe.notes
        let description = ModelDescription(
          name: recipe.name, source: recipe.source, target: recipe.target,
          architecture: architecture, jointSubwords: recipe.vocabulary.joint,
          sourceFingerprint: source.fingerprint, targetFingerprint: target.fingerprint,
          maxLength: recipe.training.maxLength, search: recipe.search, origin: origin)
        try TranslationModel(
          description: description, network: network, weights: weights, sourceSubwords: source,
          targetSubwords: target
        ).write(to: folder + "/" + File.best)
        var known = facts
        known.best = milestone
        try Self.write(known, to: factsPath)
      })
    progress.trainer = trainer
    log.open(update: trainer.state.update)
  }

  /// Where the run stands.
  public var state: TrainingState { trainer.state }

  /// The folder of the best model so far.
  public var bestModel: String { folder + "/" + File.best }

  /// Trains until something says stop; see `Trainer.run`.
  public func run(
    budget: Double? = nil, isInterrupted: @escaping () -> Bool = { false }
  ) throws -> StopReason {
    // Reading the data has taken its share of the time already.
    let spent = (begun.duration(to: .now) / .seconds(1))
    return try trainer.run(budget: budget.map { $0 - spent }, isInterrupted: isInterrupted)
  }

  // MARK: - Beginning and going on

  private static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ModelError(path: path, "the folder cannot be made: \(error.localizedDescription)")
    }
  }

  /// Writes the resolved recipe of a new run, or compares it with the one the run was begun with.
  private static func keep(_ recipe: Recipe, at path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      do {
        try Data(recipe.yaml.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw ModelError(path: path, "cannot be written: \(error.localizedDescription)")
      }
      return
    }
    let begun = try Recipe(contentsOf: path)
    if let difference = recipe.whatForbidsGoingOn(from: begun) {
      throw ModelError(
        path: path,
        "this run was begun with \(difference); put that back, or start a new run with another --out"
      )
    }
  }

  /// Writes the facts of a new run, or compares them.
  private static func keep(_ facts: Facts, at path: String) throws -> Facts {
    guard let json = FileManager.default.contents(atPath: path) else {
      try write(facts, to: path)
      return facts
    }
    guard let begun = try? JSONDecoder().decode(Facts.self, from: json) else {
      throw ModelError(path: path, "damaged; start a new run with another --out")
    }
    guard begun.trainingFingerprint == facts.trainingFingerprint else {
      throw ModelError(
        path: path,
        "the training data has changed since this run was begun (\(begun.trainingPairs) pairs then, "
          + "\(facts.trainingPairs) now); start a new run with another --out")
    }
    guard
      begun.developmentFingerprint == nil
        || begun.developmentFingerprint == facts.developmentFingerprint
    else {
      throw ModelError(
        path: path,
        "the development data has changed since this run was begun, so that its scores could not be "
          + "compared; put it back, or start a new run with another --out")
    }
    return begun
  }

  /// Removes what an attempt that came to nothing has left.
  private static func forgetStart(of folder: String, _ checkpoints: CheckpointFolder) {
    let files = [
      File.recipe, File.facts, File.log, TranslationModel.File.joint, TranslationModel.File.source,
      TranslationModel.File.target,
    ]
    for path in checkpoints.all() + files.map({ folder + "/" + $0 }) {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private static func write(_ facts: Facts, to path: String) throws {
    do {
      try JSONEncoder().encode(facts).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw ModelError(path: path, "cannot be written: \(error.localizedDescription)")
    }
  }

  /// The run's subwords: learned from its training data when it begins, then kept.
  private static func subwords(
    _ recipe: Recipe, _ corpus: ParallelCorpus, folder: String
  ) throws -> (source: Subwords, target: Subwords) {
    func kept(_ file: String, _ learn: (SubwordLearner) throws -> Subwords) throws -> Subwords {
      let url = URL(fileURLWithPath: folder + "/" + file)
      if FileManager.default.fileExists(atPath: url.path) {
        return try Subwords(contentsOf: url)
      }
      let learned = try learn(SubwordLearner(recipe.vocabulary))
      try learned.write(to: url)
      return learned
    }
    let sources = (0..<corpus.count).lazy.map { corpus.source($0) }
    let targets = (0..<corpus.count).lazy.map { corpus.target($0) }
    if recipe.vocabulary.joint {
      let joint = try kept(TranslationModel.File.joint) { try $0.learn(from: sources, targets) }
      return (joint, joint)
    }
    return (
      try kept(TranslationModel.File.source) { try $0.learn(from: sources) },
      try kept(TranslationModel.File.target) { try $0.learn(from: targets) }
    )
  }
}

/// What the model that is being saved asks of the trainer that saves it.
private final class RunProgress {
  weak var trainer: Trainer?
  var state: TrainingState? { trainer?.state }
}

extension SubwordLearner {
  init(_ vocabulary: Recipe.Vocabulary) {
    let form: Normalizer.Form =
      switch vocabulary.normalization {
      case .none: .none
      case .nfc: .nfc
      case .nfkc: .nfkc
      }
    self.init(vocabularySize: vocabulary.size, normalizer: Normalizer(form: form))
    characterCoverage = Double(vocabulary.characterCoverage)
    minimumCharacterCount = vocabulary.minimumCount
    minimumPairCount = vocabulary.minimumCount
  }
}

extension Recipe {
  /// The first setting that differs from a run's and would make it another run; when to stop, what is
  /// kept and how it is judged may change.
  func whatForbidsGoingOn(from begun: Recipe) -> String? {
    let old = begun
    var new = self
    var free: [WritableKeyPath<Recipe, Int>] = [
      \.training.epochs, \.training.patience, \.training.keepCheckpoints,
    ]
    // A straight line to zero is another one when its end moves.
    if training.schedule != .linear { free.append(\.training.updates) }
    for keyPath in free { new[keyPath: keyPath] = old[keyPath: keyPath] }
    // Where the files lie does not matter: fingerprints tell whether they hold the same.
    if data.train.map(\.weight) == old.data.train.map(\.weight) { new.data = old.data }
    new.search = old.search
    new.notes = old.notes
    new.name = old.name
    guard old != new else { return nil }
    let lines = (old.yaml.split(separator: "\n"), new.yaml.split(separator: "\n"))
    for (ours, theirs) in zip(lines.0, lines.1) where ours != theirs {
      return "'\(ours.trimmingCharacters(in: .whitespaces))', not "
        + "'\(theirs.trimmingCharacters(in: .whitespaces))'"
    }
    return "other settings"
  }
}
