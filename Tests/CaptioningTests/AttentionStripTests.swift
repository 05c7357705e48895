import Captioning
import ImageFeatures
import Testing

struct AttentionStripTests {
  private static func photo(
    _ width: Int, _ height: Int, colour: (UInt8, UInt8, UInt8) = (200, 60, 40)
  ) -> RGBImage {
    var pixels: [UInt8] = []
    for _ in 0..<(width * height) { pixels += [colour.0, colour.1, colour.2] }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  /// Equal attention to a square grid for each word.
  private static func even(
    _ photo: RGBImage, _ words: [String], side: Int = 3, caption: String? = nil
  ) -> AttentionStrip {
    AttentionStrip(
      photo: photo, words: words,
      attention: words.map { _ in [Float](repeating: 1, count: side * side) }, gridWidth: side,
      gridHeight: side, caption: caption)
  }

  @Test("panels keep the photo's shape, in rows about equally full")
  func layout() {
    for (count, columns, rows) in [
      (0, 1, 1), (1, 2, 1), (5, 6, 1), (6, 4, 2), (12, 5, 3), (40, 6, 7),
    ] {
      let words = (0..<count).map { "w\($0)" }
      let strip = Self.even(Self.photo(80, 60), words, caption: "")
      let layout = strip.layout
      #expect(layout.panelWidth == 200 && layout.panelHeight == 150)
      #expect(layout.panels.count == count + 1)
      #expect(Set(layout.panels.map(\.x)).count == columns)
      #expect(Set(layout.panels.map(\.y)).count == rows)
      let image = strip.image
      #expect(image.width == 32 + columns * 214 - 14)
      let label = count > 0 ? 27 : 0
      #expect(image.height == 32 + rows * (164 + label) - 14)
    }
  }

  @Test("the first panel is the photo as it is, each other one is lit")
  func firstPanel() throws {
    let photo = Self.photo(30, 40)
    let strip = Self.even(photo, ["a"])
    let image = Picture(strip.image)
    let (first, second) = (strip.layout.panels[0], strip.layout.panels[1])
    let seen = image.part(x: first.x, y: first.y, width: 150, height: 200)
    #expect(seen == photo.resized(width: 150, height: 200, filter: .bicubic))
    // Even attention: the whole panel is as bright as can be.
    let lit = image.rows(x: second.x, y: second.y, width: 150, height: 200).joined()
    let lights = lit.map(\.light)
    let (least, most) = (try #require(lights.min()), try #require(lights.max()))
    #expect(least > image.light(first.x, first.y) && most - least <= 1)
  }

  @Test("is brightest where the weight is highest", arguments: [(1, 1), (3, 2), (7, 7), (2, 9)])
  func brightest(grid: (Int, Int)) {
    let (width, height) = grid
    for place in 0..<(width * height) {
      var weights = [Float](repeating: 0.1, count: width * height)
      weights[place] = 0.7
      let strip = AttentionStrip(
        photo: Self.photo(50, 50), words: ["word"], attention: [weights], gridWidth: width,
        gridHeight: height)
      let panel = strip.layout.panels[1]
      let colours = Picture(strip.image).rows(x: panel.x, y: panel.y, width: 200, height: 200)
      let most = colours.joined().map(\.light).max() ?? 0
      let (column, row) = (place % width, place / width)
      for (y, line) in colours.enumerated() {
        for (x, colour) in line.enumerated() where colour.light == most {
          #expect(x * width / 200 == column && y * height / 200 == row)
        }
      }
    }
  }

  @Test("little attention is dark and grey, and between places the change is gradual")
  func shades() {
    let strip = AttentionStrip(
      photo: Self.photo(200, 200), words: ["left"], attention: [[1, 0, 0, 0, 0]], gridWidth: 5,
      gridHeight: 1)
    let panel = strip.layout.panels[1]
    let row = Picture(strip.image).rows(x: panel.x, y: panel.y + 90, width: 200, height: 1)[0]
    #expect(row[0].light > 110 && row[0].saturation > 0.7)
    #expect(row[199].light < 36 && row[199].saturation < 0.5)
    for (left, right) in zip(row, row.dropFirst()) {
      #expect(left.light >= right.light && left.light - right.light < 4)
    }
  }

  @Test("each word is shown by its own scale")
  func scale() {
    let photo = Self.photo(60, 60)
    let strips = [1, 0.001, 1000].map { (factor: Float) in
      AttentionStrip(
        photo: photo, words: ["x"], attention: [[0.5, 0.2, 0.2, 0.1].map { $0 * factor }],
        gridWidth: 2, gridHeight: 2
      ).image
    }
    for strip in strips {
      let differences = zip(strip.pixels, strips[0].pixels).map { abs(Int($0) - Int($1)) }
      #expect(differences.max() ?? 0 <= 1)
    }
  }

  @Test("weights that are none leave the panel dark")
  func uselessWeights() {
    for weight: Float in [0, -1, .nan, .infinity] {
      let strip = AttentionStrip(
        photo: Self.photo(20, 20), words: ["x"], attention: [[weight, weight]], gridWidth: 2,
        gridHeight: 1)
      let panel = strip.layout.panels[1]
      let colours = Picture(strip.image).rows(x: panel.x, y: panel.y, width: 200, height: 200)
      #expect(colours.joined().allSatisfy { $0.light < 36 })
    }
  }

  @Test("what the network did not see is dark")
  func covered() {
    let photo = Self.photo(400, 200)
    let strip = AttentionStrip(
      photo: photo, words: ["middle"], attention: [[1, 1, 1, 1]], gridWidth: 2, gridHeight: 2,
      covered: AttentionStrip.Region(x: 100, y: 0, width: 200, height: 200))
    let panel = strip.layout.panels[1]
    for row in Picture(strip.image).rows(x: panel.x, y: panel.y, width: 200, height: 100) {
      for (x, colour) in row.enumerated() {
        #expect((50..<150).contains(x) ? colour.light > 90 : colour.light < 36)
      }
    }
  }

  @Test("what a preparation leaves of a photo is what it shows")
  func regions() {
    var preparation = ImagePreparation()
    let photo = Self.photo(300, 200)
    #expect(
      AttentionStrip.Region(seenBy: preparation, in: photo)
        == AttentionStrip.Region(x: 0, y: 0, width: 300, height: 200))
    preparation.fit = .crop
    preparation.size = 80
    preparation.shortSide = 100
    let region = AttentionStrip.Region(seenBy: preparation, in: photo)
    #expect(region == AttentionStrip.Region(x: 70, y: 20, width: 160, height: 160))
    // White inside of the region, black outside.
    var pixels: [UInt8] = []
    for y in 0..<200 {
      for x in 0..<300 {
        let isInside = (70..<230).contains(x) && (20..<180).contains(y)
        pixels += [UInt8](repeating: isInside ? 255 : 0, count: 3)
      }
    }
    let square = preparation.prepare(RGBImage(width: 300, height: 200, pixels: pixels))
    // Its outermost pixels take a little from beyond.
    let inner = Picture(square).rows(x: 1, y: 1, width: 78, height: 78)
    #expect(inner.joined().allSatisfy { $0.light > 254 })
    #expect(Picture(square).light(0, 40) < 255)
  }
}
