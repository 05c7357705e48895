import Captioning
import Foundation
import ImageFeatures
import Neural

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The pictures that a command is given: named, in folders, listed on standard input, or one as bytes
/// there.
final class PictureInput {
  /// A picture by name, or what is wrong with it.
  struct Picture {
    let name: String
    let image: Result<RGBImage, PictureError>
  }

  private enum Item: Sendable {
    case file(String)
    case bytes([UInt8])
    case failed(PictureError)

    var name: String {
      switch self {
      case .file(let path): path
      case .bytes: "-"
      case .failed(let error): error.name
      }
    }
  }

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
        items.append(.bytes(try standardInput()))
      } else if isFolder(path) {
        isSingle = false
        let found = Self.pictures(in: path, recursive: recursive)
        if found.isEmpty { remark("\(path): there are no pictures in this folder") }
        items += found.map(Item.file)
      } else {
        items.append(.file(path))
      }
    }
    self.isSingle = isSingle
  }

  /// The next pictures, at most `count`, read by so many threads; none at the end.
  func next(_ count: Int, threads: Int) -> [Picture] {
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
    return Workers(count: threads).map(taken.count) { number in
      Picture(name: taken[number].name, image: Self.read(taken[number]))
    }
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

  private static func read(_ item: Item) -> Result<RGBImage, PictureError> {
    Result { () throws(PictureError) in
      switch item {
      case .file(let path): try ImageReader().read(path)
      case .bytes(let bytes): try ImageReader().decode(bytes, name: "standard input")
      case .failed(let error): throw error
      }
    }
  }

  /// The files of a folder that begin as pictures do, in the order of their names.
  private static func pictures(in folder: String, recursive: Bool) -> [String] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    return names.filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
      let path = base + "/" + name
      if isFolder(path) { return recursive ? pictures(in: path, recursive: true) : [] }
      return isPicture(path) ? [path] : []
    }
  }

  /// Whether a file begins as PNG or JPEG do.
  private static func isPicture(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    let start = (try? handle.read(upToCount: 64)).map { Array($0) } ?? []
    return (try? ImageFormat(of: start.span)) != nil
  }
}

private func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// All bytes of standard input.
private func standardInput() throws(Failure) -> [UInt8] {
  do {
    return Array(try FileHandle.standardInput.readToEnd() ?? Data())
  } catch {
    throw Failure(.io, "standard input: cannot be read: \(error.localizedDescription)")
  }
}
