/// Why images with captions cannot be read, and what to do.
public struct CaptionDataError: Error, CustomStringConvertible, Equatable {
  /// The file or folder.
  public var path: String
  public var message: String

  public init(path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
