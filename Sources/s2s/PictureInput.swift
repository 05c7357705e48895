import Captioning
import Foundation
import ImageFeatures

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The pictures that a command is given: named, in folders, listed on standard input, or one as bytes
/// there.
final class PictureInput {
  /// Where a picture comes from, or why it comes from nowhere.
  enum Item: Sendable {
    case file(String)
    /// What standard input held.
    case given([UInt8])
    case failed(PictureError)

    /// What it is called in answers.
    var name: String {
      switch self {
      case .file(let path): path
      case .given: "-"
      case .failed(let error): error.name
      }
    }

    func read(_ reader: ImageReader) throws(PictureError) -> RGBImage {
      switch self {
      case .file(let path): return try reader.read(path)
      case .given(let bytes):
        do {
          return try reader.decode(bytes, name: name)
        } catch {
          throw PictureError(name: name, "standard input: \(error.message)")
        }
      case .failed(let error): throw error
      }
    }
  }

  /// How the names of pictures end, of those too that are not read.
  private static let names: Set = [
    "png", "jpg", "jpeg", "heic", "heif", "avif", "webp", "gif", "tif", "tiff", "bmp", "jxl", "jp2",
  ]

  /// Whether exactly one picture is asked for by name.
  let isSingle: Bool
  private var items: ArraySlice<Item> = []
  private let list: TextInput?
  private var hasFailed = false

  /// - Parameters:
  ///   - paths: files and folders; a list on standard input where there are none.
  ///   - recursive: whether folders within folders are gone through.
  init(_ paths: [String], recursive: Bool) throws(Failure) {
    if paths.isEmpty, isatty(0) == 1 {
      throw Failure(
        .usage, "which pictures? Name files or folders, or list files on standard input.")
    }
    list = paths.isEmpty ? TextInput([]) : nil
    var isSingle = paths.count == 1
    for path in paths {
      if path == "-" {
        do {
          items.append(.given(try ImageReader.bytes(.standardInput, name: "standard input")))
        } catch {
          items.append(.failed(PictureError(name: "-", "standard input: \(error.message)")))
        }
      } else if folderExists(path) {
        isSingle = false
        let found = Self.pictures(in: path, recursive: recursive)
        if found.isEmpty { remark("\(path): there are no pictures in this folder") }
        items += found
      } else {
        items.append(.file(path))
      }
    }
    self.isSingle = isSingle
  }

  /// The next pictures, at most `count`; none at the end.
  func next(_ count: Int) -> [Item] {
    if let list {
      while items.count < count, case .line(let line) = list.next(waits: items.isEmpty) {
        guard let path = line.text else {
          items.append(
            .failed(PictureError(name: "line \(line.number)", line.problem ?? "is not text")))
          continue
        }
        if !path.isEmpty { items.append(.file(path)) }
      }
    }
    let taken = Array(items.prefix(count))
    items = items.dropFirst(taken.count)
    return taken
  }

  /// Counts a picture as failed and says why.
  func fail(_ problem: String) {
    hasFailed = true
    remark(problem)
  }

  /// How the command ends after all pictures: with exit code 1 if any failed.
  func finish() throws {
    if hasFailed || list?.hasFailed == true { throw SilentEnd(status: .someFailed) }
  }

  /// The pictures that were named or found so far; none of a list.
  var paths: [String] {
    items.compactMap { if case .file(let path) = $0 { path } else { nil } }
  }

  /// The files of a folder that begin as pictures do, in the order of their names; what may not be looked into is
  /// a failure.
  private static func pictures(in folder: String, recursive: Bool) -> [Item] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      return [.failed(PictureError(name: folder, "this folder cannot be read; check that you may"))]
    }
    let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    return names.filter { !$0.hasPrefix(".") }.flatMap { name -> [Item] in
      let path = base + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { return [] }
      // Links to folders are not followed, as they may lead round in a circle.
      if status.st_mode & S_IFMT == S_IFDIR {
        return recursive ? pictures(in: path, recursive: true) : []
      }
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
      return begins(path)
    }
  }

  /// A file if it begins as PNG or JPEG do, or has the name of a picture, so that it is said why it is none; a
  /// failure if it cannot be opened.
  private static func begins(_ path: String) -> [Item] {
    guard let begins = beginsAsPicture(path) else {
      return [.failed(PictureError(name: path, "cannot be read; check that you may"))]
    }
    let isNamedSo = names.contains((path as NSString).pathExtension.lowercased())
    return begins || isNamedSo ? [.file(path)] : []
  }
}

/// Whether a file begins as PNG or JPEG do; nil if it cannot be opened.
func beginsAsPicture(_ path: String) -> Bool? {
  guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
  defer { try? handle.close() }
  let start = (try? handle.read(upToCount: 64)).map { Array($0) } ?? []
  return (try? ImageFormat(of: start.span)) != nil
}

func folderExists(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}
