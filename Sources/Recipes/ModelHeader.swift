package import Foundation
public import Neural
public import Seq2Seq

/// What a model does.
public enum ModelKind: String, Codable, Sendable, CaseIterable {
  /// Text from text.
  case translation
  /// Text from pictures.
  case caption
  /// Text from the beginning of it.
  case languageModel = "language-model"

  /// What messages call models of this kind.
  var phrase: String {
    switch self {
    case .translation: "one that translates"
    case .caption: "one that captions"
    case .languageModel: "one that completes text"
    }
  }
}

/// The files of a model folder, subwords aside.
package enum ModelFile {
  package static let description = "model.json"
  package static let weights = "weights.safetensors"
}

/// How a model came to be.
public struct ModelOrigin: Codable, Sendable, Equatable {
  /// Name of the recipe.
  public var recipe = ""
  /// Pairs of source and target learned from, and a fingerprint over all of them.
  public var trainingPairs = 0
  public var trainingFingerprint = ""
  public var updates = 0
  /// Target tokens learned from, repeats counted.
  public var tokens = 0
  /// Seconds of training.
  public var seconds = 0.0
  /// The validation it was chosen by.
  public var validation: ValidationResult?
  /// Free remarks of the recipe: data, licence, scores.
  public var notes: [String: String] = [:]

  public init() {}

  /// Of the best model so far of a run.
  ///
  /// - Parameters:
  ///   - recipe: name and notes.
  ///   - pairs: learned from, of which `fingerprint` tells whether they are the same.
  ///   - state: of the run as it stands.
  package init(
    recipe: (name: String, notes: [String: String]), pairs: Int, fingerprint: String,
    milestone: TrainingState.Milestone, state: TrainingState?
  ) {
    self.recipe = recipe.name
    trainingPairs = pairs
    trainingFingerprint = fingerprint
    updates = milestone.update
    tokens = state?.tokens ?? 0
    seconds = (state?.seconds ?? 0).rounded()
    validation = milestone.result
    notes = recipe.notes
  }
}

/// What the `model.json` of every kind of model has.
public struct ModelHeader: Codable, Sendable, Equatable {
  /// What a program must understand to read the folder.
  public static let currentFormat = 1

  public var format: Int
  public var kind: ModelKind
  public var name: String
  /// Language code of the source, where it is text.
  public var source: String?
  /// Language code of what comes out.
  public var target: String
  /// Of a translator: whether one file of subwords serves both languages.
  public var jointSubwords: Bool?
  /// Of what comes out.
  public var targetFingerprint: String?
  public var origin: ModelOrigin

  /// Reads what all kinds have in common.
  public init(path: String) throws {
    let (json, file) = try Self.json(path, kind: nil)
    do {
      self = try JSONDecoder().decode(ModelHeader.self, from: json)
    } catch let error as DecodingError {
      throw ModelError(path: file, "damaged: \(explain(error)); restore the file")
    }
  }

  /// Opens the weights of a model's folder to look at them.
  public static func weightsFile(_ path: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: path + "/" + ModelFile.weights)
  }

  /// The bytes of a folder's `model.json`, once it is known that this program reads them.
  ///
  /// - Parameter kind: what the model is to do; any where nil.
  package static func json(_ path: String, kind: ModelKind?) throws -> (json: Data, file: String) {
    let file = path + "/" + ModelFile.description
    guard let json = FileManager.default.contents(atPath: file) else {
      let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
      throw ModelError(
        path: path,
        isFolder
          ? "not a model: there is no model.json in this folder"
          : "no such model folder; `s2s models` lists those there are")
    }
    struct Version: Decodable {
      var format: Int
      var kind: String
    }
    do {
      let version = try JSONDecoder().decode(Version.self, from: json)
      guard version.format <= currentFormat else {
        throw ModelError(
          path: file,
          "model format \(version.format) is newer than this program, which reads up to "
            + "\(currentFormat); update s2s")
      }
      if let kind, version.kind != kind.rawValue {
        throw ModelError(path: file, "this is a \(version.kind) model, not \(kind.phrase)")
      }
    } catch let error as DecodingError {
      throw ModelError(path: file, "damaged: \(explain(error)); restore the file")
    }
    return (json, file)
  }

  /// Writes a folder's `model.json`, beside the old one first.
  package static func write(_ description: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let file = path + "/" + ModelFile.description
    do {
      try encoder.encode(description).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw WritingError(path: file, error)
    }
  }
}
