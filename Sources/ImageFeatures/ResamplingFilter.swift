/// How much a pixel takes from those around it when an image is resized.
public enum ResamplingFilter: String, Codable, Sendable, CaseIterable {
  /// Straight lines between neighbours.
  case bilinear
  /// Cubic convolution with a = −1/2 (Keys 1981).
  case bicubic

  /// Distance beyond which weights are zero, in pixels of the coarser grid.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// Weight, before normalising, of a pixel at that distance.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .bilinear:
      return x < 1 ? 1 - x : 0
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    }
  }
}
