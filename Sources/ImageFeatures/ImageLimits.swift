/// What an image may ask for. Its header is held against this before memory is taken.
public struct ImageLimits: Sendable, Equatable {
  /// Most pixels of an image. Decoding takes 3 bytes for each, 6 where the image is to be turned, up to 11 where
  /// the JPEG is progressive or has several scans, and up to 7 where the PNG is interlaced and has transparency.
  public var pixels: Int
  /// Most pixels of a side: resizing takes up to 16 bytes for each.
  public var side = 1_000_000

  public init(pixels: Int = 100_000_000) {
    precondition(pixels >= 1)
    self.pixels = pixels
  }
}
