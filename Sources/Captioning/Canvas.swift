internal import ImageFeatures

/// A picture that is being drawn; what falls outside of it is left out.
struct Canvas {
  struct Colour: Equatable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    static let paper = Colour(red: 252, green: 251, blue: 248)
    static let ink = Colour(red: 38, green: 36, blue: 44)
  }

  let width: Int
  let height: Int
  private var pixels: [UInt8]

  init(width: Int, height: Int, colour: Colour) {
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 0, count: width * height * 3)
    fill(x: 0, y: 0, width: width, height: height, colour)
  }

  var image: RGBImage { RGBImage(width: width, height: height, pixels: pixels) }

  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
    for row in max(y, 0)..<max(min(y + height, self.height), max(y, 0)) {
      for column in max(x, 0)..<max(min(x + width, self.width), max(x, 0)) {
        let start = (row * self.width + column) * 3
        pixels[start] = colour.red
        pixels[start + 1] = colour.green
        pixels[start + 2] = colour.blue
      }
    }
  }

  /// An image that fits.
  mutating func draw(_ image: RGBImage, x: Int, y: Int) {
    precondition(x >= 0 && y >= 0 && x + image.width <= width && y + image.height <= height)
    for row in 0..<image.height {
      let start = ((y + row) * width + x) * 3
      pixels.replaceSubrange(
        start..<(start + image.width * 3),
        with: image.pixels[(row * image.width * 3)..<((row + 1) * image.width * 3)])
    }
  }

  /// A line of text, its upper left corner at a place.
  ///
  /// - Parameter scale: pixels of a dot.
  mutating func draw(_ text: String, x: Int, y: Int, scale: Int, colour: Colour) {
    var left = x
    for character in text {
      let glyph = PixelFont.own.glyph(character)
      for dot in glyph.dots {
        fill(x: left + dot.x * scale, y: y + dot.y * scale, width: scale, height: scale, colour)
      }
      left += (glyph.width + PixelFont.spacing) * scale
    }
  }
}
