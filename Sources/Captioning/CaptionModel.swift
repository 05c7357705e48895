internal import Foundation
public import Neural
public import Recipes
public import Seq2Seq
public import Tensors
public import Tokenization

/// What the `model.json` of a captioner says: all it takes to rebuild it, and where it comes from.
public struct CaptionDescription: Codable, Sendable, Equatable {
  /// What a program must understand to read the folder.
  public var format = ModelHeader.currentFormat
  public var kind = ModelKind.caption
  /// What messages call the model.
  public var name: String
  /// Code of the captions' language, as `en`.
  public var target: String
  public var architecture: CaptionConfig
  /// Of the subwords.
  public var targetFingerprint: String
  /// How captions are searched for unless told.
  public var search: SearchOptions
  public var origin: ModelOrigin

  public init(
    name: String, target: String, architecture: CaptionConfig, targetFingerprint: String,
    search: SearchOptions, origin: ModelOrigin
  ) {
    self.name = name
    self.target = target
    self.architecture = architecture
    self.targetFingerprint = targetFingerprint
    self.search = search
    self.origin = origin
  }
}

/// A captioner's folder in memory: raw pictures in, finished text out.
public struct CaptionModel: Sendable {
  enum File {
    static let subwords = "subwords.txt"
  }

  /// What `model.json` says.
  public var description: CaptionDescription
  public let network: CaptionNetwork
  /// Flat, cut by the network's table.
  public let weights: Tensor
  public let subwords: Subwords

  public init(
    description: CaptionDescription, network: CaptionNetwork, weights: Tensor, subwords: Subwords
  ) {
    self.description = description
    self.network = network
    self.weights = weights
    self.subwords = subwords
  }

  /// Loads a model folder.
  ///
  /// - Throws: `ModelError`, `SubwordsError` or `SafetensorsError`: which file, what is wrong, what to do.
  public init(path: String) throws {
    let description = try Self.readDescription(path)
    let file = path + "/" + File.subwords
    let subwords = try Subwords(contentsOf: URL(fileURLWithPath: file))
    guard subwords.vocabularySize == description.architecture.decoder.vocabularySize,
      subwords.fingerprint == description.targetFingerprint
    else {
      throw ModelError(
        path: file,
        "these are not the subwords the model was trained with (fingerprint \(subwords.fingerprint); "
          + "the model has \(description.targetFingerprint)); restore the file that came with the model"
      )
    }
    let network = try CaptionNetwork(description.architecture)
    self.init(
      description: description, network: network,
      weights: try ModelWeights.read(path + "/" + ModelFile.weights, table: network.table),
      subwords: subwords)
  }

  /// Reads `model.json` alone.
  public static func readDescription(_ path: String) throws -> CaptionDescription {
    let (json, file) = try ModelHeader.json(path, kind: .caption)
    do {
      let description = try JSONDecoder().decode(CaptionDescription.self, from: json)
      let architecture = description.architecture
      try architecture.validate()
      let sizes = Subwords.minimumVocabularySize...Subwords.maximumVocabularySize
      guard sizes.contains(architecture.decoder.vocabularySize) else {
        throw ModelError(
          path: file,
          "damaged: a vocabulary of \(architecture.decoder.vocabularySize) entries, where "
            + "\(sizes.lowerBound) to \(sizes.upperBound) can be; restore the file")
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
    try subwords.write(to: URL(fileURLWithPath: path + "/" + File.subwords))
    try ModelWeights.write(
      weights, table: network.table, precision: precision, to: path + "/" + ModelFile.weights)
    try ModelHeader.write(description, to: path)
  }
}
