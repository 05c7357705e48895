internal import ImageFeatures

/// Where the parts of an attention strip are, in its pixels.
package struct StripLayout: Sendable, Equatable {
  package struct Place: Sendable, Equatable {
    package let x: Int
    package let y: Int
  }

  /// Of a panel's longer side.
  package static let longSide = 200
  /// Of a panel's shorter side, at least: a photo of 3000 × 1 pixels should still be seen.
  package static let leastSide = 12
  /// Room for a word, where panels are narrower.
  package static let leastCell = 120
  package static let mostColumns = 6
  package static let margin = 16
  package static let gap = 14
  package static let labelGap = 1
  /// Pixels of a dot of the font.
  package static let scale = 2
  package static let lineHeight = PixelFont.height * scale

  package let panelWidth: Int
  package let panelHeight: Int
  /// Panel, or the room for its word where that is wider.
  package let cellWidth: Int
  package let width: Int
  package let height: Int
  /// Lines at the top.
  package let caption: [String]
  /// Upper left corners: of the photo, then of the words' panels.
  package let panels: [Place]

  init(photo: RGBImage, words: Int, caption: String) {
    let scale = Double(Self.longSide) / Double(max(photo.width, photo.height))
    func scaled(_ side: Int) -> Int {
      max(Int((Double(side) * scale).rounded()), Self.leastSide)
    }
    let (panelWidth, panelHeight) = (scaled(photo.width), scaled(photo.height))
    let cellWidth = max(panelWidth, Self.leastCell)

    // Rows that are about equally full.
    let count = words + 1
    let rows = (count + Self.mostColumns - 1) / Self.mostColumns
    let columns = (count + rows - 1) / rows
    let inner = columns * (cellWidth + Self.gap) - Self.gap

    let lines = PixelFont.own.lines(of: caption, width: inner / Self.scale)
    let top = Self.margin + lines.count * Self.lineHeight + (lines.isEmpty ? 0 : Self.gap)
    // The photo alone needs no room for a word.
    let label = words > 0 ? Self.labelGap + Self.lineHeight : 0
    let rowHeight = panelHeight + label + Self.gap
    panels = (0..<count).map { number in
      Place(
        x: Self.margin + number % columns * (cellWidth + Self.gap) + (cellWidth - panelWidth) / 2,
        y: top + number / columns * rowHeight)
    }
    self.panelWidth = panelWidth
    self.panelHeight = panelHeight
    self.cellWidth = cellWidth
    self.caption = lines
    width = inner + 2 * Self.margin
    height = top + rows * rowHeight - Self.gap + Self.margin
  }
}
