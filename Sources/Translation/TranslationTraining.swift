internal import Foundation
internal import Neural
public import Recipes
public import Seq2Seq
internal import Tensors
internal import Tokenization

/// A training run in a folder of its own: the resolved recipe, subwords, the training pairs as tokens,
/// `log.jsonl`, `checkpoints/`, and in `best/` the best model so far, complete. Begun anew or gone on with,
/// as the folder says.
public final class TranslationTraining: TrainingRun {
  /// What happens before training proper.
  public enum Preparation: Sendable {
    /// So many pairs of the training corpora were looked at.
    case read(pairs: Int)
    /// So many of the pairs that can be used were turned into tokens.
    case encoded(pairs: Int, of: Int)
  }

  /// Name of the file of encoded pairs in the run's folder.
  private static let corpusFile = "corpus.tokens"

  /// What was read from the training corpora, and what was left out.
  public let summaries: [CorpusSummary]
  /// Pairs left out because a side is longer than `training.maxLength`.
  public let tooLong: Int
  /// Why the file of encoded pairs that was there was made anew, if it was.
  public let remark: String?
  public let trainer: RunTrainer

  /// Reads the data, learns subwords if the run is new, and makes or loads the network.
  ///
  /// - Parameters:
  ///   - folder: made if it is not there; a run that was begun with another recipe or other data is
  ///     refused.
  ///   - workers: threads; the result does not depend on it.
  ///   - prepare: told now and then of what is done before training.
  ///   - report: told of all that happens then, in order.
  public init(
    _ recipe: Recipe, folder: String, workers: Int,
    prepare: (Preparation) -> Void = { _ in }, report: @escaping (TrainingEvent) -> Void
  ) throws {
    let files = TranslationModel.File.self
    let subwordFiles = recipe.vocabulary.joint ? [files.joint] : [files.source, files.target]
    let home = try RunFolder(
      folder, startFiles: [files.joint, files.source, files.target, Self.corpusFile])
    try home.keep(recipe)
    let begun = try TranslationModel.start(of: recipe)

    let pool = Workers(count: workers)
    var survey =
      try begun != nil || subwordFiles.allSatisfy(home.holds)
      ? CorpusSurvey(recipe.data.train) { prepare(.read(pairs: $0)) }
      : CorpusSurvey(
        recipe.data.train, counting: SubwordLearner(recipe.vocabulary),
        joint: recipe.vocabulary.joint, workers: pool
      ) { prepare(.read(pairs: $0)) }
    let development = recipe.data.dev.isEmpty ? nil : try ParallelCorpus(reading: recipe.data.dev)
    summaries = survey.summaries
    let pairs = summaries.pairs
    let facts = try home.keep(
      RunFolder.Facts(
        trainingFingerprint: summaries.fingerprint, trainingPairs: pairs,
        developmentFingerprint: development?.fingerprint,
        startFingerprint: begun.map { CorpusFingerprint(of: $0.weights).digits }))
    let (source, target) = try Self.subwords(recipe, begun, survey, in: home)
    survey.forgetWords()

    var architecture = recipe.model
    architecture.sourceVocabularySize = source.vocabularySize
    architecture.targetVocabularySize = target.vocabularySize
    let network = try EncoderDecoder(architecture)
    try begun?.checkStart(of: recipe, architecture)
    // A model that does not fit is refused before the corpora are encoded for it.
    _ = try network.maximumCells(recipe.training)
    let (corpus, remark) = try CorpusEncoder(
      recipe.data.train, summaries: summaries, source: source, target: target,
      maxLength: recipe.training.maxLength
    ).corpus(at: folder + "/" + Self.corpusFile, workers: pool) {
      prepare(.encoded(pairs: $0, of: pairs))
    }
    self.remark = remark
    let data = TranslationData(
      corpus, of: recipe.data.train, source: source, target: target, config: recipe.training)
    tooLong = data.tooLong
    guard data.count > 0 else {
      throw TrainingError(
        "none of the \(pairs) training pairs is within 'training.maxLength' "
          + "\(recipe.training.maxLength); raise it")
    }
    trainer = try RunTrainer(
      home, recipe, facts: facts, pairs: pairs, network: network,
      initialWeights: begun?.weights, data: data,
      validator: development.map {
        TranslationValidator(
          network, $0, source: source, target: target, config: recipe.training)
      },
      workers: workers, log: home.makeLog(), report: report,
      best: { origin, weights in
        TranslationModel(
          description: ModelDescription(
            name: recipe.name, source: recipe.source, target: recipe.target,
            architecture: architecture, jointSubwords: recipe.vocabulary.joint,
            sourceFingerprint: source.fingerprint, targetFingerprint: target.fingerprint,
            maxLength: recipe.training.maxLength, search: recipe.search, origin: origin),
          network: network, weights: weights, sourceSubwords: source, targetSubwords: target)
      })
  }

  /// The run's subwords: learned from its training data when it begins, or those of the model it begins with; then
  /// kept.
  private static func subwords(
    _ recipe: Recipe, _ begun: TranslationModel?, _ survey: CorpusSurvey, in home: RunFolder
  ) throws -> (source: Subwords, target: Subwords) {
    let isJoint = recipe.vocabulary.joint
    if let begun, begun.description.jointSubwords != isJoint {
      throw ModelError(
        path: recipe.start,
        "has \(isJoint ? "subwords for each language" : "one file of subwords for both languages"), but "
          + "'vocabulary.joint' is \(isJoint); set it to \(!isJoint)")
    }
    let learner = SubwordLearner(recipe.vocabulary)
    let source = try home.subwords(
      isJoint ? TranslationModel.File.joint : TranslationModel.File.source
    ) { try begun?.sourceSubwords ?? learner.learn(from: survey.sources) }
    if isJoint { return (source, source) }
    let target = try home.subwords(TranslationModel.File.target) {
      try begun?.targetSubwords ?? learner.learn(from: survey.targets)
    }
    return (source, target)
  }
}
