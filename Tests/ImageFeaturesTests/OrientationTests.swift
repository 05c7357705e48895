import ImageFeatures
import Testing

struct OrientationTests {
  /// Wider than a block of what is turned at a time, and different along all directions.
  private static let image: RGBImage = {
    let (width, height) = (70, 37)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width { pixels += [UInt8(3 * x), UInt8(6 * y), UInt8(x + y)] }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }()

  private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
    let start = 3 * (y * image.width + x)
    return Array(image.pixels[start..<(start + 3)])
  }

  @Test("first stored row and column become the edges that are named", arguments: 1...8)
  func edges(number: Int) throws {
    let stored = Self.image
    let orientation = try #require(ImageOrientation(rawValue: number))
    let upright = stored.oriented(orientation)
    let (right, bottom) = (upright.width - 1, upright.height - 1)
    // Where a stored pixel goes, by EXIF's own words for the eight numbers.
    let place: (Int, Int) -> (x: Int, y: Int) =
      switch number {
      case 1: { x, y in (x, y) }
      case 2: { x, y in (right - x, y) }
      case 3: { x, y in (right - x, bottom - y) }
      case 4: { x, y in (x, bottom - y) }
      case 5: { x, y in (y, x) }
      case 6: { x, y in (right - y, x) }
      case 7: { x, y in (right - y, bottom - x) }
      default: { x, y in (y, bottom - x) }
      }
    var wrong = 0
    for y in 0..<stored.height {
      for x in 0..<stored.width {
        let (u, v) = place(x, y)
        if pixel(upright, u, v) != pixel(stored, x, y) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(orientation.exchangesSides == (upright.width == stored.height))
  }

  @Test("turning there and back is nothing")
  func inverse() {
    let image = Self.image
    #expect(image.oriented(.rightTop).oriented(.leftBottom) == image)
    for orientation in ImageOrientation.allCases
    where orientation != .rightTop && orientation != .leftBottom {
      #expect(image.oriented(orientation).oriented(orientation) == image)
    }
  }
}
