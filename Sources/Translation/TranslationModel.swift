internal import Foundation
public import Neural
public import Recipes
public import Seq2Seq
public import Tensors
public import Tokenization

/// What `model.json` says: all it takes to rebuild a translator, and where it comes from.
public struct ModelDescription: Codable, Sendable, Equatable {
  public var format = ModelHeader.currentFormat
  public var kind = ModelKind.translation
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
  public var origin: ModelOrigin

  public init(
    name: String, source: String, target: String, architecture: ModelConfig, jointSubwords: Bool,
    sourceFingerprint: String, targetFingerprint: String, maxLength: Int, search: SearchOptions,
    origin: ModelOrigin
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

/// A model folder in memory: raw text in, finished text out.
public struct TranslationModel: Sendable {
  enum File {
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
      weights: try ModelWeights.read(path + "/" + ModelFile.weights, table: network.table),
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

  /// Reads `model.json` alone.
  public static func readDescription(_ path: String) throws -> ModelDescription {
    let (json, file) = try ModelHeader.json(path, kind: .translation)
    do {
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
      weights, table: network.table, precision: precision, to: path + "/" + ModelFile.weights)
    try ModelHeader.write(description, to: path)
  }
}
