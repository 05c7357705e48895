internal import Metrics

/// A text file with the name of one image a line.
enum ImageList {
  /// The names in their order, without white space at their ends; empty lines are passed over.
  ///
  /// - Throws: `CaptionError` for a file that cannot be read, or with a line that is not UTF-8.
  static func read(_ path: String) throws(CaptionError) -> [String] {
    let lines = CaptionFile.withoutMark(try CaptionFile.bytes(path)).split(
      separator: 0x0A, omittingEmptySubsequences: false)
    var names: [String] = []
    for (index, line) in lines.enumerated() {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw .notUTF8(file: path, line: index + 1)
      }
      let name = CaptionText.trimmed(text)
      if !name.isEmpty { names.append(name) }
    }
    return names
  }
}
