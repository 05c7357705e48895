import Yams

extension RecipeNode {
  private typealias PlaceOf = ((line: Int, column: Int)?) -> RecipeError.Place

  /// Aliases of aliases can stand for more values than memory holds.
  private static let maximumValues = 10_000

  private static func numbers(_ mark: Mark?) -> (line: Int, column: Int)? {
    mark.map { ($0.line, $0.column) }
  }

  /// Reads YAML text.
  ///
  /// - Parameters:
  ///   - path: what messages call the text.
  ///   - override: the `--set` that the text is the value of, which messages then name instead of
  ///     lines.
  init(yaml: String, path: String, override: String? = nil) throws(RecipeError) {
    func place(_ mark: (line: Int, column: Int)?) -> RecipeError.Place {
      if let override { return .override(override) }
      return mark.map { .file(line: $0.line, column: $0.column) } ?? .none
    }
    let root: Node?
    do {
      // The basic resolver gives no types to values: that is the decoder's business, which knows
      // what it expects (and `no` stays the code of a language).
      root = try Parser(yaml: yaml, resolver: .basic).singleRoot()
    } catch let error as YamlError {
      throw Self.recipeError(error, path: path, place: place)
    } catch {
      throw RecipeError(path: path, "cannot be read as YAML: \(error)")
    }
    var remaining = Self.maximumValues
    self =
      try root.map { node throws(RecipeError) in
        try Self(node, path: path, place: place, remaining: &remaining)
      } ?? .emptySection
  }

  private init(
    _ node: Node, path: String, place: PlaceOf, remaining: inout Int
  ) throws(RecipeError) {
    self.place = place(Self.numbers(node.mark))
    remaining -= 1
    guard remaining >= 0 else {
      throw RecipeError(
        path: path, place: self.place,
        "the recipe has more than \(Self.maximumValues) values, aliases counted; write it shorter")
    }
    switch node {
    case .scalar(let scalar):
      let quoted = [.singleQuoted, .doubleQuoted, .literal, .folded].contains(scalar.style)
      value = .scalar(scalar.string, quoted: quoted)
    case .sequence(let sequence):
      var items: [RecipeNode] = []
      for item in sequence {
        items.append(try Self(item, path: path, place: place, remaining: &remaining))
      }
      value = .list(items)
    case .mapping(let mapping):
      var members: [Member] = []
      for (key, node) in mapping {
        guard case .scalar(let scalar) = key else {
          throw RecipeError(
            path: path, place: place(Self.numbers(key.mark)),
            "a key must be a word, not a list or a section")
        }
        members.append(
          Member(
            key: scalar.string, keyPlace: place(Self.numbers(key.mark)),
            node: try Self(node, path: path, place: place, remaining: &remaining)))
      }
      value = .section(members)
    case .alias:
      throw RecipeError(path: path, place: self.place, "aliases are not read; write the value out")
    }
  }

  private static func recipeError(
    _ error: YamlError, path: String, place: PlaceOf
  ) -> RecipeError {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      var what = problem
      if let context, !context.text.isEmpty {
        what =
          problem.hasPrefix("but ")
          ? "\(context.text), \(problem)"
          : "\(problem) (\(context.text), begun at line \(context.mark.line))"
      }
      return RecipeError(
        path: path, place: place(Self.numbers(mark)),
        "this is not YAML: \(what); check indentation, colons and quotes")
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0)
      let line = before.count { $0.isNewline } + 1
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      return RecipeError(
        path: path, place: place(offset == nil ? nil : (line, column)),
        "this is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return RecipeError(
        path: path, place: place(Self.numbers(context.mark)),
        "the key '\(keys.first ?? "")' stands here and again further down; keep one of them")
    default:
      return RecipeError(path: path, "cannot be read as YAML: \(error)")
    }
  }
}
