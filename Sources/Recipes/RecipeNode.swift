/// A recipe, or part of one, as it is written: values with the places they come from.
struct RecipeNode: Sendable {
  enum Value: Sendable {
    /// A value; `quoted` where it can only be text.
    case scalar(String, quoted: Bool)
    case list([RecipeNode])
    case section([Member])
  }

  struct Member: Sendable {
    var key: String
    /// Where the key stands; the value may begin on a later line.
    var keyPlace: RecipeError.Place
    var node: RecipeNode
  }

  var value: Value
  var place: RecipeError.Place = .none

  static let emptySection = RecipeNode(value: .section([]))

  /// The members of a section; none for anything else.
  var members: [Member] {
    if case .section(let members) = value { members } else { [] }
  }

  /// All values below, by the keys that lead to them, joined by dots; items of lists are numbered.
  var settings: [String: String] {
    let below: [(String, RecipeNode)]
    switch value {
    case .scalar(let text, _): return ["": text]
    case .list(let items): below = items.enumerated().map { ("\($0)", $1) }
    case .section(let members): below = members.map { ($0.key, $0.node) }
    }
    return below.reduce(into: [:]) { all, part in
      for (key, text) in part.1.settings { all[key.isEmpty ? part.0 : part.0 + "." + key] = text }
    }
  }

  subscript(key: String) -> Member? { members.first { $0.key == key } }

  /// What messages say was found.
  var kind: String {
    switch value {
    case .scalar(let text, let quoted):
      if quoted { "the text \"\(text)\"" } else if isNull { "nothing" } else { "'\(text)'" }
    case .list: "a list"
    case .section: "a section"
    }
  }

  /// Whether it is YAML's way of writing nothing.
  var isNull: Bool {
    if case .scalar(let text, quoted: false) = value {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// Where the key of a dotted name stands, or the closest there is above it.
  func place(of path: some Sequence<String>) -> RecipeError.Place {
    var node = self
    var place = RecipeError.Place.none
    for key in path {
      if let member = node[key] {
        (place, node) = (member.keyPlace, member.node)
      } else if case .list(let items) = node.value, let index = Int(key), index < items.count {
        (place, node) = (items[index].place, items[index])
      } else {
        break
      }
    }
    return place
  }
}
