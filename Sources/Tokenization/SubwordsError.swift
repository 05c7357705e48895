/// What was wrong with subwords: with a file of them, with the settings for learning them, or with a
/// line of pieces. It says what happened, where, and what to do.
public struct SubwordsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, where there is one.
  public var file: String?
  /// The line in it, counted from 1.
  public var line: Int?
  public var message: String

  public init(_ message: String, file: String? = nil, line: Int? = nil) {
    self.message = message
    self.file = file
    self.line = line
  }

  public var description: String {
    guard let file else { return message }
    return line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
  }
}
