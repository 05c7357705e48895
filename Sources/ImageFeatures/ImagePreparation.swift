/// How an image becomes the square that a network looks at; part of a model's configuration.
public struct ImagePreparation: Codable, Sendable, Equatable {
  /// What is done with an image that is no square.
  public enum Fit: String, Codable, Sendable, CaseIterable {
    /// The whole image, squeezed.
    case squash
    /// The middle of it, in proportion.
    case crop
  }

  /// Pixels of the square's side.
  public var size = 224
  public var fit: Fit = .squash
  /// For `crop`: to what the image's short side is resized before the middle is cut out.
  public var shortSide = 256
  public var filter: ResamplingFilter = .bilinear

  public init() {}

  /// Throws the first setting that makes no image.
  public func validate() throws(ImageError) {
    guard (1...8192).contains(size) else {
      throw ImageError(
        .configuration, "the image size is \(size)", remedy: "let it be 1 to 8192 pixels")
    }
    guard fit == .squash || (size...65_536).contains(shortSide) else {
      throw ImageError(
        .configuration,
        "the short side of \(shortSide) pixels is not enough for a square of \(size), or too much",
        remedy: "let it be \(size) to 65536 pixels")
    }
  }

  /// What a picture's short side must have, in pixels, for nothing to be lost that the square shows: twice as many
  /// as are left of it, for a picture is blurred a little where it is read at a fraction of its size.
  ///
  /// - Parameter share: least share of the area that is looked at.
  public func usefulShortSide(share: Float = 1) -> Int {
    let side = fit == .squash ? size : shortSide
    return Int((2 * Float(side) / share.squareRoot()).rounded(.up))
  }

  /// The square, [size, size, 3].
  public func prepare(_ image: RGBImage) -> RGBImage {
    switch fit {
    case .squash:
      return image.resized(width: size, height: size, filter: filter)
    case .crop:
      let middle = middle(ofWidth: image.width, height: image.height)
      return image.resized(
        width: middle.width, height: middle.height, columns: middle.columns, rows: middle.rows,
        filter: filter)
    }
  }

  /// For `crop`: to what an image is resized, and which part of that is cut out.
  package func middle(
    ofWidth width: Int, height: Int
  ) -> (width: Int, height: Int, columns: Range<Int>, rows: Range<Int>) {
    let short = min(width, height)
    // The long side is cut off to a whole number, as those do who published networks.
    let (width, height) = (shortSide * width / short, shortSide * height / short)
    func middle(of length: Int) -> Range<Int> {
      let start = (length - size) / 2
      return start..<(start + size)
    }
    return (width, height, middle(of: width), middle(of: height))
  }
}
