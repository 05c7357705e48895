/// A recipe with some settings of its own, to be compared with others.
public struct Variant: Codable, Sendable, Equatable {
  /// What tables and plots call it.
  public var name: String
  /// Settings that count more than the recipe's, as `model.cell=gru`.
  public var settings: [String]

  public init(name: String, settings: [String]) {
    self.name = name
    self.settings = settings
  }

  /// The name of its run's folder: letters and digits of its own name, and `-` for all else.
  public var folder: String {
    var result = ""
    for character in name {
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      if isPlain || ".=_".contains(character) {
        result.append(character)
      } else if result.last != "-" {
        result.append("-")
      }
    }
    while result.last == "-" { result.removeLast() }
    while let first = result.first, "-.".contains(first) { result.removeFirst() }
    return result.isEmpty ? "variant" : result
  }
}

/// Variants that cannot be: what was asked for, and what is wrong with it.
public struct VariantError: Error, CustomStringConvertible, Equatable {
  public var description: String

  init(_ description: String) { self.description = description }
}

extension Variant {
  /// Every combination of values of the keys that vary, of each of the named variants if there are any.
  ///
  /// - Parameters:
  ///   - varied: keys with their values, as `model.cell=lstm,gru`.
  ///   - named: names with settings, as `layer norm: model.layerNormalization=true, training.clipNorm=1`; none after
  ///     the colon for the recipe as it is.
  ///   - fullKey: the whole of a key that may be given without its section.
  public static func all(
    varied: [String], named: [String], fullKey: (String) throws -> String
  ) throws -> [Variant] {
    var variants = try named.map { try variant(named: $0, fullKey: fullKey) }
    if variants.isEmpty { variants = [Variant(name: "", settings: [])] }
    let grid = try varied.map { try axis($0, fullKey: fullKey) }
    for (number, axis) in grid.enumerated() {
      if grid[..<number].contains(where: { $0.key == axis.key }) {
        throw VariantError("'\(axis.key)' is varied twice; give all its values behind one --vary")
      }
    }
    let names = shortNames(grid.map(\.key))
    for (axis, short) in zip(grid, names) {
      variants = variants.flatMap { variant in
        axis.values.map { value in
          Variant(
            name: variant.name.isEmpty ? "\(short)=\(value)" : "\(variant.name), \(short)=\(value)",
            settings: variant.settings + ["\(axis.key)=\(value)"])
        }
      }
    }
    try checkAreDifferent(variants)
    return variants
  }

  private static func variant(
    named text: String, fullKey: (String) throws -> String
  ) throws -> Variant {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = trimmed(parts[0])
    let form = "give it as \"name: key=value, key=value\""
    guard parts.count == 2, !name.isEmpty else {
      throw VariantError("the variant '\(text)' has no name; \(form)")
    }
    guard !name.contains("=") else {
      throw VariantError("the name '\(name)' of a variant must not have '=' in it; \(form)")
    }
    let settings = try split(parts[1]).filter { !$0.isEmpty }.map { setting in
      let (key, value) = try assignment(setting)
      return try fullKey(key) + "=" + value
    }
    return Variant(name: name, settings: settings)
  }

  private static func axis(
    _ text: String, fullKey: (String) throws -> String
  ) throws -> (key: String, values: [String]) {
    let (key, list) = try assignment(text)
    let values = split(list[...])
    guard !values.contains("") else {
      throw VariantError("'\(text)' has an empty value; give values as in model.cell=lstm,gru")
    }
    return (try fullKey(key), values)
  }

  private static func assignment(_ text: String) throws -> (key: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw VariantError("'\(text)' is no setting; give key=value, such as model.cell=gru")
    }
    return (trimmed(text[..<equals]), trimmed(text[text.index(after: equals)...]))
  }

  /// The parts between commas, but for those within brackets or quotes.
  private static func split(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if "[{".contains(character) {
        depth += 1
      } else if "]}".contains(character) {
        depth -= 1
      } else if character == ",", depth == 0 {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(character)
    }
    return parts.map { trimmed($0[...]) }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Keys without their sections, as far as that tells them apart.
  private static func shortNames(_ keys: [String]) -> [String] {
    let last = keys.map { String($0.split(separator: ".").last ?? $0[...]) }
    return zip(keys, last).map { key, short in last.count { $0 == short } == 1 ? short : key }
  }

  private static func checkAreDifferent(_ variants: [Variant]) throws {
    guard variants.count > 1 else {
      throw VariantError(
        "there is only one variant; give several values, as --vary model.cell=lstm,gru, or several --variant"
      )
    }
    for (number, variant) in variants.enumerated() {
      let before = variants[..<number]
      if before.contains(where: { $0.name == variant.name }) {
        throw VariantError("there are two variants '\(variant.name)'; give each a name of its own")
      }
      if let other = before.first(where: { $0.folder == variant.folder }) {
        throw VariantError(
          "'\(other.name)' and '\(variant.name)' would share the folder \(variant.folder); give them names that "
            + "differ in letters or digits")
      }
    }
  }
}
