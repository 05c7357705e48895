internal import ImageFeatures
internal import Neural
internal import Synchronization
internal import Tensors

/// Pictures that are read anew each time they are learned from, as they are changed by chance.
final class PictureFiles: Sendable {
  /// Which of the pictures can be read, by their numbers, in order.
  let kept: [Int]
  /// Why the others cannot.
  let problems: [PictureError]
  private let paths: [String]
  private let reader: ImageReader
  private let encoderConfig: CaptionConfig
  /// Pictures that could no longer be read, and what of that nobody has been told yet.
  private let gone = Mutex<(numbers: Set<Int>, news: [PictureError])>(([], []))

  /// Reads every picture once, to know that it can be read.
  ///
  /// - Parameters:
  ///   - share: least share of a picture's area that is looked at.
  ///   - progress: told how many pictures of how many are done.
  init(
    _ images: [CaptionedImage], config: CaptionConfig, share: Float, workers: Workers,
    progress: (Int, Int) -> Void
  ) {
    let reader = ImageReader(shortSide: config.preparation.usefulShortSide(share: share))
    var kept: [Int] = []
    var problems: [PictureError] = []
    let atOnce = 256
    for start in stride(from: 0, to: images.count, by: atOnce) {
      progress(start, images.count)
      let range = start..<min(start + atOnce, images.count)
      let errors = workers.map(range.count) { number -> PictureError? in
        do throws(PictureError) {
          _ = try reader.read(images[start + number].path)
          return nil
        } catch {
          return error
        }
      }
      for (number, error) in zip(range, errors) {
        if let error { problems.append(error) } else { kept.append(number) }
      }
    }
    progress(images.count, images.count)
    self.kept = kept
    self.problems = problems
    paths = kept.map { images[$0].path }
    self.reader = reader
    encoderConfig = config
  }

  /// The picture `kept[number]` as the network's input, [inputSize · inputSize, 3]; nil if it can no longer
  /// be read.
  ///
  /// - Parameter change: makes the square that the network looks at.
  func input(_ number: Int, change: (RGBImage) -> RGBImage) -> Tensor? {
    let config = encoderConfig.image
    do throws(PictureError) {
      let square = change(try reader.read(paths[number]))
      let input = Tensor(rows: config.inputGrid(batch: 1).rows, columns: 3)
      config.setImage(square.pixels.span, into: input, number: 0)
      return input
    } catch {
      // What was there when training began is read again at every epoch; one that has gone must not end hours
      // of work.
      gone.withLock { if $0.numbers.insert(number).inserted { $0.news.append(error) } }
      return nil
    }
  }

  /// Which pictures could no longer be read since this was last asked.
  func takeNews() -> [PictureError] {
    gone.withLock { gone in
      defer { gone.news = [] }
      return gone.news
    }
  }
}
