internal import Foundation
internal import Neural
public import Recipes
public import Seq2Seq
internal import Tensors
internal import Tokenization

/// A language model's training run in a folder of its own; see `RunFolder` for what lies in it. Begun anew or gone on
/// with, as the folder says.
///
/// The text is held in memory, with four bytes a unit; it is not for corpora larger than memory.
public final class LanguageTraining: TrainingRun {
  /// What was read of text, and what was left out.
  public let summaries: [TextSummary]
  /// Lines left out because they are longer than `training.maxLength`.
  public let tooLong: Int
  /// Words of the development text that are not in the vocabulary, and count as `<unk>`.
  public let unknown: Int
  public let trainer: RunTrainer

  /// Reads the data, learns units if the run is new, and makes or loads the network.
  ///
  /// - Parameters:
  ///   - folder: made if it is not there; a run that was begun with another recipe or other data is
  ///     refused.
  ///   - workers: threads; the result does not depend on it.
  ///   - report: told of all that happens then, in order.
  public init(
    _ recipe: LanguageRecipe, folder: String, workers: Int,
    report: @escaping (TrainingEvent) -> Void
  ) throws {
    let file = TextUnits.file(recipe.vocabulary.units)
    let home = try RunFolder(folder, startFiles: UnitKind.allCases.map(TextUnits.file))
    try home.keep(recipe)
    let begun = try LanguageModel.start(of: recipe)

    let corpus = try TextCorpus(reading: recipe.data.train)
    let development = try TextCorpus(reading: recipe.data.dev)
    summaries = corpus.summaries + development.summaries
    let facts = try home.keep(
      RunFolder.Facts(
        trainingFingerprint: corpus.fingerprint, trainingPairs: corpus.count,
        developmentFingerprint: development.fingerprint,
        startFingerprint: begun.map { CorpusFingerprint(of: $0.weights).digits }))
    let units: TextUnits
    if home.holds(file) {
      units = try TextUnits(recipe.vocabulary.units, contentsOf: folder + "/" + file)
    } else {
      units = try recipe.units(begun, corpus)
      try units.stored.write(to: URL(fileURLWithPath: folder + "/" + file))
    }

    var architecture = recipe.model
    architecture.vocabularySize = units.size
    var network = try LanguageNetwork(architecture)
    network.learnsStreams = recipe.data.continuous
    try begun?.checkStart(of: recipe, architecture)
    let data = try EncodedText(corpus, units, recipe, network)
    tooLong = data.tooLong
    let validator = LanguageValidator(
      network, development, units: units, isContinuous: recipe.data.continuous)
    unknown = validator.counts.unknown
    trainer = try RunTrainer(
      home, recipe, facts: facts, pairs: corpus.count, network: network,
      initialWeights: begun?.weights, data: data.examples, validator: validator, workers: workers,
      log: home.makeLog(), report: report,
      best: { origin, weights in
        LanguageModel(
          description: LanguageModelDescription(
            name: recipe.name, target: recipe.language, architecture: architecture,
            units: units.kind, targetFingerprint: units.stored.fingerprint,
            continuous: recipe.data.continuous, search: recipe.search, origin: origin),
          network: network, weights: weights, units: units)
      })
  }
}

extension LanguageRecipe {
  /// The units of a new run: those of the model that it begins with, or learned.
  fileprivate func units(_ begun: LanguageModel?, _ corpus: TextCorpus) throws -> TextUnits {
    guard let begun else { return try vocabulary.learn(from: corpus) }
    try TextUnits.check(begun.units.kind, of: start, are: vocabulary.units)
    return begun.units
  }
}

/// Text in the form that a network learns it in.
private struct EncodedText {
  let examples: any TrainingData<LanguageExample>
  /// Lines left out.
  var tooLong = 0

  init(
    _ corpus: TextCorpus, _ units: TextUnits, _ recipe: LanguageRecipe, _ network: LanguageNetwork
  ) throws {
    let config = recipe.training
    if recipe.data.continuous {
      examples = StreamedText(
        tokens: units.stream(of: corpus), stateSize: network.stateSize, config: config)
      return
    }
    let (tokens, starts) = units.encode(all: corpus)
    var kept: [TokenID] = []
    var bounds = [0]
    var weights = ExampleWeights()
    var line = 0
    for (source, summary) in zip(recipe.data.train, corpus.summaries) {
      var count = 0
      for _ in 0..<summary.lines {
        let range = starts[line]..<starts[line + 1]
        line += 1
        // The end mark counts.
        guard range.count < config.maxLength else {
          tooLong += 1
          continue
        }
        kept += tokens[range]
        bounds.append(kept.count)
        count += 1
      }
      weights.append(source.weight, count: count)
    }
    guard bounds.count > 1 else {
      throw TrainingError(
        "none of the \(corpus.count) lines is within 'training.maxLength' \(config.maxLength); raise it"
      )
    }
    examples = SeparateLines(
      tokens: kept, starts: bounds, weights: weights,
      cutAgain: Self.cutting(units, dropout: config.targetSubwordDropout))
  }

  /// What cuts a line anew, by chance.
  private static func cutting(
    _ units: TextUnits, dropout: Float
  ) -> (@Sendable (ArraySlice<TokenID>, inout RandomGenerator) -> [TokenID])? {
    guard dropout > 0, case .subwords(let subwords) = units else { return nil }
    let pool = SubwordEncoderPool(subwords)
    return { line, generator in
      pool.cut(again: Array(line), dropout: dropout, using: &generator)
    }
  }
}
