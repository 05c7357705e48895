/// Why data to learn from cannot be read, and what to do.
public struct DataError: Error, CustomStringConvertible, Equatable {
  /// The file, files or folder.
  public var path: String
  public var message: String

  public init(path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
