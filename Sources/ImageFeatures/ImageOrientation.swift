/// How the stored image is to be turned to be upright, with EXIF's numbers (JEITA CP-3451, tag 0x0112):
/// which edges of the upright image the first stored row and the first stored column are.
public enum ImageOrientation: Int, Sendable, CaseIterable {
  /// First row at the top, first column at the left: as stored.
  case topLeft = 1
  /// Mirrored left to right.
  case topRight = 2
  /// Turned by half a circle.
  case bottomRight = 3
  /// Mirrored top to bottom.
  case bottomLeft = 4
  /// Rows and columns exchanged.
  case leftTop = 5
  /// To be turned clockwise.
  case rightTop = 6
  /// Rows and columns exchanged, and turned by half a circle.
  case rightBottom = 7
  /// To be turned anticlockwise.
  case leftBottom = 8

  /// Whether stored rows become columns.
  public var exchangesSides: Bool { rawValue >= 5 }

  /// The orientation that a file asks for; as stored where it says nothing that can be read.
  init(of bytes: Span<UInt8>, _ format: ImageFormat) {
    let found =
      switch format {
      case .jpeg: EXIF.orientation(jpeg: bytes)
      case .png: EXIF.orientation(png: bytes)
      }
    self = found ?? .topLeft
  }
}

extension RGBImage {
  /// The image turned and mirrored to be upright.
  public func oriented(_ orientation: ImageOrientation) -> RGBImage {
    guard orientation != .topLeft else { return self }
    let (right, down) = (1, width)
    let (lastColumn, lastRow) = (width - 1, (height - 1) * width)
    // Where the upright image's first pixel is stored, and how far from it its right and lower neighbours.
    let (start, across, along) =
      switch orientation {
      case .topLeft: (0, right, down)
      case .topRight: (lastColumn, -right, down)
      case .bottomRight: (lastRow + lastColumn, -right, -down)
      case .bottomLeft: (lastRow, right, -down)
      case .leftTop: (0, down, right)
      case .rightTop: (lastRow, -down, right)
      case .rightBottom: (lastRow + lastColumn, -down, -right)
      case .leftBottom: (lastColumn, down, -right)
      }
    let exchanges = orientation.exchangesSides
    return gathered(
      width: exchanges ? height : width, height: exchanges ? width : height, from: start,
      across: across, along: along)
  }

  /// An image whose pixel (x, y) is this one's pixel number start + x·across + y·along.
  private func gathered(
    width: Int, height: Int, from start: Int, across: Int, along: Int
  ) -> RGBImage {
    var turned = [UInt8](repeating: 0, count: pixels.count)
    // Squares at a time, so that a column's lines stay in the cache until all of them is used.
    let side = 32
    for top in stride(from: 0, to: height, by: side) {
      for left in stride(from: 0, to: width, by: side) {
        for y in top..<min(top + side, height) {
          var source = 3 * (start + left * across + y * along)
          var target = 3 * (y * width + left)
          for _ in left..<min(left + side, width) {
            turned[target] = pixels[source]
            turned[target + 1] = pixels[source + 1]
            turned[target + 2] = pixels[source + 2]
            source += 3 * across
            target += 3
          }
        }
      }
    }
    return RGBImage(width: width, height: height, pixels: turned)
  }
}
