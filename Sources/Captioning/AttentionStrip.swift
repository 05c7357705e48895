public import ImageFeatures

/// One picture of where a captioner looked for each word of its caption.
///
/// The caption is written at the top. Then comes the photo, and for each word the photo again with the
/// word under it, bright where the attention of that word was, dark and grey where it was not (as in
/// Xu et al. 2015, "Show, Attend and Tell"), in rows of at most six. Weights are smoothed, and the
/// highest of each word is fully bright: the panels compare places, not words.
///
///     let strip = AttentionStrip(
///       photo: photo, words: ["a", "red", "boat"], attention: weights, gridWidth: 7, gridHeight: 7)
///     let file = try ImageCodec.encodePNG(strip.image)
public struct AttentionStrip: Sendable {
  public let photo: RGBImage
  public let words: [String]
  /// For each word [gridHeight, gridWidth], from the top row down. Only proportions within a word
  /// matter; what is negative or no number counts as zero.
  public let attention: [[Float]]
  public let gridWidth: Int
  public let gridHeight: Int
  /// The part of the photo that the grid lies over.
  public let covered: Region
  /// What is written at the top.
  public let caption: String

  /// - Parameters:
  ///   - photo: of any size; panels are its shape.
  ///   - words: those of the caption, or its subwords; none make a picture of the photo alone.
  ///   - attention: for each word [gridHeight, gridWidth].
  ///   - covered: what the network saw of the photo; the whole of it where nothing is said, which is
  ///     right for photos that were squeezed into a square. For others there is
  ///     `Region(seenBy:in:)`.
  ///   - caption: the words, with spaces between them, where nothing is said.
  public init(
    photo: RGBImage, words: [String], attention: [[Float]], gridWidth: Int, gridHeight: Int,
    covered: Region? = nil, caption: String? = nil
  ) {
    precondition(gridWidth > 0 && gridHeight > 0, "a grid of \(gridWidth) × \(gridHeight) places")
    precondition(
      attention.count == words.count, "attention for \(attention.count) of \(words.count) words")
    for weights in attention {
      precondition(
        weights.count == gridWidth * gridHeight,
        "\(weights.count) weights for \(gridWidth) × \(gridHeight) places")
    }
    self.photo = photo
    self.words = words
    self.attention = attention
    self.gridWidth = gridWidth
    self.gridHeight = gridHeight
    self.covered = covered ?? Region(x: 0, y: 0, width: photo.width, height: photo.height)
    self.caption = caption ?? Self.sentence(words)
  }

  /// The picture; drawn anew each time.
  public var image: RGBImage {
    let layout = layout
    let small = photo.resized(
      width: layout.panelWidth, height: layout.panelHeight, filter: .bicubic)
    var canvas = Canvas(width: layout.width, height: layout.height, colour: .paper)
    for (number, line) in layout.caption.enumerated() {
      let y = StripLayout.margin + number * StripLayout.lineHeight
      canvas.draw(line, x: StripLayout.margin, y: y, scale: StripLayout.scale, colour: .ink)
    }
    canvas.draw(small, x: layout.panels[0].x, y: layout.panels[0].y)
    for ((weights, word), panel) in zip(zip(attention, words), layout.panels.dropFirst()) {
      canvas.draw(small.lit(by: strengths(weights, layout)), x: panel.x, y: panel.y)
      let label = PixelFont.own.shortened(word, to: layout.cellWidth / StripLayout.scale)
      let width = PixelFont.own.width(of: label) * StripLayout.scale
      canvas.draw(
        label, x: panel.x + (layout.panelWidth - width) / 2,
        y: panel.y + layout.panelHeight + StripLayout.labelGap, scale: StripLayout.scale,
        colour: .ink)
    }
    return canvas.image
  }

  package var layout: StripLayout {
    StripLayout(photo: photo, words: words.count, caption: caption)
  }

  private func strengths(_ weights: [Float], _ layout: StripLayout) -> [Float] {
    let map = AttentionMap(weights: weights, width: gridWidth, height: gridHeight)
    return map.strengths(
      across: AttentionMap.Side(
        pixels: layout.panelWidth, of: photo.width, from: covered.x, length: covered.width),
      down: AttentionMap.Side(
        pixels: layout.panelHeight, of: photo.height, from: covered.y, length: covered.height))
  }

  /// Words with spaces between them, but none before what ends a phrase.
  private static func sentence(_ words: [String]) -> String {
    words.reduce(into: "") { text, word in
      let isEnd = !word.isEmpty && word.allSatisfy { ".,;:!?…".contains($0) }
      text += (text.isEmpty || isEnd ? "" : " ") + word
    }
  }
}

extension AttentionStrip {
  /// A part of a photo, in its pixels from the upper left corner; edges may lie between pixels.
  public struct Region: Sendable, Equatable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
      precondition(width > 0 && height > 0, "a region of \(width) × \(height) pixels")
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }

    init(x: Int, y: Int, width: Int, height: Int) {
      self.init(x: Double(x), y: Double(y), width: Double(width), height: Double(height))
    }

    /// What is left of a photo when it is prepared for a network: all of it where it is squeezed, a
    /// rectangle in its middle where it is cropped.
    public init(seenBy preparation: ImagePreparation, in photo: RGBImage) {
      switch preparation.fit {
      case .squash:
        self.init(x: 0, y: 0, width: photo.width, height: photo.height)
      case .crop:
        let middle = preparation.middle(ofWidth: photo.width, height: photo.height)
        // Pixels of the photo for one of what it is resized to.
        let across = Double(photo.width) / Double(middle.width)
        let down = Double(photo.height) / Double(middle.height)
        self.init(
          x: Double(middle.columns.lowerBound) * across, y: Double(middle.rows.lowerBound) * down,
          width: Double(middle.columns.count) * across, height: Double(middle.rows.count) * down)
      }
    }
  }
}
