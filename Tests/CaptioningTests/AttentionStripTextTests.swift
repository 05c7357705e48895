import Captioning
import ImageFeatures
import Testing

/// Words of attention strips, and photos of extreme sizes.
struct AttentionStripTextTests {
  private static func strip(
    _ words: [String], width: Int = 90, height: Int = 60, caption: String? = nil
  ) -> AttentionStrip {
    let pixels = [UInt8](repeating: 255, count: width * height * 3)
    return AttentionStrip(
      photo: RGBImage(width: width, height: height, pixels: pixels), words: words,
      attention: words.map { _ in [1, 1, 1, 1] }, gridWidth: 2, gridHeight: 2, caption: caption)
  }

  /// Dark pixels under each panel, as wide as its cell.
  private static func ink(_ strip: AttentionStrip) -> [Int] {
    let (layout, image) = (strip.layout, Picture(strip.image))
    return layout.panels.map { panel in
      image.ink(
        x: panel.x - (layout.cellWidth - layout.panelWidth) / 2, y: panel.y + layout.panelHeight,
        width: layout.cellWidth, height: StripLayout.labelGap + StripLayout.lineHeight)
    }
  }

  @Test("words are written under their panels, and none under the photo")
  func labels() {
    let words = ["a", "boat", "", "Äpfel", "…", " ", "漢"]
    let font = PixelFont.own
    let expected = words.map { word in word.reduce(0) { $0 + font.glyph($1).dots.count * 4 } }
    #expect(Self.ink(Self.strip(words)) == [0] + expected)
    #expect(expected[0] > 0 && expected[2] == 0)
  }

  @Test("long words are shortened, and stay in their column")
  func longWords() {
    for (width, height) in [(90, 60), (20, 90)] {
      let word = String(repeating: "Donaudampfschiff", count: 4)
      let strip = Self.strip([word, word, "i"], width: width, height: height, caption: "")
      let layout = strip.layout
      let image = Picture(strip.image)
      let ink = Self.ink(strip)
      #expect(ink[1] > 400 && ink[1] == ink[2] && ink[3] < ink[2])
      for panel in layout.panels.dropFirst() {
        let left = panel.x - (layout.cellWidth - layout.panelWidth) / 2
        let y = panel.y + layout.panelHeight
        #expect(image.ink(x: left - StripLayout.gap, y: y, width: StripLayout.gap, height: 26) == 0)
      }
    }
  }

  @Test("the caption is at the top, in as many lines as it takes")
  func caption() {
    let words = ["A", "red", "boat", ",", "and", "the", "sea", "."]
    #expect(Self.strip(words).caption == "A red boat, and the sea.")
    #expect(Self.strip([]).caption == "")
    #expect(Self.strip(["A", "boat"], caption: "Ein Boot").caption == "Ein Boot")

    let one = Self.strip(["A", "boat"], caption: "A boat")
    #expect(one.layout.caption == ["A boat"])
    let ink = Picture(one.image).ink(x: 16, y: 16, width: one.layout.width - 32, height: 26)
    #expect(ink == "A boat".reduce(0) { $0 + PixelFont.own.glyph($1).dots.count * 4 })

    let text = Array(repeating: "fishermen", count: 40).joined(separator: " ")
    let long = Self.strip(["A", "boat"], caption: text)
    #expect(long.layout.caption.count > 3)
    #expect(long.layout.caption.joined(separator: " ") == text)
    #expect(long.image.height - one.image.height == 26 * (long.layout.caption.count - 1))
  }

  @Test("an empty caption is the photo in a frame")
  func empty() {
    let image = Self.strip([]).image
    #expect(image.width == 200 + 32 && image.height == 133 + 32)
    #expect(Picture(image).ink(x: 0, y: 0, width: image.width, height: image.height) == 0)
  }

  @Test(
    "photos of any size are shown",
    arguments: [(1, 1), (3000, 1), (1, 3000), (8000, 6000), (5, 7)])
  func sizes(width: Int, height: Int) throws {
    let strip = Self.strip(["a", "b"], width: width, height: height)
    let layout = strip.layout
    #expect(max(layout.panelWidth, layout.panelHeight) == 200)
    #expect(min(layout.panelWidth, layout.panelHeight) >= 12)
    let image = strip.image
    #expect(image.width == layout.width && image.height == layout.height)
    #expect(try ImageCodec.decode(ImageCodec.encodePNG(image)) == image)
  }
}
