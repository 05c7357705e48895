/// An object of JSON on its way into captions; what is wrong with it is named by the way to it.
struct CaptionJSONObject {
  /// Any key.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Key>
  private let file: String

  /// The whole of a file.
  ///
  /// - Parameter role: what is an object, for the message where it is not.
  init(_ decoder: any Decoder, file: String, role: String) throws(CaptionError) {
    guard let container = try? decoder.container(keyedBy: Key.self) else {
      throw .badValue(file: file, key: "the file", problem: "is no object; \(role) are one")
    }
    self.container = container
    self.file = file
  }

  /// The next item of a list.
  fileprivate init(
    _ list: inout any UnkeyedDecodingContainer, file: String
  ) throws(CaptionError) {
    let path = list.codingPath
    let index = list.currentIndex
    guard let container = try? list.nestedContainer(keyedBy: Key.self) else {
      throw .badValue(file: file, key: "\(Self.text(path))[\(index)]", problem: "is no object")
    }
    self.container = container
    self.file = file
  }

  func contains(_ name: String) -> Bool { container.contains(Key(name)) }

  /// A list that the object must have.
  func list(_ name: String) throws(CaptionError) -> CaptionJSONList {
    guard let list = try? container.nestedUnkeyedContainer(forKey: Key(name)) else {
      throw bad(name, "is missing or is no list")
    }
    return CaptionJSONList(list, file: file)
  }

  /// A string that the object must have.
  func text(_ name: String) throws(CaptionError) -> String {
    guard let text = try? container.decode(String.self, forKey: Key(name)) else {
      throw bad(name, "is missing or is no string")
    }
    return text
  }

  /// A string that the object may have; nil where it has none or null.
  func optionalText(_ name: String) throws(CaptionError) -> String? {
    do {
      return try container.decodeIfPresent(String.self, forKey: Key(name))
    } catch {
      throw bad(name, "is no string")
    }
  }

  /// An image's identifier, a number or a string.
  func identifier(_ name: String) throws(CaptionError) -> String {
    if let number = try? container.decode(Int64.self, forKey: Key(name)) { return String(number) }
    if let text = try? container.decode(String.self, forKey: Key(name)) { return text }
    throw bad(name, "is missing, or is neither a whole number nor a string")
  }

  /// What to say of a value, which is named by the way to it.
  func bad(_ name: String, _ problem: String) -> CaptionError {
    let path = container.codingPath
    return .badValue(
      file: file, key: path.isEmpty ? "'\(name)'" : "\(Self.text(path)).\(name)", problem: problem)
  }

  /// A way into JSON, such as `images[3].sentences`.
  private static func text(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in
      if let index = key.intValue { return "\(text)[\(index)]" }
      return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
    }
  }
}

/// A list of objects of JSON, of which one at a time is read.
struct CaptionJSONList {
  private var container: any UnkeyedDecodingContainer
  private let file: String

  fileprivate init(_ container: any UnkeyedDecodingContainer, file: String) {
    self.container = container
    self.file = file
  }

  /// The whole of a file.
  ///
  /// - Parameter role: what is a list, for the message where it is not.
  init(_ decoder: any Decoder, file: String, role: String) throws(CaptionError) {
    guard let container = try? decoder.unkeyedContainer() else {
      throw .badValue(file: file, key: "the file", problem: "is no list; \(role) are one")
    }
    self.init(container, file: file)
  }

  /// The next object, nil at the end.
  mutating func next() throws(CaptionError) -> CaptionJSONObject? {
    container.isAtEnd ? nil : try CaptionJSONObject(&container, file: file)
  }
}
