internal import Foundation

/// Reading the files in which captions and the names of images stand.
package enum CaptionFile {
  /// A file's bytes.
  package static func bytes(_ path: String) throws(CaptionError) -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw .unreadable(file: path, reason: "there is no such file; check the path")
      }
      throw .unreadable(
        file: path,
        reason: isFolder.boolValue
          ? "is a folder; name a file" : "cannot be read; check that you may")
    }
  }

  /// Text without the byte order mark that some programs begin it with.
  package static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
  }
}
