/// Finds the orientation among what cameras write beside the pixels. Such data are often damaged by
/// programs that do not know them; whatever cannot be read counts as not there.
enum EXIF {
  private static let orientationTag = 0x0112

  /// From the first APP1 segment that holds one, before the pixels.
  static func orientation(jpeg bytes: Span<UInt8>) -> ImageOrientation? {
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      switch marker {
      case 0xFF: place += 1  // padding
      case 0x01, 0xD0...0xD8: place += 2  // markers without a length
      case 0xD9, 0xDA: return nil  // end, or pixels
      default:
        guard let length = integer(bytes, at: place + 2, size: 2, bigEndian: true), length >= 2
        else { return nil }
        let end = min(place + 2 + length, bytes.count)
        let isEXIF = marker == 0xE1 && bytes.has(Array("Exif\0".utf8), at: place + 4)
        if isEXIF, place + 10 <= end,
          let found = orientation(tiff: bytes.extracting((place + 10)..<end))
        {
          return found
        }
        place += 2 + length
      }
    }
    return nil
  }

  /// From the eXIf chunk (PNG 1.5 extensions), wherever it stands.
  static func orientation(png bytes: Span<UInt8>) -> ImageOrientation? {
    var place = 8
    while let length = integer(bytes, at: place, size: 4, bigEndian: true) {
      let data = place + 8
      guard length <= bytes.count - data else { return nil }
      if bytes.has(Array("eXIf".utf8), at: place + 4) {
        return orientation(tiff: bytes.extracting(data..<(data + length)))
      }
      // The checksum stands after the data.
      place = data + length + 4
    }
    return nil
  }

  /// From the first directory of a TIFF structure (TIFF 6.0, section 2).
  private static func orientation(tiff bytes: Span<UInt8>) -> ImageOrientation? {
    let bigEndian: Bool
    if bytes.has([0x4D, 0x4D, 0x00, 0x2A], at: 0) {
      bigEndian = true
    } else if bytes.has([0x49, 0x49, 0x2A, 0x00], at: 0) {
      bigEndian = false
    } else {
      return nil
    }
    guard let directory = integer(bytes, at: 4, size: 4, bigEndian: bigEndian),
      let entries = integer(bytes, at: directory, size: 2, bigEndian: bigEndian)
    else { return nil }
    for entry in 0..<entries {
      let place = directory + 2 + 12 * entry
      guard let tag = integer(bytes, at: place, size: 2, bigEndian: bigEndian) else { return nil }
      guard tag == orientationTag else { continue }
      guard let type = integer(bytes, at: place + 2, size: 2, bigEndian: bigEndian),
        let size = [1: 1, 3: 2, 4: 4][type],  // byte, short, long
        let value = integer(bytes, at: place + 8, size: size, bigEndian: bigEndian)
      else { return nil }
      return ImageOrientation(rawValue: value)
    }
    return nil
  }

  private static func integer(
    _ bytes: Span<UInt8>, at place: Int, size: Int, bigEndian: Bool
  ) -> Int? {
    guard place <= bytes.count - size else { return nil }
    var value = 0
    for index in 0..<size {
      value = value << 8 | Int(bytes[place + (bigEndian ? index : size - 1 - index)])
    }
    return value
  }
}
