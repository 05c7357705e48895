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
