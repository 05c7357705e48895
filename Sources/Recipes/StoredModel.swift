package import Foundation
public import Neural
internal import Seq2Seq
public import Tensors
public import Tokenization

/// What the `model.json` of one kind of model says: all it takes to rebuild the model, and where it comes from.
public protocol ModelDocument: Codable, Equatable, Sendable {
  associatedtype Architecture: Equatable, Encodable

  /// What such models do.
  static var modelKind: ModelKind { get }

  var architecture: Architecture { get }
  var origin: ModelOrigin { get set }

  /// Throws the first entry that cannot be, as a `ConfigurationError`.
  func validate() throws
}

/// A model's folder in memory, of whatever kind: a description, weights, and files of subwords.
public protocol StoredModel: Sendable {
  associatedtype Description: ModelDocument

  /// What `model.json` says.
  var description: Description { get set }
  /// How the weights are cut.
  var table: ParameterTable { get }
  /// Flat, [1, table.count].
  var weights: Tensor { get }
  /// The files of subwords, by their names in the folder.
  var subwordFiles: [(name: String, subwords: any StoredVocabulary)] { get }

  /// Writes what a folder has besides weights, subwords and `model.json`.
  func writeExtras(to path: String) throws

  /// Loads a model's folder.
  ///
  /// - Throws: `ModelError`, `SubwordsError` or `SafetensorsError`: which file, what is wrong, what to do.
  init(path: String) throws
}

extension StoredModel {
  public func writeExtras(to path: String) throws {}

  /// Reads `model.json` alone.
  public static func readDescription(_ path: String) throws -> Description {
    let (json, file) = try ModelHeader.json(path, kind: Description.modelKind)
    do {
      let description = try JSONDecoder().decode(Description.self, from: json)
      try description.validate()
      return description
    } catch let error as DecodingError {
      throw ModelError(path: file, "damaged: \(explain(error)); restore the file")
    } catch let error as ConfigurationError {
      throw ModelError(path: file, "damaged: \(error); restore the file")
    }
  }

  /// Reads the weights; see `ModelWeights.read`.
  package static func readWeights(
    _ path: String, _ table: ParameterTable, keepingInt8 int8Table: ParameterTable
  ) throws -> (weights: Tensor, int8: [String: Int8Matrix]) {
    try ModelWeights.read(
      path + "/" + ModelFile.weights, table: table, keepingInt8: int8Table)
  }

  /// Writes a complete model folder; each file beside the old one first, `model.json` last.
  public func write(to path: String, precision: WeightPrecision = .float32) throws {
    try write(to: path, precisions: WeightPrecisions(precision))
  }

  /// Writes a complete model folder, each part of the network in a precision of its own.
  public func write(to path: String, precisions: WeightPrecisions) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw WritingError(path: path, error)
    }
    for (name, subwords) in subwordFiles {
      try subwords.write(to: URL(fileURLWithPath: path + "/" + name))
    }
    try ModelWeights.write(
      weights, table: table, precisions: precisions, to: path + "/" + ModelFile.weights)
    try writeExtras(to: path)
    try ModelHeader.write(description, to: path)
  }
}

// MARK: - Beginning with a model

extension StoredModel {
  /// The model that a recipe's training begins with, its weights as float32 whatever they are stored as; nil where it
  /// begins anew.
  package static func start(of recipe: some RecipeDocument) throws -> Self? {
    recipe.start.isEmpty ? nil : try Self(path: recipe.start)
  }

  /// Throws unless a recipe's network is the model's, whose weights it begins with. Settings of how
  /// weights are drawn may be left at their defaults; any others than the model's would do nothing.
  ///
  /// - Parameters:
  ///   - architecture: of the recipe's network.
  ///   - free: settings of it that may differ too, with what they stand in, as `image.inputSize`.
  package func checkStart(
    of recipe: some RecipeDocument, _ architecture: Description.Architecture, free: [String] = []
  ) throws {
    let usual = RecipeEncoder.encode(ModelConfig()).settings
    let drawn = ["forgetBias", "initialization", "initializationScale"]
    func isLeft(_ key: String, _ value: String?) -> Bool {
      drawn.contains { (key == $0 || key.hasSuffix("." + $0)) && value == usual[$0] }
    }
    let theirs = RecipeEncoder.encode(description.architecture).settings
    let ours = RecipeEncoder.encode(architecture).settings
    let differences = ours.keys.sorted().filter { key in
      ours[key] != theirs[key] && !isLeft(key, ours[key])
        && !free.contains { key == $0 || key.hasPrefix($0 + ".") }
    }
    guard !differences.isEmpty else { return }
    let named = differences.prefix(4).map {
      "'\($0)' is \(theirs[$0] ?? "not set") there and \(ours[$0] ?? "not set") here"
    }
    throw ModelError(
      path: recipe.start,
      "is of another architecture than this recipe, which begins with it: "
        + named.joined(separator: ", ")
        + (differences.count > named.count ? ", and more" : "")
        + "; give the recipe the network that it was trained with (`s2s models info` shows it)")
  }
}

/// Reads a vocabulary of a model's folder.
///
/// - Parameters:
///   - size: entries that the architecture has of it; nil where that does not matter.
///   - fingerprint: of what the model was trained with.
package func readVocabulary<Vocabulary: StoredVocabulary>(
  _ path: String, file name: String, size: Int?, fingerprint: String,
  _ read: (URL) throws -> Vocabulary
) throws -> Vocabulary {
  let file = path + "/" + name
  let found = try read(URL(fileURLWithPath: file))
  guard size ?? found.vocabularySize == found.vocabularySize, found.fingerprint == fingerprint
  else {
    throw ModelError(
      path: file,
      "this is not the vocabulary the model was trained with (\(found.vocabularySize) entries, fingerprint "
        + "\(found.fingerprint); the model has " + (size.map { "\($0), " } ?? "")
        + "\(fingerprint)); restore "
        + "the file that came with the model")
  }
  return found
}

/// Throws unless there can be a vocabulary of so many entries.
///
/// - Parameters:
///   - key: what the entry is called in `model.json`.
///   - least: fewest entries there can be.
package func checkVocabulary(
  _ size: Int, key: String, least: Int = Subwords.minimumVocabularySize
) throws {
  guard (least...Subwords.maximumVocabularySize).contains(size) else {
    throw ConfigurationError(
      key: key,
      message: "is \(size); it must be \(least) to \(Subwords.maximumVocabularySize)")
  }
}
