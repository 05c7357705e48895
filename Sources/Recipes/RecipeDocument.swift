/// A recipe of some kind: everything that a model is made from, as YAML with its properties as keys.
///
/// What a file leaves out has the value of `init()`. See `init(contentsOf:overrides:environment:)` for
/// reading and `yaml` for writing.
public protocol RecipeDocument: Codable, Equatable, Sendable {
  /// The recipe of all defaults.
  init()

  /// What messages and folders call the model; the file's name where the file gives none.
  var name: String { get set }

  /// The settings that are paths, each as the keys that lead to it; a list is gone through.
  static var pathKeys: [[String]] { get }

  /// The keys of a corpus in the lists of the section `data`.
  static var corpusKeys: [String] { get }

  /// Throws the first setting that cannot be, as a `ConfigurationError`.
  func validate() throws
}

/// What a recipe makes; its first key.
public enum RecipeKind: String, Codable, Sendable, CaseIterable {
  /// Text from text.
  case translation
  /// Text from pictures.
  case caption
}
