internal import ImageFeatures

/// A word's attention as something smooth to look at.
///
/// Weights are spread by cubic B-splines, which stay positive, have no corners, and are highest where
/// the weights are. At the grid's edges its outermost weights go on.
struct AttentionMap {
  /// One side of a panel, and what of it the grid covers.
  struct Side {
    let pixels: Int
    /// As parts of the side.
    let start: Double
    let length: Double

    /// - Parameters:
    ///   - pixels: of the panel.
    ///   - photo: pixels of the photo.
    ///   - start: where the grid begins, in the photo's pixels.
    ///   - length: of the grid, in the photo's pixels.
    init(pixels: Int, of photo: Int, from start: Double, length: Double) {
      self.pixels = pixels
      self.start = start / Double(photo)
      self.length = length / Double(photo)
    }

    /// For each pixel its shares of the grid's places along this side; none outside of the grid.
    func shares(of places: Int) -> [[(place: Int, share: Float)]] {
      (0..<pixels).map { pixel in
        let along = ((Double(pixel) + 0.5) / Double(pixels) - start) / length
        guard along >= 0, along <= 1 else { return [] }
        let position = along * Double(places) - 0.5
        let before = position.rounded(.down)
        let t = Float(position - before)
        let u = 1 - t
        let spline = [
          u * u * u, 3 * t * t * t - 6 * t * t + 4, 3 * u * u * u - 6 * u * u + 4, t * t * t,
        ]
        return spline.enumerated().map { offset, share in
          (min(max(Int(before) - 1 + offset, 0), places - 1), share / 6)
        }
      }
    }
  }

  /// [height, width]
  private let weights: [Float]
  private let width: Int
  private let height: Int

  init(weights: [Float], width: Int, height: Int) {
    self.weights = weights.map { $0.isFinite && $0 > 0 ? $0 : 0 }
    self.width = width
    self.height = height
  }

  /// For each pixel of a panel [down, across] from 0, not looked at, to 1, looked at most.
  func strengths(across: Side, down: Side) -> [Float] {
    let columns = across.shares(of: width)
    let stretched = (0..<height).map { row in
      columns.map { shares in
        shares.reduce(0) { $0 + $1.share * weights[row * width + $1.place] }
      }
    }
    var result: [Float] = []
    result.reserveCapacity(across.pixels * down.pixels)
    for shares in down.shares(of: height) {
      for x in 0..<across.pixels {
        result.append(shares.reduce(0) { $0 + $1.share * stretched[$1.place][x] })
      }
    }
    let most = result.max() ?? 0
    return most > 0 ? result.map { $0 / most } : result
  }
}

extension RGBImage {
  /// What is left of a pixel's light where nobody looked.
  private static let dimmed: Float = 0.3
  /// What is left of its colour there.
  private static let coloured: Float = 0.35
  /// How far a pixel is moved towards white where one looked most, so that it shows in dark photos.
  private static let lifted: Float = 0.1

  /// The image as it is where strengths are 1, dark and nearly grey where they are 0.
  ///
  /// - Parameter strengths: [height, width].
  func lit(by strengths: [Float]) -> RGBImage {
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count)
    for (number, strength) in strengths.enumerated() {
      let red = Float(pixels[number * 3])
      let green = Float(pixels[number * 3 + 1])
      let blue = Float(pixels[number * 3 + 2])
      let grey = 0.3 * red + 0.59 * green + 0.11 * blue
      result.append(Self.mixed(red, grey, strength))
      result.append(Self.mixed(green, grey, strength))
      result.append(Self.mixed(blue, grey, strength))
    }
    return RGBImage(width: width, height: height, pixels: result)
  }

  private static func mixed(_ colour: Float, _ grey: Float, _ strength: Float) -> UInt8 {
    let low = dimmed * (grey + (colour - grey) * coloured)
    let high = colour + (255 - colour) * lifted
    return UInt8(low + (high - low) * strength + 0.5)
  }
}
