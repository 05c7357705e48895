extension RecipeNode {
  /// What may stand in a recipe.
  struct Known {
    /// The tree of all defaults.
    let tree: RecipeNode
    /// Keys of a corpus in the lists of `data`.
    let corpusKeys: [String]
  }

  /// Lays `other` over this tree, whose keys are the known ones: what `other` says counts, what it
  /// leaves out stays.
  ///
  /// - Parameters:
  ///   - known: for suggesting keys.
  ///   - key: dotted name of this tree.
  func overlaid(
    with other: RecipeNode, known: Known, key: [String] = [], path: String
  ) throws(RecipeError) -> RecipeNode {
    switch value {
    case .section(var members):
      guard case .section(let others) = other.value else {
        throw RecipeError(
          path: path, place: other.place,
          "\(Self.quoted(key)) expected a section (lines of 'key: value'), found \(other.kind)")
      }
      for member in others {
        if let index = members.firstIndex(where: { $0.key == member.key }) {
          let node = try members[index].node.overlaid(
            with: member.node, known: known, key: key + [member.key], path: path)
          members[index] = Member(key: member.key, keyPlace: member.keyPlace, node: node)
        } else if key == ["notes"] {
          members.append(member)
        } else {
          throw RecipeError(
            path: path, place: member.keyPlace,
            RecipeKeys(known.tree).unknown(key + [member.key], among: members.map(\.key)))
        }
      }
      return RecipeNode(value: .section(members), place: other.place)
    case .list:
      if case .list(let items) = other.value {
        for (index, item) in items.enumerated() {
          try checkCorpus(item, key: key + [String(index)], known: known, path: path)
        }
      }
      return other
    case .scalar:
      return other
    }
  }

  /// The only lists of sections are those of corpora.
  private func checkCorpus(
    _ item: RecipeNode, key: [String], known: Known, path: String
  ) throws(RecipeError) {
    guard key.first == "data" else { return }
    let keys = known.corpusKeys
    for member in item.members where !keys.contains(member.key) {
      throw RecipeError(
        path: path, place: member.keyPlace,
        RecipeKeys(known.tree).unknown(key + [member.key], among: keys))
    }
  }

  private static func quoted(_ key: [String]) -> String {
    key.isEmpty ? "the recipe" : "'\(key.joined(separator: "."))'"
  }
}
