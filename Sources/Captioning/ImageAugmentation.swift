package import ImageFeatures
internal import Seq2Seq
package import Tensors

/// What is done to a picture by chance each time it is learned from, so that no two times are alike.
public struct ImageAugmentation: Codable, Sendable, Equatable {
  /// Whether left and right are exchanged every other time.
  public var mirror = true
  /// Least share of the picture's area that is looked at (Szegedy et al. 2015, sec. 6); 1 for all of it.
  public var crop: Float = 0.7
  /// Most that brightness, contrast and colourfulness are changed by, as a share; 0 for not at all.
  public var colour: Float = 0.2

  public init() {}

  /// Throws the first setting that cannot be.
  ///
  /// - Parameter section: what keys are put behind.
  func validate(section: String) throws {
    guard crop >= 0.01, crop <= 1 else {
      throw ConfigurationError(
        key: "\(section).crop", message: "is \(crop); it must be 0.01 to 1")
    }
    guard colour >= 0, colour < 1 else {
      throw ConfigurationError(
        key: "\(section).colour", message: "is \(colour); it must be at least 0 and below 1")
    }
  }

  /// A square of a picture, [size, size, 3], changed by chance.
  package func apply(
    to image: RGBImage, _ preparation: ImagePreparation, using generator: inout RandomGenerator
  ) -> RGBImage {
    var square = window(of: image, preparation, using: &generator)
    if mirror, generator.next() & 1 == 1 { square = square.mirrored }
    guard colour > 0 else { return square }
    func factor() -> Float { 1 + colour * (2 * generator.uniform() - 1) }
    return square.recoloured(brightness: factor(), contrast: factor(), saturation: factor())
  }

  /// A rectangle of the picture in the proportions that it is prepared in, resized to the square.
  private func window(
    of image: RGBImage, _ preparation: ImagePreparation, using generator: inout RandomGenerator
  ) -> RGBImage {
    let size = preparation.size
    // Both sides shrink alike: nothing is squeezed more than it would be without.
    let side = (crop + (1 - crop) * generator.uniform()).squareRoot()
    let whole = Int((Float(size) / side).rounded())
    var (width, height) = (whole, whole)
    if preparation.fit == .crop {
      let short = min(image.width, image.height)
      (width, height) = (whole * image.width / short, whole * image.height / short)
    }
    let left = Int(generator.uniform() * Float(width - size + 1))
    let top = Int(generator.uniform() * Float(height - size + 1))
    return image.resized(
      width: width, height: height, columns: left..<left + size, rows: top..<top + size,
      filter: preparation.filter)
  }
}

extension RGBImage {
  /// Brightness and contrast (about middle grey) and then the distance from grey multiplied.
  func recoloured(brightness: Float, contrast: Float, saturation: Float) -> RGBImage {
    let levels = (0...255).map { level in
      (Float(level) * brightness - 128) * contrast + 128
    }
    var result = pixels
    for pixel in stride(from: 0, to: pixels.count, by: 3) {
      let (r, g, b) = (
        levels[Int(pixels[pixel])], levels[Int(pixels[pixel + 1])], levels[Int(pixels[pixel + 2])]
      )
      // Luma of ITU-R BT.601.
      let grey = 0.299 * r + 0.587 * g + 0.114 * b
      func saturated(_ level: Float) -> UInt8 {
        UInt8(max(0, min(255, grey + (level - grey) * saturation)) + 0.5)
      }
      (result[pixel], result[pixel + 1], result[pixel + 2]) =
        (saturated(r), saturated(g), saturated(b))
    }
    return RGBImage(width: width, height: height, pixels: result)
  }
}
