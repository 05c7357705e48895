import ImageFeatures

/// Colours of an image by place.
struct Picture {
  struct Colour: Hashable {
    let red: Double
    let green: Double
    let blue: Double
    var light: Double { (red + green + blue) / 3 }
    var saturation: Double {
      let most = max(red, green, blue)
      return most > 0 ? (most - min(red, green, blue)) / most : 0
    }
  }

  private let image: RGBImage

  init(_ image: RGBImage) { self.image = image }

  func colour(_ x: Int, _ y: Int) -> Colour {
    let start = (y * image.width + x) * 3
    return Colour(
      red: Double(image.pixels[start]), green: Double(image.pixels[start + 1]),
      blue: Double(image.pixels[start + 2]))
  }

  func light(_ x: Int, _ y: Int) -> Double { colour(x, y).light }

  func rows(x: Int, y: Int, width: Int, height: Int) -> [[Colour]] {
    (y..<(y + height)).map { row in (x..<(x + width)).map { colour($0, row) } }
  }

  func part(x: Int, y: Int, width: Int, height: Int) -> RGBImage {
    let colours = rows(x: x, y: y, width: width, height: height).joined()
    return RGBImage(
      width: width, height: height,
      pixels: colours.flatMap { [UInt8($0.red), UInt8($0.green), UInt8($0.blue)] })
  }

  /// Pixels of a rectangle that are dark, as letters on paper are.
  func ink(x: Int, y: Int, width: Int, height: Int) -> Int {
    rows(x: x, y: y, width: width, height: height).joined().count { $0.light < 60 }
  }
}
