import ImageFeatures
import Testing

struct DecodingTests {
  @Test("each file that can be read has the pixels it should", arguments: OddFiles.readable)
  func pixels(name: String) throws {
    let image = try OddFiles.image(name)
    let expected = try OddFiles.expected(name)
    let format = try ImageCodec.header(OddFiles.bytes(name)).format
    // Versions of libjpeg may round differently; PNG leaves no choice.
    let tolerance = format == .png ? 0 : 2
    let difference = try #require(image.largestDifference(from: expected))
    #expect(difference <= tolerance)
  }

  @Test("every odd file is read, or has an error in the table of errors")
  func noneIsForgotten() {
    let known = OddFiles.readable + DecodingErrorTests.errors.map(\.name)
    #expect(OddFiles.names == (known + ["tall-without-last-bytes.jpg"]).sorted())
  }

  @Test("a JPEG whose last lines are missing is read, and the others are right")
  func lastLines() throws {
    let whole = try OddFiles.image("tall.jpg")
    let cut = try OddFiles.image("tall-without-last-bytes.jpg")
    #expect(cut.width == whole.width && cut.height == whole.height)
    let right = whole.width * (whole.height - 8) * 3
    #expect(cut.pixels[..<right] == whole.pixels[..<right])
    #expect(cut != whole)
  }

  @Test("the header tells format, size and orientation")
  func header() throws {
    let bytes = try OddFiles.bytes("orientation6.jpg")
    let turned = try ImageCodec.header(bytes)
    #expect(turned.format == .jpeg && turned.orientation == .rightTop)
    #expect(turned.storedWidth == 40 && turned.storedHeight == 29)
    let image = try ImageCodec.decode(bytes)
    #expect(image.width == 29 && image.height == 40)
    let named = try ImageCodec.header(OddFiles.bytes("png-inside.jpg"))
    #expect(named.format == .png && named.orientation == .topLeft)
    #expect(named.storedWidth == 40 && named.storedHeight == 29)
  }

  @Test(
    "a JPEG is read smaller where that is enough, and looks the same",
    arguments: OddFiles.readable.filter { $0.hasSuffix(".jpg") })
  func smaller(name: String) throws {
    let bytes = try OddFiles.bytes(name)
    let whole = try ImageCodec.decode(bytes)
    let short = min(whole.width, whole.height)
    let header = try ImageCodec.header(bytes)
    guard header.format == .jpeg, short >= 16 else { return }
    for (side, eighths) in [(short, 8), (short / 2 + 1, 8), (short / 2, 4), (short / 4, 2), (1, 1)]
    {
      let image = try ImageCodec.decode(bytes, shortSide: side)
      #expect(image.width == (whole.width * eighths + 7) / 8)
      #expect(image.height == (whole.height * eighths + 7) / 8)
      // Of a turned picture other edges are rounded up, and colours that are coarser one way than the other become
      // coarser still.
      guard header.orientation == .topLeft,
        !["mixed-sampling.jpg", "yuv411.jpg", "yuv422.jpg", "yuv440.jpg"].contains(name)
      else { continue }
      let difference = image.meanDifference(fromMeansOf: whole, side: 8 / eighths)
      #expect(difference < 5, "\(eighths)/8: \(difference) levels")
    }
  }

  @Test(
    "a JPEG that is read smaller has the pixels it should",
    arguments: ["large.jpg", "large-progressive.jpg"], [1, 2, 4])
  func smallerPixels(name: String, eighths: Int) throws {
    let image = try ImageCodec.decode(OddFiles.bytes(name), shortSide: 76 * eighths / 8)
    let expected = try OddFiles.expected(name, eighths: eighths)
    #expect(try #require(image.largestDifference(from: expected)) <= 2)
    // One pixel more, and it is not enough.
    let larger = try ImageCodec.decode(OddFiles.bytes(name), shortSide: 76 * eighths / 8 + 1)
    #expect(larger.height == (101 * 2 * eighths + 7) / 8)
  }

  @Test("it is turned after that")
  func smallerAndTurned() throws {
    let upright = try ImageCodec.decode(OddFiles.bytes("orientation1.jpg"), shortSide: 14)
    let turned = try ImageCodec.decode(OddFiles.bytes("orientation3.jpg"), shortSide: 14)
    #expect(upright.width == 20 && upright.height == 15)
    let pixels = stride(from: 0, to: upright.pixels.count, by: 3).map {
      upright.pixels[$0..<$0 + 3]
    }
    #expect(turned.pixels == pixels.reversed().flatMap(\.self))
    #expect(turned.width == 20 && turned.height == 15)
  }

  @Test("what is forgiven is forgiven at every size")
  func smallerWithoutLastBytes() throws {
    let image = try ImageCodec.decode(OddFiles.bytes("tall-without-last-bytes.jpg"), shortSide: 1)
    #expect(image.width == 2 && image.height == 25)
  }

  @Test("how large a picture must be follows from its preparation")
  func usefulShortSide() {
    var preparation = ImagePreparation()
    #expect(preparation.usefulShortSide() == 448)
    #expect(preparation.usefulShortSide(share: 0.25) == 896)
    preparation.fit = .crop
    #expect(preparation.usefulShortSide() == 512)
  }

  @Test("a side has a limit of its own")
  func side() throws {
    var limits = ImageLimits()
    limits.side = 3000
    let bytes = try OddFiles.bytes("1x3000.jpg")
    _ = try ImageCodec.decode(bytes, limits: limits)
    limits.side = 2999
    let error = #expect(throws: ImageError.self) { try ImageCodec.decode(bytes, limits: limits) }
    #expect(error?.kind == .tooLarge && error?.description.contains("2999") == true)
  }

  @Test("a PNG is read as it is whatever would be enough")
  func pngIsNotSmaller() throws {
    let bytes = try OddFiles.bytes("rgb8.png")
    #expect(try ImageCodec.decode(bytes, shortSide: 1) == ImageCodec.decode(bytes))
  }

  @Test("the limit is exact")
  func limit() throws {
    for (name, pixels) in [("rgb8.png", 24 * 17), ("progressive.jpg", 40 * 29)] {
      let bytes = try OddFiles.bytes(name)
      _ = try ImageCodec.decode(bytes, limits: ImageLimits(pixels: pixels))
      let error = #expect(throws: ImageError.self) {
        try ImageCodec.decode(bytes, limits: ImageLimits(pixels: pixels - 1))
      }
      #expect(error?.kind == .tooLarge)
      #expect(error?.message.contains("more than the \(pixels - 1) that are allowed") == true)
    }
  }

  @Test("what is written as PNG is read as it was")
  func encoding() throws {
    for name in ["rgb8.png", "rgb8-1x1.png", "rgb8-3000x1.png", "yuv420.jpg", "tall.jpg"] {
      let image = try OddFiles.image(name)
      let bytes = try ImageCodec.encodePNG(image)
      #expect(try ImageCodec.header(bytes).format == .png)
      #expect(try ImageCodec.decode(bytes) == image)
    }
    // Nothing to compress: as large as a file can become.
    let noise = RGBImage(
      width: 101, height: 67,
      pixels: (0..<(101 * 67)).flatMap { n -> [UInt8] in
        let hash = UInt64(n) &* 0x9E37_79B9_7F4A_7C15
        return [UInt8(truncatingIfNeeded: hash >> 56), UInt8(truncatingIfNeeded: hash >> 40), 7]
      })
    #expect(try ImageCodec.decode(ImageCodec.encodePNG(noise)) == noise)
  }
}

extension RGBImage {
  /// The mean difference, in levels, of pixels from the mean of the squares of a larger image that they stand for,
  /// those at the right and lower edges apart.
  fileprivate func meanDifference(fromMeansOf whole: RGBImage, side: Int) -> Double {
    var sum = 0.0
    var count = 0
    for y in 0..<whole.height / side {
      for x in 0..<whole.width / side {
        for colour in 0..<3 {
          var square = 0
          for row in y * side..<(y + 1) * side {
            for column in x * side..<(x + 1) * side {
              square += Int(whole.pixels[(row * whole.width + column) * 3 + colour])
            }
          }
          let level = Double(pixels[(y * width + x) * 3 + colour])
          sum += abs(level - Double(square) / Double(side * side))
          count += 1
        }
      }
    }
    return sum / Double(max(count, 1))
  }
}
