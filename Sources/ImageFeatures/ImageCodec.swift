/// Reads images from the bytes of a file, and writes PNG.
///
/// PNG: all colour types and depths; 16 bits are read as their high byte; of an animation the picture
/// that stands for it. JPEG: baseline and progressive, Huffman and arithmetic coding, 8 bits, in grey,
/// YCbCr, RGB, CMYK and YCCK. Transparency is put over white, EXIF's orientation is followed, gamma and
/// colour profiles are not.
///
/// A file that is cut short is an error. What is forgiven: a PNG that lacks only what comes after its last
/// row; a JPEG that lacks only its end mark, or no more than the last 16 lines and an eighth of its
/// height, which are then grey or repeat what is above. Bits that are wrong inside a JPEG may go unnoticed,
/// as the format has no checksum; where they end the data of a scan too early, that is an error too.
public enum ImageCodec {
  /// The image in a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - side: pixels that the short side shall have at least; a JPEG with more is read at a half, a quarter or an
  ///     eighth of its size where that is enough, which takes less time and, unless it has several scans, less
  ///     memory (libjpeg's scaled decoding: each pixel is about the mean of those that it stands for). Nil for all
  ///     of it; a PNG is always read as it is.
  /// - Throws: `ImageError` for a file that is damaged, cut short, of another format, or beyond the limits.
  public static func decode(
    _ bytes: Span<UInt8>, limits: ImageLimits = ImageLimits(), shortSide side: Int? = nil
  ) throws(ImageError) -> RGBImage {
    let header = try header(bytes, limits: limits)
    let eighths = side.map { header.eighths(shortSide: $0) } ?? 8
    return try CodecLibrary.decode(bytes, header, eighths: eighths).oriented(header.orientation)
  }

  /// The image in a file; see above.
  public static func decode(
    _ bytes: [UInt8], limits: ImageLimits = ImageLimits(), shortSide side: Int? = nil
  ) throws(ImageError) -> RGBImage {
    try decode(bytes.span, limits: limits, shortSide: side)
  }

  /// What a file's header says, without decoding.
  ///
  /// - Throws: also where the image is beyond the limits, or where the file is too short to hold it.
  public static func header(
    _ bytes: Span<UInt8>, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> ImageHeader {
    let format = try ImageFormat(of: bytes)
    let (width, height) = try CodecLibrary.size(bytes, format, limits: limits)
    return ImageHeader(
      format: format, storedWidth: width, storedHeight: height,
      orientation: ImageOrientation(of: bytes, format))
  }

  /// What a file's header says, without decoding.
  ///
  /// - Throws: also where the image is beyond the limits, or where the file is too short to hold it.
  public static func header(
    _ bytes: [UInt8], limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> ImageHeader {
    try header(bytes.span, limits: limits)
  }

  /// The bytes of a PNG file that holds `image` without loss.
  ///
  /// - Throws: `ImageError` for an image that is too large for the format.
  public static func encodePNG(_ image: RGBImage) throws(ImageError) -> [UInt8] {
    try CodecLibrary.encodePNG(image)
  }
}

/// What the header of an image file says.
public struct ImageHeader: Sendable, Equatable {
  public var format: ImageFormat
  /// Pixels of a row as they are in the file, before the orientation is followed.
  public var storedWidth: Int
  /// Rows as they are in the file.
  public var storedHeight: Int
  public var orientation: ImageOrientation

  /// The fewest eighths of its size at which the image can be read so that its short side has at least so many
  /// pixels.
  func eighths(shortSide: Int) -> Int {
    guard format == .jpeg else { return 8 }
    let side = min(storedWidth, storedHeight)
    return [1, 2, 4].first { side * $0 / 8 >= shortSide } ?? 8
  }
}
