import Captioning
import Foundation
import ImageFeatures
import Neural

/// Writes what `AttentionStrip` draws: to a file for one picture, into a folder for several.
final class AttentionPictures {
  private let path: String
  private let isFolder: Bool
  private let captioner: Captioner
  private let reader: ImageReader
  private var written: Set<String> = []

  /// - Parameters:
  ///   - limits: what a picture may ask for.
  ///   - inputs: pictures that must not be written over.
  init(
    path: String, captioner: Captioner, limits: ImageLimits, isFolder: Bool,
    apartFrom inputs: [String]
  ) throws(Failure) {
    self.path = path
    // Photos at their full size, which are not kept from when they were captioned.
    reader = ImageReader(limits: limits)
    self.isFolder = isFolder
    self.captioner = captioner
    guard isFolder else {
      if inputs.contains(where: { isSameFile($0, path) }) {
        throw Failure(
          .usage, "--attention \(path) is the picture to be captioned; give it another name")
      }
      if folderExists(path) {
        throw Failure(.usage, "--attention \(path) is a folder; for one picture name a file")
      }
      guard exists(Self.folder(of: path)) else {
        throw Failure(
          .cannotCreate, "\(path): its folder is not there; make it, or name another place")
      }
      return
    }
    // What is written among the pictures would be captioned with them the next time.
    if inputs.contains(where: { isSameFolder(Self.folder(of: $0), path) }) {
      throw Failure(
        .usage, "--attention \(path) is a folder with pictures to be captioned; name another one")
    }
    try makeFolder(path)
  }

  /// Draws and writes what there is to be shown of pictures, shared among threads.
  ///
  /// - Returns: what could not be drawn or written, and why.
  func write(
    _ pictures: [PictureInput.Item], _ found: [Result<Captioning.Caption, PictureError>],
    threads: Int
  ) throws -> [String] {
    var jobs: [(picture: PictureInput.Item, caption: Captioning.Caption, file: String)] = []
    for (picture, result) in zip(pictures, found) {
      guard case .success(let caption) = result else { continue }
      jobs.append((picture, caption, isFolder ? path + "/" + fileName(picture.name) : path))
    }
    let (captioner, reader, work) = (captioner, reader, jobs)
    return Workers(count: threads).map(work.count) { number -> String? in
      Self.write(
        work[number].picture, work[number].caption, to: work[number].file, captioner, reader)
    }.compactMap(\.self)
  }

  /// - Returns: what went wrong.
  private static func write(
    _ picture: PictureInput.Item, _ caption: Captioning.Caption, to file: String,
    _ captioner: Captioner, _ reader: ImageReader
  ) -> String? {
    do {
      let image = try picture.read(reader)
      let words = caption.candidates[0].words
      let strip = AttentionStrip(
        photo: image, words: words.map(\.text), attention: words.map(\.attention),
        gridWidth: captioner.grid.width, gridHeight: captioner.grid.height,
        covered: AttentionStrip.Region(seenBy: captioner.preparation, in: image),
        caption: caption.text)
      let bytes = try ImageCodec.encodePNG(strip.image)
      try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
      return nil
    } catch let error as PictureError {
      return "\(error)"
    } catch let error as ImageError {
      return "\(file): \(error)"
    } catch {
      return "\(file): cannot be written: \(error.localizedDescription)"
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `photo.attention.png` for `a/photo.jpg`, with a number behind where that is taken.
  private func fileName(_ name: String) -> String {
    let base = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    var file = base + ".attention.png"
    var number = 2
    while !written.insert(file).inserted {
      file = "\(base).\(number).attention.png"
      number += 1
    }
    return file
  }
}

/// Whether two paths lead to one folder.
private func isSameFolder(_ one: String, _ other: String) -> Bool {
  func real(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }
  return real(one) == real(other)
}
