/// Why a corpus cannot be read, and what to do.
public struct CorpusError: Error, CustomStringConvertible, Equatable {
  /// The file or files.
  public var path: String
  public var message: String

  public init(path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
