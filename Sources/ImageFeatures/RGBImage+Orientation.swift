internal import CImageCodec

extension RGBImage {
  /// The image turned and mirrored to be upright.
  public func oriented(_ orientation: ImageOrientation) -> RGBImage {
    guard orientation != .topLeft else { return self }
    let (right, down) = (1, width)
    let (lastColumn, lastRow) = (width - 1, (height - 1) * width)
    // Where the upright image's first pixel is stored, and how far from it its right and lower
    // neighbours are.
    let (start, toRight, toLower) =
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
    let (width, height) = exchanges ? (self.height, self.width) : (self.width, self.height)
    let upright = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, filled in
      pixels.withUnsafeBufferPointer { source in
        s2s_gather_pixels(
          source.baseAddress, start, toRight, toLower, Int32(width), Int32(height),
          target.baseAddress)
      }
      filled = pixels.count
    }
    return RGBImage(width: width, height: height, pixels: upright)
  }
}
