/// Why an image cannot be read or written: what happened, where, and what to do. It does not name the
/// file, which only the caller knows.
public struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// There is not a single byte.
    case empty
    /// Text, or bytes that begin like no image that is known.
    case notAnImage
    /// An image, but neither PNG nor JPEG.
    case otherFormat
    /// A PNG or JPEG of a kind that is not decoded.
    case unsupported
    /// The file ends before the image does.
    case truncated
    /// The file is not what its format asks for.
    case damaged
    /// More than the limits allow.
    case tooLarge
    case outOfMemory
    /// Settings that make no image.
    case configuration
  }

  public var kind: Kind
  /// What happened, and where.
  public var message: String
  /// What to do.
  public var remedy: String
  /// Where reading stopped, in bytes from the file's beginning, where that is known.
  public var byte: Int?
  /// How many scan lines are whole, where that is known.
  public var line: Int?

  public init(
    _ kind: Kind, _ message: String, remedy: String, byte: Int? = nil, line: Int? = nil
  ) {
    self.kind = kind
    self.message = message
    self.remedy = remedy
    self.byte = byte
    self.line = line
  }

  public var description: String { "\(message); \(remedy)" }
}
