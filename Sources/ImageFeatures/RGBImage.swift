/// A picture in memory: 8-bit red, green, blue.
///
/// What the bytes mean in light is left as the file has it: gamma and colour profiles are not applied,
/// as networks are trained on pictures read that way.
public struct RGBImage: Sendable, Equatable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// [height, width, 3], from the top row down, red, green, blue; 0 is none of it, 255 all.
  public let pixels: [UInt8]

  /// - Parameter pixels: [height, width, 3].
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image of \(width) × \(height) pixels")
    precondition(
      pixels.count == width * height * 3, "\(pixels.count) bytes for \(width) × \(height) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
