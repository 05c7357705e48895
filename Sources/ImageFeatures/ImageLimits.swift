/// What an image may ask for. Its header is held against this before memory is taken.
public struct ImageLimits: Sendable, Equatable {
  /// Most pixels of an image. Decoding takes 3 bytes for each, up to 11 where the JPEG is progressive
  /// and up to 7 where the PNG is interlaced and has transparency.
  public var pixels: Int

  public init(pixels: Int = 100_000_000) {
    precondition(pixels >= 1)
    self.pixels = pixels
  }
}
