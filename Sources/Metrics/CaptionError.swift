/// Why captions could not be read or scored.
public enum CaptionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file could not be opened or read.
  case unreadable(file: String, reason: String)
  /// A line is not UTF-8; lines count from 1.
  case notUTF8(file: String, line: Int)
  /// A line has no tab between an image and a caption.
  case noTab(file: String, line: Int)
  /// There is nothing before a line's tab.
  case noImageName(file: String, line: Int)
  /// The text is not JSON.
  case notJSON(file: String, reason: String)
  /// A value is missing in JSON or is not what it should be; `key` is the way to it.
  case badValue(file: String, key: String, problem: String)
  /// Splits are asked for, but the file has none: it is not Karpathy's JSON.
  case noSplits(file: String)
  /// No image is of a split; those that there are in the file.
  case noSplit(file: String, split: String, found: [String])
  /// A file has not one caption.
  case noCaptions(file: String)
  /// An image has no reference.
  case noReferences(image: String)
  /// A result is of an image that the references do not have.
  case unknownImage(String)
  /// An image has more than one result.
  case severalResults(image: String, count: Int)
  /// Images have no result; the first of them is named.
  case noResult(image: String, count: Int)
  /// There is no image to score.
  case noImages

  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .notUTF8(let file, let line): "\(file), line \(line): not UTF-8; convert the file to UTF-8"
    case .noTab(let file, let line):
      "\(file), line \(line): no tab; a line is an image's name, a tab and a caption"
    case .noImageName(let file, let line):
      "\(file), line \(line): nothing before the tab, where the image's name belongs"
    case .notJSON(let file, let reason):
      "\(file): not JSON: \(reason); it is damaged or was cut short, get it anew"
    case .badValue(let file, let key, let problem): "\(file): \(key) \(problem)"
    case .noSplits(let file):
      "\(file): has no splits, only Karpathy's JSON has; name none, or list the images"
    case .noSplit(let file, let split, let found):
      found.isEmpty
        ? "\(file): no image is of the split '\(split)'; there are no images"
        : "\(file): no image is of the split '\(split)'; there are \(found.joined(separator: ", "))"
    case .noCaptions(let file): "\(file): no captions; is it the right file?"
    case .noReferences(let image):
      "image '\(image)' has no reference caption; every image needs at least one"
    case .unknownImage(let image):
      "there is a result for image '\(image)', which the references do not have"
    case .severalResults(let image, let count):
      "image '\(image)' has \(count) results; a system gives one caption an image"
    case .noResult(let image, let count):
      count == 1
        ? "image '\(image)' has no result; every image of the references needs one"
        : "\(count) images have no result, the first is '\(image)'; every image of the references needs one"
    case .noImages: "there are 0 images; a score needs at least one"
    }
  }
}
