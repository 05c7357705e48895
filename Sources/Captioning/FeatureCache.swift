internal import Foundation
internal import ImageFeatures
internal import Neural
internal import Recipes
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

    /// Of all pictures, with features or without.
    var numbers: [Int] { (kept + problems.map(\.number)).sorted() }
  }

  private struct Problem: Codable {
    /// Of the picture.
    var number: Int
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

  /// Most pictures read and encoded at a time.
  private static let atOnce = 32

  /// Opens the cache of these pictures, or makes it.
  ///
  /// - Parameters:
  ///   - folder: made if it is not there.
  ///   - key: changes with anything that features depend on.
  ///   - views: 1, or 2 for mirrored pictures too.
  ///   - prepare: told how many pictures are done, and of waiting for another run that makes it.
  init(
    folder: String, key: String, images: [CaptionedImage], views: Int, encoder: ImageEncoder,
    workers: Workers, prepare: @escaping (CaptionTraining.Preparation) -> Void
  ) throws {
    let path = "\(folder)/\(key)"
    places = encoder.grid.places
    self.views = views
    let maker = FeatureMaker(images: images, views: views, encoder: encoder, workers: workers)
    /// What is there and need not be made anew: a picture that could not be read may be back.
    func useful() -> (contents: Contents, rows: HalfPrecisionRows)? {
      Self.known(path, maker).flatMap { known in
        known.contents.problems.allSatisfy { !maker.canRead($0.number) } ? known : nil
      }
    }
    let known =
      try useful()
      ?? Self.whileLocked(path, in: folder, prepare) {
        // Another run may have made it meanwhile.
        if let known = useful() { return known }
        try Self.make(path: path, maker) { prepare(.features(done: $0, of: $1)) }
        guard let made = Self.known(path, maker) else {
          throw WritingError(path: path + ".f16", "what was written is not what is there")
        }
        return made
      }
    rows = known.rows
    kept = known.contents.kept
    problems = known.contents.problems.map {
      PictureError(name: images[$0.number].path, $0.message)
    }
  }

  /// Features of the picture `kept[place]`, [places, C].
  func features(_ place: Int, view: Int = 0) -> Tensor {
    precondition(view < views)
    let tensor = Tensor(rows: places, columns: rows.columns)
    let first = (place * views + view) * places
    rows.read(first..<first + places, into: tensor)
    return tensor
  }

  /// What is there, if it is whole and of these pictures.
  private static func known(
    _ path: String, _ maker: FeatureMaker
  ) -> (contents: Contents, rows: HalfPrecisionRows)? {
    let (encoder, images) = (maker.encoder, maker.images)
    guard let json = FileManager.default.contents(atPath: path + ".json"),
      let contents = try? JSONDecoder().decode(Contents.self, from: json),
      contents.views == maker.views, contents.places == encoder.grid.places,
      contents.channels == encoder.config.featureChannels,
      contents.numbers == Array(images.indices),
      let rows = HalfPrecisionRows(path: path + ".f16", columns: contents.channels),
      rows.count == contents.kept.count * contents.views * contents.places
    else { return nil }
    return (contents, rows)
  }

  /// Does something while no other process makes the same features.
  private static func whileLocked<Result>(
    _ path: String, in folder: String, _ prepare: @escaping (CaptionTraining.Preparation) -> Void,
    _ body: () throws -> Result
  ) throws -> Result {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw WritingError(path: folder, error)
    }
    let lock = try RunLock(path: path + ".lock") { prepare(.waiting(path: path + ".lock")) }
    return try withExtendedLifetime(lock) { try body() }
  }

  private static func make(
    path: String, _ maker: FeatureMaker, progress: (Int, Int) -> Void
  ) throws {
    let (images, encoder) = (maker.images, maker.encoder)
    var contents = Contents(
      views: maker.views, places: encoder.grid.places, channels: encoder.config.featureChannels,
      kept: [], problems: [])
    // What a run that was killed has left goes with it.
    let partial = path + ".partial"
    defer { try? FileManager.default.removeItem(atPath: partial) }
    do {
      try? FileManager.default.removeItem(atPath: path + ".json")
      let writer = try HalfPrecisionRows.Writer(path: partial)
      let size = encoder.config.picturesAtOnce(most: atOnce)
      for start in stride(from: 0, to: images.count, by: size) {
        progress(start, images.count)
        let numbers = start..<min(start + size, images.count)
        let (features, problems) = maker.features(numbers)
        for (number, error) in problems.sorted(by: { $0.key < $1.key }) {
          contents.problems.append(Problem(number: number, message: error.message))
        }
        contents.kept += numbers.filter { problems[$0] == nil }
        for matrix in features { try writer.append(matrix) }
      }
      progress(images.count, images.count)
      try writer.finish()
      try? FileManager.default.removeItem(atPath: path + ".f16")
      try FileManager.default.moveItem(atPath: partial, toPath: path + ".f16")
      try JSONEncoder().encode(contents).write(
        to: URL(fileURLWithPath: path + ".json"), options: .atomic)
    } catch {
      throw WritingError(path: path + ".f16", error)
    }
  }
}

/// Reads pictures and computes their features.
private struct FeatureMaker {
  let images: [CaptionedImage]
  let views: Int
  let encoder: ImageEncoder
  let workers: Workers

  private var reader: ImageReader {
    ImageReader(shortSide: encoder.config.preparation.usefulShortSide())
  }

  func canRead(_ number: Int) -> Bool { (try? reader.read(images[number].path)) != nil }

  /// Features of those pictures that can be read, in order, each view a matrix; and why the others have none.
  func features(_ numbers: Range<Int>) -> ([Tensor], problems: [Int: PictureError]) {
    let (images, reader, encoder, views) = (images, reader, encoder, views)
    let read = workers.map(numbers.count) { place in
      Result { () throws(PictureError) in
        let image = try reader.read(images[numbers.lowerBound + place].path)
        return (0..<views).map { encoder.input(image, mirrored: $0 == 1) }
      }
    }
    var inputs: [Tensor] = []
    var problems: [Int: PictureError] = [:]
    for (number, result) in zip(numbers, read) {
      switch result {
      case .success(let views): inputs += views
      case .failure(let error): problems[number] = error
      }
    }
    return (encoder.features(inputs, workers: workers), problems)
  }
}
