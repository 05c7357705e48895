internal import Foundation

/// The files of a folder and of those below it, each folder listed once when it is first asked for:
/// a question for each file would take minutes where the folder lies on another machine.
struct ImageFolder {
  /// Empty for the working directory.
  let path: String
  private var listings: [Substring: Set<String>] = [:]

  init(path: String) { self.path = path }

  /// Whether there is a folder of this name.
  var exists: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path.isEmpty ? "." : path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Where an image lies, nil if there is no such file.
  ///
  /// - Parameter name: relative to the folder, such as `beach.jpg` or `train2014/beach.jpg`.
  mutating func find(_ name: String) -> String? {
    let place = Self.joined(path, name)
    let folder = Self.folder(of: place)
    let file = String(place[folder.endIndex...])
    if listings[folder] == nil {
      let path = folder.isEmpty ? "." : String(folder)
      listings[folder] = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    }
    // Names that look the same may differ in their bytes (ü as one character or as two), so the
    // folder's spelling counts.
    guard let listing = listings[folder], let index = listing.firstIndex(of: file) else {
      return nil
    }
    return folder + listing[index]
  }

  /// How many of the images are there.
  mutating func count(of names: [String]) -> Int {
    names.reduce(0) { count, name in count + (find(name) == nil ? 0 : 1) }
  }

  /// What stands before a path's last part, with its /; empty where there is nothing.
  static func folder(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[...$0] } ?? path.prefix(0)
  }

  static func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.hasPrefix("/") { return name }
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}
