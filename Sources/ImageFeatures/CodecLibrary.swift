internal import CImageCodec

/// The thin wall to libpng and libjpeg: all pointers and all their words stay behind it.
enum CodecLibrary {
  /// Width and height as the header gives them, held against the limits.
  static func size(
    _ bytes: Span<UInt8>, _ format: ImageFormat, limits: ImageLimits
  ) throws(ImageError) -> (width: Int, height: Int) {
    let size = format == .png ? s2s_png_size : s2s_jpeg_size
    var (width, height) = (Int32(0), Int32(0))
    var failure = s2s_image_failure()
    let code = bytes.withUnsafeBufferPointer {
      size($0.baseAddress, $0.count, UInt64(limits.pixels), &width, &height, &failure)
    }
    let found = (width: Int(width), height: Int(height))
    guard code == s2s_image_ok else {
      throw error(failure, format, found, limits: limits)
    }
    guard max(found.width, found.height) <= limits.side else {
      throw ImageError(
        .tooLarge,
        "the image is \(found.width) × \(found.height) pixels, and a side may have \(limits.side)",
        remedy: "cut it to pieces")
    }
    return found
  }

  /// The image as it is stored, or a JPEG at so many eighths of its size: 1, 2, 4 or 8.
  static func decode(
    _ bytes: Span<UInt8>, _ header: ImageHeader, eighths: Int
  ) throws(ImageError) -> RGBImage {
    let (width, height) = (header.storedWidth, header.storedHeight)
    let made = [width, height].map { ($0 * eighths + 7) / 8 }
    let count = made[0] * made[1] * 3
    var failure = s2s_image_failure()
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let code = bytes.withUnsafeBufferPointer {
        let (bytes, count, pixels) = ($0.baseAddress, $0.count, buffer.baseAddress)
        return switch header.format {
        case .png: s2s_png_decode(bytes, count, Int32(width), Int32(height), pixels, &failure)
        case .jpeg:
          s2s_jpeg_decode(
            bytes, count, Int32(width), Int32(height), Int32(eighths), pixels, &failure)
        }
      }
      filled = code == s2s_image_ok ? count : 0
    }
    guard failure.code == s2s_image_ok else {
      throw error(failure, header.format, (width, height), limits: nil)
    }
    return RGBImage(width: made[0], height: made[1], pixels: pixels)
  }

  static func encodePNG(_ image: RGBImage) throws(ImageError) -> [UInt8] {
    // libpng counts a row's bytes in 31 bits.
    guard image.width < 1 << 29, image.height < 1 << 31 else {
      throw ImageError(
        .tooLarge, "\(image.width) × \(image.height) pixels are too many for a PNG file",
        remedy: "make the image smaller")
    }
    let (width, height) = (Int32(image.width), Int32(image.height))
    let bound = s2s_png_bound(width, height)
    var failure = s2s_image_failure()
    let bytes = [UInt8](unsafeUninitializedCapacity: bound) { buffer, filled in
      var count = bound
      let code = image.pixels.withUnsafeBufferPointer {
        s2s_png_encode($0.baseAddress, width, height, buffer.baseAddress, &count, &failure)
      }
      filled = code == s2s_image_ok ? count : 0
    }
    guard failure.code == s2s_image_ok else {
      throw error(failure, .png, (image.width, image.height), limits: nil)
    }
    return bytes
  }

  private static func error(
    _ failure: s2s_image_failure, _ format: ImageFormat, _ size: (width: Int, height: Int),
    limits: ImageLimits?
  ) -> ImageError {
    let reason = reason(failure)
    let byte = failure.byte
    let line = failure.line >= 0 ? Int(failure.line) : nil
    let name = "the \(format.rawValue) file"
    switch failure.code {
    case s2s_image_truncated:
      let extent =
        line.map { "its \(byte) bytes give \($0) of \(size.height) scan lines" }
        ?? "it ends at byte \(byte)\(reason)"
      return ImageError(
        .truncated, "\(name) is cut short: \(extent)", remedy: "get the whole file again",
        byte: byte, line: line)
    case s2s_image_unsupported:
      return ImageError(
        .unsupported, "\(name) is of a kind that is not read\(reason)",
        remedy: "save it as an ordinary PNG or JPEG with another program", byte: byte)
    case s2s_image_too_large:
      if let limits, size.width * size.height > limits.pixels {
        return ImageError(
          .tooLarge,
          "the image is \(size.width) × \(size.height) pixels, more than the \(limits.pixels) that "
            + "are allowed",
          remedy: "make it smaller, or allow more")
      }
      return ImageError(
        .tooLarge, "\(name) asks for too much\(reason)",
        remedy: "save it anew with another program", byte: byte)
    case s2s_image_no_memory:
      return ImageError(
        .outOfMemory, "there is no memory for \(size.width) × \(size.height) pixels\(reason)",
        remedy: "free some, or make the image smaller")
    default:
      let place = line.map { ", scan line \($0) of \(size.height)" } ?? ""
      return ImageError(
        .damaged, "\(name) is damaged near byte \(byte)\(place)\(reason)",
        remedy: "get it again", byte: byte, line: line)
    }
  }

  /// In brackets, where there is one.
  private static func reason(_ failure: s2s_image_failure) -> String {
    let reason = withUnsafeBytes(of: failure.reason) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return reason.isEmpty ? "" : " (\(reason))"
  }
}
