internal import Foundation
internal import Seq2Seq

extension RecipeDocument {
  /// Reads a recipe from a YAML file; what it leaves out has the default.
  ///
  /// A path in it may begin with `~`, and may hold `$NAME`, `${NAME}` and `${NAME:-default}` from
  /// the environment (`$$` is a dollar sign; a variable that is not set and has no default is an
  /// error). What is not absolute then is relative to the recipe's folder; in an override, to the
  /// working directory. The recipe that comes back holds absolute paths.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - overrides: settings that count more than the file's, as `training.learningRate=0.002`; lists
  ///     as in YAML, `data.dev=[{tsv: dev.tsv}]`.
  ///   - environment: variables for paths; the process's where nil.
  /// - Throws: `RecipeError` for the first thing that is wrong, with line and column.
  public init(
    contentsOf path: String, overrides: [String] = [],
    environment: [String: String]? = nil
  ) throws(RecipeError) {
    var tree = Self.defaults
    let known = RecipeNode.Known(tree: tree, corpusKeys: Self.corpusKeys)
    let file = try RecipeNode(yaml: recipeText(path), path: path)
    guard !file.members.isEmpty else {
      throw RecipeError(
        path: path, place: file.place,
        "holds no settings; a recipe has lines such as 'source: de'")
    }
    tree = try tree.overlaid(with: file, known: known, path: path)
    for override in overrides {
      let node = try Self.node(override: override, path: path)
      tree = try tree.overlaid(with: node, known: known, path: path)
    }
    let paths = RecipePaths(
      recipe: path, keys: Self.pathKeys,
      environment: environment ?? ProcessInfo.processInfo.environment)
    tree = try paths.resolve(tree)
    do {
      self = try RecipeDecoder(node: tree, path: path).decode(Self.self)
      if name.isEmpty {
        name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      }
      try validate()
    } catch let error as RecipeError {
      throw error
    } catch let error as ConfigurationError {
      let place = tree.place(of: error.key.split(separator: ".").map(String.init))
      throw RecipeError(path: path, place: place, error.description)
    } catch {
      throw RecipeError(path: path, "cannot be read: \(error)")
    }
  }

  /// The tree of all keys with their defaults.
  static var defaults: RecipeNode { RecipeEncoder.encode(Self()) }

  /// The tree that an override `a.b=value` stands for.
  private static func node(override: String, path: String) throws(RecipeError) -> RecipeNode {
    let place = RecipeError.Place.override(override)
    guard let equals = override.firstIndex(of: "=") else {
      throw RecipeError(
        path: path, place: place, "expected key=value, such as training.learningRate=0.002")
    }
    let keys = override[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard keys.allSatisfy({ !$0.isEmpty }) else {
      throw RecipeError(
        path: path, place: place,
        "the key '\(override[..<equals])' has an empty part; expected one such as "
          + "training.learningRate")
    }
    let value = override[override.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    // Only what needs YAML is read as YAML; a '#' or ': ' in a plain text is not meant as such.
    var node =
      if let first = value.first, "[{\"'".contains(first) {
        try RecipeNode(yaml: value, path: path, override: override)
      } else {
        RecipeNode(value: .scalar(value, quoted: false), place: place)
      }
    for key in keys.reversed() {
      let member = RecipeNode.Member(key: key, keyPlace: place, node: node)
      node = RecipeNode(value: .section([member]), place: place)
    }
    return node
  }
}

extension RecipeKind {
  /// The kind that a recipe, or a setting that counts more, gives; `translation` where none does.
  ///
  /// - Throws: `RecipeError` if the file cannot be read as YAML, or gives no kind there is.
  public init(contentsOf path: String, overrides: [String] = []) throws(RecipeError) {
    let override = overrides.last { $0.hasPrefix("kind=") }
    let given = override.map {
      RecipeNode(value: .scalar(String($0.dropFirst("kind=".count)), quoted: false))
    }
    var node = given
    if node == nil { node = try Self.node(path) }
    guard let node else {
      self = .translation
      return
    }
    do {
      self = try RecipeDecoder(node: node, path: path, codingPath: [KindKey()])
        .decode(RecipeKind.self)
    } catch let error as RecipeError {
      throw error
    } catch {
      throw RecipeError(path: path, "cannot be read: \(error)")
    }
  }

  private static func node(_ path: String) throws(RecipeError) -> RecipeNode? {
    try RecipeNode(yaml: recipeText(path), path: path)["kind"]?.node
  }

  /// The key as messages name it.
  private struct KindKey: CodingKey {
    var stringValue = "kind"
    var intValue: Int?
    init() {}
    init?(stringValue: String) { return nil }
    init?(intValue: Int) { return nil }
  }
}

/// Longest recipe that is read, in bytes; anything longer is some other file.
private let maximumLength = 1 << 20

private func recipeText(_ path: String) throws(RecipeError) -> String {
  let bytes: Data
  do {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw RecipeError(path: path, "is a folder; name the recipe's file, such as recipe.yaml")
    }
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    bytes = try handle.read(upToCount: maximumLength + 1) ?? Data()
    try handle.close()
  } catch let error as RecipeError {
    throw error
  } catch {
    let reason =
      FileManager.default.fileExists(atPath: path)
      ? "cannot be read; check that you may" : "there is no such file; check the path"
    throw RecipeError(path: path, reason)
  }
  guard bytes.count <= maximumLength else {
    throw RecipeError(path: path, "is longer than any recipe (1 MiB); is it a corpus?")
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw RecipeError(path: path, "is not UTF-8 text; save it as UTF-8")
  }
  return text
}
