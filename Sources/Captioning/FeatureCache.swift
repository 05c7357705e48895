internal import Foundation
internal import ImageFeatures
internal import Neural
internal import Tensors

/// Features of pictures, computed once by a network that stays as it is, and kept in a file that is mapped
/// into memory.
final class FeatureCache: Sendable {
  /// What the file beside the features says; it is written last, so that it means they are whole.
  private struct Contents: Codable {
    var views: Int
    var places: Int
    var channels: Int
    var kept: [Int]
    var problems: [Problem]
  }

  private struct Problem: Codable {
    var name: String
    var message: String
  }

  /// Which of the pictures have features, by their numbers, in order.
  let kept: [Int]
  /// Why the others have none.
  let problems: [PictureError]
  /// How a picture was looked at: as it is and, with two views, mirrored.
  let views: Int
  private let rows: HalfPrecisionRows
  private let places: Int

  /// Pictures read and encoded at a time.
  private static let atOnce = 32

  /// Opens the cache of these pictures, or makes it.
  ///
  /// - Parameters:
  ///   - folder: made if it is not there.
  ///   - key: changes with anything that features depend on.
  ///   - views: 1, or 2 for mirrored pictures too.
  ///   - progress: told how many pictures of how many are done.
  init(
    folder: String, key: String, images: [CaptionedImage], views: Int, encoder: ImageEncoder,
    workers: Workers, progress: (Int, Int) -> Void
  ) throws {
    let path = "\(folder)/\(key)"
    let channels = encoder.config.featureChannels
    places = encoder.grid.places
    self.views = views
    var contents = Self.contents(path + ".json")
    if contents == nil || contents?.views != views || contents?.places != places
      || contents?.channels != channels
    {
      contents = try Self.make(
        path: path, folder: folder, images: images, views: views, encoder: encoder,
        workers: workers, progress: progress)
    }
    guard let contents, let rows = HalfPrecisionRows(path: path + ".f16", columns: channels),
      rows.count == contents.kept.count * views * places
    else {
      throw PictureError(
        name: path + ".f16", "this cache of features is damaged; remove it, and it is made anew")
    }
    self.rows = rows
    kept = contents.kept
    problems = contents.problems.map { PictureError(name: $0.name, $0.message) }
  }

  /// Features of the picture `kept[place]`, [places, C].
  func features(_ place: Int, view: Int = 0) -> Tensor {
    precondition(view < views)
    let tensor = Tensor(rows: places, columns: rows.columns)
    let first = (place * views + view) * places
    rows.read(first..<first + places, into: tensor)
    return tensor
  }

  private static func contents(_ path: String) -> Contents? {
    FileManager.default.contents(atPath: path).flatMap {
      try? JSONDecoder().decode(Contents.self, from: $0)
    }
  }

  private static func make(
    path: String, folder: String, images: [CaptionedImage], views: Int, encoder: ImageEncoder,
    workers: Workers, progress: (Int, Int) -> Void
  ) throws -> Contents {
    var contents = Contents(
      views: views, places: encoder.grid.places, channels: encoder.config.featureChannels,
      kept: [], problems: [])
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try? FileManager.default.removeItem(atPath: path + ".json")
      // Under a name of its own, in case another run makes the same features at this moment.
      let partial = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
      defer { try? FileManager.default.removeItem(atPath: partial) }
      let writer = try HalfPrecisionRows.Writer(path: partial)
      let reader = ImageReader(shortSide: encoder.config.preparation.usefulShortSide())
      for start in stride(from: 0, to: images.count, by: atOnce) {
        let range = start..<min(start + atOnce, images.count)
        progress(start, images.count)
        let read = workers.map(range.count) { number in
          Result { () throws(PictureError) in
            let image = try reader.read(images[start + number].path)
            return (0..<views).map { encoder.input(image, mirrored: $0 == 1) }
          }
        }
        var inputs: [Tensor] = []
        for (number, result) in zip(range, read) {
          switch result {
          case .success(let views):
            contents.kept.append(number)
            inputs += views
          case .failure(let error):
            contents.problems.append(Problem(name: error.name, message: error.message))
          }
        }
        for features in encoder.features(inputs, workers: workers) { try writer.append(features) }
      }
      progress(images.count, images.count)
      try writer.finish()
      try? FileManager.default.removeItem(atPath: path + ".f16")
      try FileManager.default.moveItem(atPath: partial, toPath: path + ".f16")
      try JSONEncoder().encode(contents).write(
        to: URL(fileURLWithPath: path + ".json"), options: .atomic)
    } catch {
      throw PictureError(
        name: folder, "features cannot be kept there: \(error.localizedDescription)")
    }
    return contents
  }
}
