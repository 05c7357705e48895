import Seq2Seq

/// Reads values from a tree; a value of the wrong kind is an error that names its place, its key,
/// what was expected and what was found.
struct RecipeDecoder: Decoder {
  let node: RecipeNode
  let path: String
  var codingPath: [any CodingKey] = []
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Reads a value of any type from this node.
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let value: Any? =
      switch type {
      case is String.Type: try text()
      case is Bool.Type: try flag()
      case let number as any FixedWidthInteger.Type: try integer(number)
      case is Float.Type: try number(Float.self)
      case is Double.Type: try number(Double.self)
      default: nil
      }
    if let value = value as? T { return value }
    if let choices = type as? any CaseIterable.Type { try checkChoice(among: names(choices)) }
    do {
      return try T(from: self)
    } catch let error as ConfigurationError {
      // Whoever reads a part of a recipe knows the key within that part only.
      throw RecipeError(
        path: path, place: node.place,
        ConfigurationError(key: dotted([error.key]), message: error.message).description)
    }
  }

  private func text() throws -> String {
    guard case .scalar(let text, _) = node.value, !node.isNull else { throw expected("text") }
    return text
  }

  private func flag() throws -> Bool {
    switch node.value {
    case .scalar("true", quoted: false): true
    case .scalar("false", quoted: false): false
    default: throw expected("true or false")
    }
  }

  private func integer<Number: FixedWidthInteger>(_: Number.Type) throws -> Number {
    guard case .scalar(let text, quoted: false) = node.value, !node.isNull else {
      throw expected("a whole number")
    }
    let digits = text.filter { $0 != "_" }
    if let number = Number(digits) { return number }
    let all = digits.drop { $0 == "-" }
    throw !all.isEmpty && all.allSatisfy { $0.isASCII && $0.isNumber }
      ? expected("a whole number from \(Number.min) to \(Number.max)") : expected("a whole number")
  }

  private func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _: Number.Type
  ) throws -> Number {
    guard case .scalar(let text, quoted: false) = node.value,
      let number = Number(text.filter { $0 != "_" }), number.isFinite
    else { throw expected("a number") }
    return number
  }

  private func names<Choice: CaseIterable>(_: Choice.Type) -> [String] {
    Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
  }

  private func checkChoice(among names: [String]) throws {
    guard !names.isEmpty else { return }
    if case .scalar(let text, _) = node.value, names.contains(text) { return }
    throw expected("one of " + names.joined(separator: ", "))
  }

  private func dotted(_ further: [String] = []) -> String {
    (codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } + further)
      .joined(separator: ".")
  }

  private func expected(_ what: String) -> RecipeError {
    RecipeError(
      path: path, place: node.place, "'\(dotted())' expected \(what), found \(node.kind)")
  }

  fileprivate func child(_ node: RecipeNode, _ key: any CodingKey) -> RecipeDecoder {
    RecipeDecoder(node: node, path: path, codingPath: codingPath + [key])
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .section = node.value else {
      throw expected("a section (lines of 'key: value')")
    }
    return KeyedDecodingContainer(RecipeSectionReader(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let items) = node.value else { throw expected("a list") }
    return RecipeListReader(decoder: self, items: items)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    RecipeValueReader(decoder: self)
  }
}

private struct RecipeSectionReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: RecipeDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { decoder.node.members.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool { decoder.node[key.stringValue] != nil }

  /// A key without a value is no way to ask for the default.
  func decodeNil(forKey key: Key) throws -> Bool { false }

  private func child(_ key: any CodingKey) throws -> RecipeDecoder {
    guard let member = decoder.node[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "no such key"))
    }
    return decoder.child(member.node, key)
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try child(key).decode(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }

  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct RecipeListReader: UnkeyedDecodingContainer {
  struct Index: CodingKey {
    let intValue: Int?
    var stringValue: String { String(intValue ?? 0) }
    init(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { nil }
  }

  let decoder: RecipeDecoder
  let items: [RecipeNode]
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex == items.count }

  init(decoder: RecipeDecoder, items: [RecipeNode]) {
    self.decoder = decoder
    self.items = items
  }

  private mutating func next() throws -> RecipeDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Any.self, DecodingError.Context(codingPath: codingPath, debugDescription: "list ended"))
    }
    defer { currentIndex += 1 }
    return decoder.child(items[currentIndex], Index(intValue: currentIndex))
  }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct RecipeValueReader: SingleValueDecodingContainer {
  let decoder: RecipeDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
