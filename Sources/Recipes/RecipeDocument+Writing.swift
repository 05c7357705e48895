extension RecipeDocument {
  /// The whole recipe as YAML, every key written; reading it gives an equal recipe (where its paths
  /// are absolute, as they are after reading).
  public var yaml: String {
    var lines: [String] = []
    for member in RecipePaths.escape(RecipeEncoder.encode(self), keys: Self.pathKeys).members {
      Self.write(member, indent: "", to: &lines)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func write(
    _ member: RecipeNode.Member, indent: String, to lines: inout [String]
  ) {
    let key = indent + text(member.key) + ":"
    switch member.node.value {
    case .section(let members) where !members.isEmpty:
      lines.append(key)
      // A dictionary has no order of its own.
      let sorted = member.key == "notes" ? members.sorted { $0.key < $1.key } : members
      for member in sorted { write(member, indent: indent + "  ", to: &lines) }
    case .list(let items) where !items.isEmpty:
      lines.append(key)
      for item in items { lines.append(indent + "  - " + inline(item)) }
    case .scalar, .list, .section:
      lines.append(key + " " + inline(member.node))
    }
  }

  private static func inline(_ node: RecipeNode) -> String {
    switch node.value {
    case .scalar(let value, let quoted): quoted ? text(value) : value
    case .list(let items): "[" + items.map(inline).joined(separator: ", ") + "]"
    case .section(let members):
      "{" + members.map { text($0.key) + ": " + inline($0.node) }.joined(separator: ", ") + "}"
    }
  }

  /// Text as it can stand in a line: plain where that is safe for any reader, else in quotes.
  private static func text(_ text: String) -> String {
    let plain =
      text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./".unicodeScalars.contains($0))
      }
      && text.first.map { $0.isLetter || $0 == "/" } == true
      && !wordsOfYAML.contains(text.lowercased())
    if plain { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case " "..."~", "\u{A1}"..."\u{1FFF}", "\u{2070}"..."\u{D7FF}", "\u{10000}"..."\u{1FFFD}":
        result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }
}

/// Words that some reader of YAML takes for something else than text.
private let wordsOfYAML: Set<String> = [
  "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
]
