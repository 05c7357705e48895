/// Turns a value into a tree in the order of its declaration, each float by its shortest digits;
/// that order and those digits are what the usual encoders do not keep.
struct RecipeEncoder: Encoder {
  /// What is being built; containers of one encoder share it.
  private final class Box {
    var node = RecipeNode.emptySection
    var members: [(key: String, box: Box)]?
    var items: [Box]?

    var finished: RecipeNode {
      if let members {
        return RecipeNode(
          value: .section(
            members.map {
              RecipeNode.Member(key: $0.key, keyPlace: .none, node: $0.box.finished)
            }))
      }
      if let items { return RecipeNode(value: .list(items.map(\.finished))) }
      return node
    }

    func put(_ value: some Encodable, codingPath: [any CodingKey]) throws {
      switch value {
      case let text as String: node.value = .scalar(text, quoted: true)
      case let flag as Bool: node.value = .scalar(flag ? "true" : "false", quoted: false)
      case let number as any BinaryInteger: node.value = .scalar("\(number)", quoted: false)
      case let number as any BinaryFloatingPoint:
        node.value = .scalar("\(number)", quoted: false)
      default: try value.encode(to: RecipeEncoder(box: self, codingPath: codingPath))
      }
    }
  }

  private let box: Box
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func encode(_ value: some Encodable) -> RecipeNode {
    let box = Box()
    do {
      try box.put(value, codingPath: [])
    } catch {
      preconditionFailure("a recipe that cannot be written: \(error)")
    }
    return box.finished
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    box.members = box.members ?? []
    return KeyedEncodingContainer(Keyed(box: box, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    box.items = box.items ?? []
    return Unkeyed(box: box, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(box: box, codingPath: codingPath)
  }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: Box
    let codingPath: [any CodingKey]

    private func member(_ key: any CodingKey) -> Box {
      let member = Box()
      box.members?.append((key.stringValue, member))
      return member
    }

    func encodeNil(forKey key: Key) { member(key).node.value = .scalar("null", quoted: false) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      try member(key).put(value, codingPath: codingPath + [key])
    }

    func nestedContainer<NestedKey: CodingKey>(
      keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
      encoder(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { RecipeEncoder(box: box, codingPath: codingPath) }

    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func encoder(_ key: Key) -> RecipeEncoder {
      RecipeEncoder(box: member(key), codingPath: codingPath + [key])
    }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let box: Box
    let codingPath: [any CodingKey]
    var count: Int { box.items?.count ?? 0 }

    private func item() -> Box {
      let item = Box()
      box.items?.append(item)
      return item
    }

    func encodeNil() { item().node.value = .scalar("null", quoted: false) }

    func encode<T: Encodable>(_ value: T) throws { try item().put(value, codingPath: codingPath) }

    func nestedContainer<NestedKey: CodingKey>(
      keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
      RecipeEncoder(box: item(), codingPath: codingPath).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      RecipeEncoder(box: item(), codingPath: codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { RecipeEncoder(box: item(), codingPath: codingPath) }
  }

  private struct Single: SingleValueEncodingContainer {
    let box: Box
    let codingPath: [any CodingKey]

    func encodeNil() { box.node.value = .scalar("null", quoted: false) }

    func encode<T: Encodable>(_ value: T) throws { try box.put(value, codingPath: codingPath) }
  }
}
