import Foundation

/// Turns the paths of a recipe into absolute ones, by the rule that `Recipe.init(contentsOf:)` states.
struct RecipePaths {
  private let recipe: String
  private let keys: [[String]]
  private let environment: [String: String]
  private let folder: String
  private let workingDirectory: String

  /// - Parameter keys: what `RecipeDocument.pathKeys` says.
  init(recipe: String, keys: [[String]], environment: [String: String]) {
    self.recipe = recipe
    self.keys = keys
    self.environment = environment
    workingDirectory = FileManager.default.currentDirectoryPath
    folder = URL(fileURLWithPath: recipe).resolvingSymlinksInPath().deletingLastPathComponent().path
  }

  /// The tree with its paths made absolute; an empty one stays empty.
  func resolve(_ tree: RecipeNode) throws(RecipeError) -> RecipeNode {
    try Self.mapPaths(tree, keys) { node throws(RecipeError) in
      guard case .scalar(let text, let quoted) = node.value, quoted || !node.isNull, !text.isEmpty
      else { return node }
      var base = folder
      if case .override = node.place { base = workingDirectory }
      let expanded = try expand(text, place: node.place)
      return RecipeNode(
        value: .scalar(Self.absolute(expanded, base: base), quoted: true), place: node.place)
    }
  }

  /// The tree with its paths written so that reading gives them back.
  static func escape(_ tree: RecipeNode, keys: [[String]]) -> RecipeNode {
    mapPaths(tree, keys) { node in
      guard case .scalar(let text, _) = node.value else { return node }
      var escaped = text.replacing("$", with: "$$")
      if escaped.hasPrefix("~") { escaped = "./" + escaped }
      return RecipeNode(value: .scalar(escaped, quoted: true), place: node.place)
    }
  }

  /// Applies `body` to the values that `keys` lead to.
  private static func mapPaths<Failure: Error>(
    _ tree: RecipeNode, _ keys: [[String]], _ body: (RecipeNode) throws(Failure) -> RecipeNode
  ) throws(Failure) -> RecipeNode {
    var result = tree
    switch tree.value {
    case .scalar:
      return keys.contains([]) ? try body(tree) : tree
    case .list(let items):
      var mapped: [RecipeNode] = []
      for item in items { mapped.append(try mapPaths(item, keys, body)) }
      result.value = .list(mapped)
    case .section(var members):
      for index in members.indices {
        let rest = keys.filter { $0.first == members[index].key }.map { Array($0.dropFirst()) }
        if !rest.isEmpty { members[index].node = try mapPaths(members[index].node, rest, body) }
      }
      result.value = .section(members)
    }
    return result
  }

  /// Replaces `~` at the beginning, `$NAME`, `${NAME}`, `${NAME:-default}` and `$$`.
  private func expand(_ text: String, place: RecipeError.Place) throws(RecipeError) -> String {
    var result = ""
    var rest = text[...]
    if rest == "~" || rest.hasPrefix("~/") {
      result = environment["HOME"] ?? NSHomeDirectory()
      rest = rest.dropFirst()
    }
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          throw RecipeError(
            path: recipe, place: place, "the path '\(text)' has a '${' without its '}'")
        }
        let inner = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        let parts = inner.split(separator: ":-", maxSplits: 1, omittingEmptySubsequences: false)
        result += try value(
          of: parts[0], default: parts.count > 1 ? parts[1] : nil, in: text, place: place)
      } else {
        let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
        rest = rest[name.endIndex...]
        result += try value(of: name, default: nil, in: text, place: place)
      }
    }
    return result + rest
  }

  /// As in a shell, a variable that is set to nothing counts as one that is not set.
  private func value(
    of name: Substring, default fallback: Substring?, in text: String, place: RecipeError.Place
  ) throws(RecipeError) -> String {
    let isName =
      !name.isEmpty && name.first?.isNumber == false
      && name.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isName else {
      throw RecipeError(
        path: recipe, place: place,
        "the path '\(text)' has a '$' without a variable's name; write '$$' for a dollar sign")
    }
    if let value = environment[String(name)], !value.isEmpty { return value }
    if let fallback { return String(fallback) }
    throw RecipeError(
      path: recipe, place: place,
      "the path '\(text)' needs the environment variable '\(name)', which is not set; set it, or "
        + "give a default as in '${\(name):-../data}'")
  }

  /// Joins and takes away leading `.` and `..`: the base has no symbolic links, so that going up is
  /// the same by name as by folder.
  private static func absolute(_ path: String, base: String) -> String {
    if path.hasPrefix("/") { return path }
    var folders = base.split(separator: "/")
    var parts = path.split(separator: "/")[...]
    while let first = parts.first, first == "." || first == ".." {
      if first == ".." { _ = folders.popLast() }
      parts = parts.dropFirst()
    }
    return "/" + (folders + parts).joined(separator: "/")
  }
}
