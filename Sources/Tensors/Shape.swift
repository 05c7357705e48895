/// The extents of a tensor of one to four dimensions, outermost first; elements lie in row-major order.
public struct Shape: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Extents, outermost first.
  public let extents: [Int]

  public init(_ extents: [Int]) {
    precondition(
      (1...4).contains(extents.count) && extents.allSatisfy { $0 >= 0 },
      "a shape has one to four extents, none negative")
    self.extents = extents
  }

  public init(_ extents: Int...) { self.init(extents) }

  /// How many numbers a tensor of this shape holds.
  public var count: Int { extents.reduce(1, *) }

  /// Extent of the innermost dimension.
  public var columns: Int { extents[extents.count - 1] }

  /// Product of all dimensions but the innermost: every tensor can be read as a matrix.
  public var rows: Int { extents.dropLast().reduce(1, *) }

  public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }

  public init(from decoder: any Decoder) throws {
    let extents = try decoder.singleValueContainer().decode([Int].self)
    guard (1...4).contains(extents.count), extents.allSatisfy({ $0 >= 0 }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a shape: \(extents)"))
    }
    self.extents = extents
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(extents)
  }
}
