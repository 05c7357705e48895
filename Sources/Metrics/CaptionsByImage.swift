/// Captions by image, in a fixed order.
public struct CaptionsByImage: Sendable, Equatable {
  /// The images in the order in which they came, each once. A number is known by its digits.
  public private(set) var images: [String] = []
  /// The captions of each image, in the order in which they came.
  public private(set) var captions: [[String]] = []
  /// The file of each image, as the data names it: the image's name where the data gives no other.
  public private(set) var files: [String] = []
  private var places: [String: Int] = [:]

  public init() {}

  /// Adds an image without a caption, if it is new.
  ///
  /// - Parameters:
  ///   - image: its name.
  ///   - file: its file, where that is not its name.
  public mutating func add(image: String, file: String? = nil) {
    let place = place(of: image)
    if let file { files[place] = file }
  }

  /// Adds a caption of an image.
  public mutating func add(_ caption: String, image: String) {
    captions[place(of: image)].append(caption)
  }

  public func contains(_ image: String) -> Bool { places[image] != nil }

  /// The captions of an image, nil for one that is not known.
  public subscript(image: String) -> [String]? { places[image].map { captions[$0] } }

  private mutating func place(of image: String) -> Int {
    if let place = places[image] { return place }
    places[image] = images.count
    images.append(image)
    files.append(image)
    captions.append([])
    return images.count - 1
  }
}
