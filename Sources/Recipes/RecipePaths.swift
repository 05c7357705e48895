import Foundation

/// Turns the paths of a recipe into absolute ones, by the rule that `Recipe.init(contentsOf:)` states.
struct RecipePaths {
  private let recipe: String
  private let environment: [String: String]
  private let folder: String
  private let workingDirectory: String

  init(recipe: String, environment: [String: String]) {
    self.recipe = recipe
    self.environment = environment
    workingDirectory = FileManager.default.currentDirectoryPath
    folder = URL(fileURLWithPath: recipe).resolvingSymlinksInPath().deletingLastPathComponent().path
  }

  /// The tree with the paths of its corpora made absolute.
  func resolve(_ tree: RecipeNode) throws(RecipeError) -> RecipeNode {
    try Self.mapPaths(tree) { node throws(RecipeError) in
      guard case .scalar(let text, let quoted) = node.value, quoted || !node.isNull else {
        return node
      }
      var base = folder
      if case .override = node.place { base = workingDirectory }
      let expanded = try expand(text, place: node.place)
      return RecipeNode(
        value: .scalar(Self.absolute(expanded, base: base), quoted: true), place: node.place)
    }
  }

  /// The tree with its paths written so that reading gives them back.
  static func escape(_ tree: RecipeNode) -> RecipeNode {
    mapPaths(tree) { node in
      guard case .scalar(let text, _) = node.value else { return node }
      var escaped = text.replacing("$", with: "$$")
      if escaped.hasPrefix("~") { escaped = "./" + escaped }
      return RecipeNode(value: .scalar(escaped, quoted: true), place: node.place)
    }
  }

  /// Applies `body` to the paths of all corpora.
  private static func mapPaths<Failure: Error>(
    _ tree: RecipeNode, _ body: (RecipeNode) throws(Failure) -> RecipeNode
  ) throws(Failure) -> RecipeNode {
    func inMembers(
      _ node: RecipeNode, _ keys: [String],
      _ body: (RecipeNode) throws(Failure) -> RecipeNode
    ) throws(Failure) -> RecipeNode {
      guard case .section(var members) = node.value else { return node }
      for index in members.indices where keys.contains(members[index].key) {
        members[index].node = try body(members[index].node)
      }
      return RecipeNode(value: .section(members), place: node.place)
    }
    return try inMembers(tree, ["data"]) { data throws(Failure) in
      try inMembers(data, ["train", "dev"]) { list throws(Failure) in
        guard case .list(let items) = list.value else { return list }
        var result: [RecipeNode] = []
        for item in items {
          result.append(try inMembers(item, ["source", "target", "tsv"], body))
        }
        return RecipeNode(value: .list(result), place: list.place)
      }
    }
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
