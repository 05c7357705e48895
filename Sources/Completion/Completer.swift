internal import Foundation
internal import Neural
internal import Recipes
public import Seq2Seq
internal import Tensors

/// Completes text: its beginning in, what may come next out.
///
/// ```swift
/// let completer = try Completer()
/// print(try completer.continuations(of: "The committee")[0].text)
/// for word in completer.nextWords(after: "the gov", count: 3) { print(word.text, word.probability) }
/// ```
///
/// A completer is immutable and may be used from many threads at once. For suggestions while somebody types, make a
/// `CompletionSession`, which remembers from key to key.
public final class Completer: Sendable {
  /// Code of the text's language.
  public let language: String
  /// What the model's units are.
  public let unitKind: UnitKind
  /// Whether the model has learned text that goes on from line to line, rather than lines that stand alone.
  public let isContinuous: Bool
  /// How the model was found to search best; used where no options are given.
  public let defaultOptions: Options
  package let network: LanguageNetwork
  package let weights: InferenceWeights
  package let units: TextUnits
  package let index: UnitIndex

  /// Loads the preferred model: from `$S2S_MODELS`, the user's data folder, or those that ship.
  ///
  /// - Parameter language: code of the text's language; any where nil.
  /// - Throws: also where there is none; it says how to train one.
  public convenience init(language: String? = nil) throws {
    try self.init(path: ModelLibrary().languageModel(language: language).path)
  }

  /// Loads a model folder.
  ///
  /// - Throws: `ModelError`, `SubwordsError` or `SafetensorsError`: which file, what is wrong, what to do.
  public convenience init(path: String) throws {
    let model = try LanguageModel(path: path, keepsInt8: true)
    if let failure = matrixLibraryFailure() { throw ModelError(path: path, failure) }
    self.init(taking: model)
  }

  /// - Parameter model: whose weights nobody else may need any more.
  package init(taking model: LanguageModel) {
    language = model.description.target
    unitKind = model.units.kind
    isContinuous = model.description.continuous
    defaultOptions = Options(search: model.description.search)
    network = model.network
    units = model.units
    index = UnitIndex(model.units)
    weights = model.inferenceWeights(
      workers: Workers(count: ProcessInfo.processInfo.activeProcessorCount))
  }

  /// How well the model expects a text.
  ///
  /// - Parameters:
  ///   - lines: the text; where the model has learned text that goes on, each line is read knowing those before it. Blank
  ///     ones count as they stand; `s2s evaluate perplexity` leaves them out.
  ///   - cache: what recent text adds; nothing where nil. It must be one that `ContinuousCache.Settings.validate` has
  ///     nothing against.
  ///   - streams: into how many parts a text that goes on is cut, to be read side by side, which is faster and a little
  ///     worse, as each begins without what came before; one where there is a cache.
  ///   - threads: all processors where nil. A text that goes on has work for one, or, in streams, for two and more with
  ///     each 8 of them.
  public func perplexity(
    of lines: [String], cache: ContinuousCache.Settings? = nil, streams: Int = 1,
    threads: Int? = nil
  ) -> TextScore {
    let text = LanguageText(lines: units.lines(of: lines), isContinuous: isContinuous)
    let workers = Workers(
      count: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount))
    let sums =
      if let cache {
        text.cost(network, weights, cache: cache)
      } else {
        text.cost(
          network, weights, streams: min(max(1, streams), LanguageText.mostStreams),
          workers: workers)
      }
    var score = TextScore(counting: lines, units: units)
    score.add(sums)
    return score
  }
}
