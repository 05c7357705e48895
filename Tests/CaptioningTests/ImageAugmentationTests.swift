import Captioning
import ImageFeatures
import Tensors
import Testing

@Suite struct ImageAugmentationTests {
  /// Each pixel another colour, far from black and white.
  private func image(_ width: Int, _ height: Int) -> RGBImage {
    RGBImage(
      width: width, height: height,
      pixels: (0..<width * height).flatMap { pixel -> [UInt8] in
        let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
        return [UInt8(60 + 2 * row), UInt8(60 + 2 * column), UInt8(60 + row + column)]
      })
  }

  private func preparation(_ fit: ImagePreparation.Fit) -> ImagePreparation {
    var preparation = ImagePreparation()
    (preparation.size, preparation.shortSide, preparation.fit) = (16, 16, fit)
    return preparation
  }

  private func none() -> ImageAugmentation {
    var augmentation = ImageAugmentation()
    (augmentation.mirror, augmentation.crop, augmentation.colour) = (false, 1, 0)
    return augmentation
  }

  @Test(arguments: [(30, 20), (20, 30), (16, 16)], [ImagePreparation.Fit.squash, .crop])
  func nothingLeavesAPreparedPicture(_ size: (Int, Int), _ fit: ImagePreparation.Fit) {
    let image = image(size.0, size.1)
    var generator = RandomGenerator(seed: 1)
    let square = none().apply(to: image, preparation(fit), using: &generator)
    // Of a picture that is cropped any part in proportion may be looked at, not only its middle.
    if fit == .squash || size.0 == size.1 {
      #expect(square == preparation(fit).prepare(image))
    }
    #expect(square.width == 16 && square.height == 16)
  }

  @Test func everyOtherPictureIsMirrored() {
    var augmentation = none()
    augmentation.mirror = true
    let image = image(30, 20)
    let plain = preparation(.squash).prepare(image)
    var generator = RandomGenerator(seed: 1)
    let squares = (0..<200).map { _ in
      augmentation.apply(to: image, preparation(.squash), using: &generator)
    }
    let mirrored = squares.count { $0 == plain.mirrored }
    #expect(mirrored + squares.count { $0 == plain } == 200 && (70...130).contains(mirrored))
  }

  @Test func aPictureIsCroppedInProportionAndNoMoreThanToldTo() {
    var augmentation = none()
    augmentation.crop = 0.25
    let image = image(32, 32)
    var generator = RandomGenerator(seed: 2)
    var spans: [Int] = []
    for _ in 0..<100 {
      let square = augmentation.apply(to: image, preparation(.squash), using: &generator)
      func level(_ row: Int, _ column: Int, _ channel: Int) -> Int {
        Int(square.pixels[3 * (16 * row + column) + channel])
      }
      // Levels rise by 2 a pixel: how far apart the edges are says how much is seen.
      let (down, across) = (level(15, 0, 0) - level(0, 0, 0), level(0, 15, 1) - level(0, 0, 1))
      #expect(abs(down - across) <= 2)
      spans.append(down)
    }
    // Half of the side at least: 15 pixels of 16, of 32 or of anything between.
    #expect((spans.min() ?? 0) >= 27 && (spans.max() ?? 0) <= 62)
    #expect((spans.max() ?? 0) - (spans.min() ?? 0) > 20)
  }

  @Test func coloursChangeByAFewLevelsAndNoMoreThanToldTo() {
    var augmentation = none()
    augmentation.colour = 0.2
    let grey = RGBImage(width: 20, height: 20, pixels: Array(repeating: 100, count: 1200))
    var generator = RandomGenerator(seed: 3)
    var seen: Set<UInt8> = []
    for _ in 0..<200 {
      let square = augmentation.apply(to: grey, preparation(.squash), using: &generator)
      #expect(Set(square.pixels).count == 1, "grey stays grey")
      seen.insert(square.pixels[0])
    }
    // Brightness takes 100 to 80…120, contrast about 128 that to 70…130 at most.
    #expect(seen.count > 20 && (seen.min() ?? 0) >= 70 && (seen.max() ?? 255) <= 122)
    // A change that is none rounds to the levels there were.
    augmentation.colour = 1e-6
    let image = image(16, 16)
    #expect(augmentation.apply(to: image, preparation(.squash), using: &generator) == image)
  }
}
