public import Foundation

/// What turns text into numbers and back, and lies in a file of a model's folder.
public protocol StoredVocabulary: Sendable {
  /// The number of ids.
  var vocabularySize: Int { get }
  /// 16 hexadecimal digits that depend on everything in it.
  var fingerprint: String { get }

  /// Writes the file: beside the place first, then renamed.
  func write(to url: URL) throws(SubwordsError)
}

extension Subwords: StoredVocabulary {}
