internal import Foundation
public import Neural
public import Seq2Seq
public import Tensors
public import Tokenization

/// What `model.json` says: all it takes to rebuild a translator, and where it comes from.
public struct ModelDescription: Codable, Sendable, Equatable {
  /// What a program must understand to read the folder.
  public static let currentFormat = 1

  /// How a model came to be.
  public struct Origin: Codable, Sendable, Equatable {
    /// Name of the recipe.
    public var recipe = ""
    /// Pairs learned from, and a fingerprint over all their lines.
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
  }

  public var format = ModelDescription.currentFormat
  public var kind = "translation"
  public var name: String
  /// Language codes, as `de` and `en`.
  public var source: String
  public var target: String
  public var architecture: ModelConfig
  /// Whether one file of subwords serves both languages.
  public var jointSubwords: Bool
  public var sourceFingerprint: String
  public var targetFingerprint: String
  /// Longest source in subwords that the model was trained on; longer lines are translated in parts.
  public var maxLength: Int
  public var search: SearchOptions
  public var origin: Origin

  public init(
    name: String, source: String, target: String, architecture: ModelConfig, jointSubwords: Bool,
    sourceFingerprint: String, targetFingerprint: String, maxLength: Int, search: SearchOptions,
    origin: Origin
  ) {
    self.name = name
    self.source = source
    self.target = target
    self.architecture = architecture
    self.jointSubwords = jointSubwords
    self.sourceFingerprint = sourceFingerprint
    self.targetFingerprint = targetFingerprint
    self.maxLength = maxLength
    self.search = search
    self.origin = origin
  }
}

/// A model that cannot be used: which folder or file, what is wrong, what to do.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  public var path: String
  public var message: String

  public init(path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}

/// A model folder in memory: raw text in, finished text out.
public struct TranslationModel: Sendable {
  enum File {
    static let description = "model.json"
    static let weights = "weights.safetensors"
    static let joint = "subwords.txt"
    static let source = "source.subwords.txt"
    static let target = "target.subwords.txt"
  }

  public var description: ModelDescription
  public let network: EncoderDecoder
  /// Flat, cut by the network's table.
  public let weights: Tensor
  public let sourceSubwords: Subwords
  public let targetSubwords: Subwords

  public init(
    description: ModelDescription, network: EncoderDecoder, weights: Tensor,
    sourceSubwords: Subwords, targetSubwords: Subwords
  ) {
    self.description = description
    self.network = network
    self.weights = weights
    self.sourceSubwords = sourceSubwords
    self.targetSubwords = targetSubwords
  }

  /// Loads a model folder.
  public init(path: String) throws {
    let description = try Self.readDescription(path)
    let source = try Self.readSubwords(path, .source, of: description)
    let target =
      description.jointSubwords ? source : try Self.readSubwords(path, .target, of: description)
    let network = try EncoderDecoder(description.architecture)
    self.init(
      description: description, network: network,
      weights: try ModelWeights.read(path + "/" + File.weights, table: network.table),
      sourceSubwords: source, targetSubwords: target)
  }

  /// The two languages of a model.
  public enum Side: Sendable { case source, target }

  /// Reads the subwords of one language alone.
  public static func readSubwords(_ path: String, _ side: Side) throws -> Subwords {
    try readSubwords(path, side, of: readDescription(path))
  }

  private static func readSubwords(
    _ path: String, _ side: Side, of description: ModelDescription
  ) throws -> Subwords {
    let config = description.architecture
    let (name, size, fingerprint) =
      switch side {
      case .source: (File.source, config.sourceVocabularySize, description.sourceFingerprint)
      case .target: (File.target, config.targetVocabularySize, description.targetFingerprint)
      }
    let file = path + "/" + (description.jointSubwords ? File.joint : name)
    let subwords = try Subwords(contentsOf: URL(fileURLWithPath: file))
    guard subwords.vocabularySize == size, subwords.fingerprint == fingerprint else {
      throw ModelError(
        path: file,
        "these are not the subwords the model was trained with (\(subwords.vocabularySize) entries, "
          + "fingerprint \(subwords.fingerprint); the model has \(size), \(fingerprint)); restore the "
          + "file that came with the model")
    }
    return subwords
  }

  /// Opens the weights of a model to look at them.
  public static func weightsFile(_ path: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: path + "/" + File.weights)
  }

  /// Reads `model.json` alone.
  public static func readDescription(_ path: String) throws -> ModelDescription {
    let file = path + "/" + File.description
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
      guard version.format <= ModelDescription.currentFormat else {
        throw ModelError(
          path: file,
          "model format \(version.format) is newer than this program, which reads up to "
            + "\(ModelDescription.currentFormat); update s2s")
      }
      guard version.kind == "translation" else {
        throw ModelError(path: file, "this is a \(version.kind) model, not one that translates")
      }
      let description = try JSONDecoder().decode(ModelDescription.self, from: json)
      try description.architecture.validate()
      let config = description.architecture
      let sizes = Subwords.minimumVocabularySize...Subwords.maximumVocabularySize
      guard sizes.contains(config.sourceVocabularySize), sizes.contains(config.targetVocabularySize)
      else {
        throw ModelError(
          path: file,
          "damaged: vocabularies of \(config.sourceVocabularySize) and \(config.targetVocabularySize) "
            + "entries, where \(sizes.lowerBound) to \(sizes.upperBound) can be; restore the file")
      }
      guard !description.jointSubwords || config.sourceVocabularySize == config.targetVocabularySize
      else {
        throw ModelError(
          path: file,
          "damaged: joint subwords, but vocabularies of \(config.sourceVocabularySize) and "
            + "\(config.targetVocabularySize) entries; restore the file")
      }
      return description
    } catch let error as DecodingError {
      throw ModelError(path: file, "damaged: \(explain(error)); restore the file")
    } catch let error as ConfigurationError {
      throw ModelError(path: file, "damaged: \(error); restore the file")
    }
  }

  /// Writes a complete model folder; each file beside the old one first, `model.json` last.
  public func write(to path: String, precision: WeightPrecision = .float32) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ModelError(path: path, "the folder cannot be made: \(error.localizedDescription)")
    }
    func url(_ file: String) -> URL { URL(fileURLWithPath: path + "/" + file) }
    if description.jointSubwords {
      try sourceSubwords.write(to: url(File.joint))
    } else {
      try sourceSubwords.write(to: url(File.source))
      try targetSubwords.write(to: url(File.target))
    }
    try ModelWeights.write(
      weights, table: network.table, precision: precision, to: path + "/" + File.weights)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(description).write(to: url(File.description), options: .atomic)
    } catch {
      throw ModelError(
        path: path + "/" + File.description, "cannot be written: \(error.localizedDescription)")
    }
  }
}

/// What a decoding error found, in a line.
func explain(_ error: DecodingError) -> String {
  func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : "'" + path.map(\.stringValue).joined(separator: ".") + "' "
  }
  switch error {
  case .keyNotFound(let key, let context):
    return "\(place(context.codingPath + [key]))is missing"
  case .typeMismatch(_, let context), .valueNotFound(_, let context):
    return "\(place(context.codingPath))has the wrong type"
  case .dataCorrupted(let context):
    return place(context.codingPath) + "is not valid JSON or not a known value"
  @unknown default: return "\(error)"
  }
}
