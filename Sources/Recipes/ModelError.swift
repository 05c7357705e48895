internal import Foundation

/// A model that cannot be used: which folder or file, what is wrong, what to do.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  public var path: String
  public var message: String

  public init(path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}

/// What a decoding error found, in a line.
package func explain(_ error: DecodingError) -> String {
  func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : "'" + path.map(\.stringValue).joined(separator: ".") + "' "
  }
  switch error {
  case .keyNotFound(let key, let context):
    return "\(place(context.codingPath + [key]))is missing"
  case .typeMismatch(_, let context), .valueNotFound(_, let context):
    return "\(place(context.codingPath))has the wrong type"
  case .dataCorrupted(let context):
    return place(context.codingPath) + "is not valid JSON or not a known value"
  @unknown default: return "\(error)"
  }
}
