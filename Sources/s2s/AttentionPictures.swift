import Captioning
import Foundation
import ImageFeatures

/// Writes what `AttentionStrip` draws: to a file for one picture, into a folder for several.
final class AttentionPictures {
  private let path: String
  private let isFolder: Bool
  private let captioner: Captioner
  private var written: Set<String> = []

  init(path: String, captioner: Captioner, isFolder: Bool) throws(Failure) {
    self.path = path
    self.isFolder = isFolder
    self.captioner = captioner
    if isFolder { try makeFolder(path) }
  }

  func write(_ name: String, _ image: RGBImage, _ caption: Captioning.Caption) throws {
    let words = caption.candidates[0].words
    let strip = AttentionStrip(
      photo: image, words: words.map(\.text), attention: words.map(\.attention),
      gridWidth: captioner.grid.width, gridHeight: captioner.grid.height,
      covered: AttentionStrip.Region(seenBy: captioner.preparation, in: image),
      caption: caption.text)
    let file = isFolder ? path + "/" + fileName(name) : path
    do {
      let bytes = try ImageCodec.encodePNG(strip.image)
      try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch let error as ImageError {
      throw Failure(.software, "\(file): \(error)")
    } catch {
      throw Failure(.io, "\(file): cannot be written: \(error.localizedDescription)")
    }
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
