internal import Foundation

/// A file or folder that cannot be written, and why.
public struct WritingError: Error, CustomStringConvertible, Equatable {
  public var path: String
  /// The system's words.
  public var reason: String

  public init(path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  package init(path: String, _ error: any Error) {
    self.init(path: path, error.localizedDescription)
  }

  public var description: String { "\(path): cannot be written: \(reason)" }
}
