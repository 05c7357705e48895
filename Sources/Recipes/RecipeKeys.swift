/// All keys of a recipe, for telling which one was meant.
struct RecipeKeys {
  /// Names of all settings and sections.
  private let all: [[String]]

  init(_ defaults: RecipeNode) {
    func names(_ node: RecipeNode, _ key: [String]) -> [[String]] {
      node.members.flatMap { [key + [$0.key]] + names($0.node, key + [$0.key]) }
    }
    all = names(defaults, [])
  }

  /// What to say of a key that nobody knows.
  ///
  /// - Parameters:
  ///   - key: the key, with the sections it stands in.
  ///   - siblings: the keys there are in its section.
  func unknown(_ key: [String], among siblings: [String]) -> String {
    let name = key.last ?? ""
    let section = key.dropLast()
    let said = "'\(key.joined(separator: "."))' is no setting"
    let nearest = siblings.map { ($0, Self.distance(Self.plain(name), Self.plain($0))) }
      .min { $0.1 < $1.1 }
    if let (sibling, distance) = nearest, distance <= max(1, min(3, name.count / 3)) {
      return "\(said); did you mean '\((section + [sibling]).joined(separator: "."))'?"
    }
    if let elsewhere = all.first(where: { Self.plain($0.last ?? "") == Self.plain(name) }) {
      return "\(said); did you mean '\(elsewhere.joined(separator: "."))'?"
    }
    let place = section.isEmpty ? "a recipe" : "'\(section.joined(separator: "."))'"
    return "\(said); \(place) has \(siblings.joined(separator: ", "))"
  }

  /// Without what people write differently: case, `_` and `-`.
  private static func plain(_ name: String) -> [Character] {
    name.lowercased().filter { $0 != "_" && $0 != "-" }.map { $0 }
  }

  /// Fewest insertions, deletions, replacements and swaps of neighbours between two words.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
          best = min(best, before[j - 1] + 1)
        }
        row.append(best)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
