internal import Foundation
public import Neural
public import Recipes
public import Seq2Seq
public import Tensors
public import Tokenization

/// What the `model.json` of a language model says.
public struct LanguageModelDescription: ModelDocument {
  public static let modelKind = ModelKind.languageModel

  /// What a program must understand to read the folder.
  public var format = ModelHeader.currentFormat
  public var kind = modelKind
  /// What messages call the model.
  public var name: String
  /// Code of the text's language, as `en`.
  public var target: String
  public var architecture: LanguageModelConfig
  /// What text is cut into.
  public var units: UnitKind
  /// Of the units.
  public var targetFingerprint: String
  /// Whether it has learned text that goes on from line to line, rather than lines that stand alone.
  public var continuous: Bool
  /// How continuations are searched for unless told.
  public var search: SearchOptions
  public var origin: ModelOrigin

  public init(
    name: String, target: String, architecture: LanguageModelConfig, units: UnitKind,
    targetFingerprint: String, continuous: Bool, search: SearchOptions, origin: ModelOrigin
  ) {
    self.name = name
    self.target = target
    self.architecture = architecture
    self.units = units
    self.targetFingerprint = targetFingerprint
    self.continuous = continuous
    self.search = search
    self.origin = origin
  }

  public func validate() throws {
    try architecture.validate()
    try checkVocabulary(
      architecture.vocabularySize, key: "architecture.vocabularySize",
      least: units == .word
        ? WordVocabulary.minimumVocabularySize : Subwords.minimumVocabularySize)
  }
}

/// A language model's folder in memory: the beginning of a text in, what comes next out.
public struct LanguageModel: StoredModel {
  public var description: LanguageModelDescription
  public let network: LanguageNetwork
  public let weights: Tensor
  /// Matrices of 8 bits by the names of their parameters, which `weights` has zeros for; empty unless they were asked
  /// for.
  package let int8: [String: Int8Matrix]
  package let units: TextUnits

  package init(
    description: LanguageModelDescription, network: LanguageNetwork, weights: Tensor,
    int8: [String: Int8Matrix] = [:], units: TextUnits
  ) {
    self.description = description
    self.network = network
    self.weights = weights
    self.int8 = int8
    self.units = units
  }

  public init(path: String) throws { try self.init(path: path, keepsInt8: false) }

  /// - Parameter keepsInt8: whether what is stored in 8 bits is not widened, as is enough for completing.
  package init(path: String, keepsInt8: Bool) throws {
    let description = try Self.readDescription(path)
    let units = try Self.readUnits(path, description)
    let network = try LanguageNetwork(description.architecture)
    let (weights, int8) = try Self.readWeights(
      path, network.table, keepingInt8: keepsInt8 ? network.table : ParameterTable())
    self.init(
      description: description, network: network, weights: weights, int8: int8, units: units)
  }

  /// Reads the units of a folder whose `model.json` is known.
  static func readUnits(
    _ path: String, _ description: LanguageModelDescription
  ) throws -> TextUnits {
    func read<V: StoredVocabulary>(_ read: (URL) throws -> V) throws -> V {
      try readVocabulary(
        path, file: TextUnits.file(description.units),
        size: description.architecture.vocabularySize, fingerprint: description.targetFingerprint,
        read)
    }
    return switch description.units {
    case .subword: .subwords(try read(Subwords.init(contentsOf:)))
    case .character: .characters(try read(Subwords.init(contentsOf:)))
    case .word: .words(try read(WordVocabulary.init(contentsOf:)))
    }
  }

  public var table: ParameterTable { network.table }

  public var subwordFiles: [(name: String, subwords: any StoredVocabulary)] {
    [(TextUnits.file(units.kind), units.stored)]
  }

  /// The weights laid out for inference; nobody else may need them any more.
  package func inferenceWeights(workers: Workers) -> InferenceWeights {
    InferenceWeights(
      network.table, weights: weights, int8: int8, workers: workers, takesWeights: true)
  }
}
