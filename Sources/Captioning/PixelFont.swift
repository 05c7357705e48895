/// A small font of dots, drawn for this project: ASCII, the letters of Latin-1 and some more, and a
/// box for everything else. Widths differ.
package struct PixelFont: Sendable {
  /// One character.
  package struct Glyph: Sendable, Equatable {
    package struct Dot: Sendable, Equatable {
      /// From the left.
      package let x: Int
      /// From the top of the line.
      package let y: Int
    }
    package let width: Int
    package let dots: [Dot]
  }

  package static let own = PixelFont()

  /// Dots of a line from top to bottom: room for accents, seven for capitals, two below.
  package static let height = top + 9
  /// Dots between characters.
  package static let spacing = 1
  /// Where capitals begin.
  private static let top = 4

  private let glyphs: [Character: Glyph]
  /// What stands for characters that are not drawn.
  private let box: Glyph

  private init() {
    var glyphs: [Character: Glyph] = [" ": Glyph(width: 3, dots: [])]
    for sheet in Self.letters + Self.signs {
      for (character, rows) in Self.cut(sheet) {
        glyphs[character] = Glyph(rows, top: Self.top)
      }
    }
    let marks = Dictionary(uniqueKeysWithValues: Self.cut(Self.marks))
    for (mark, letters, bases) in Self.accented {
      for (letter, base) in zip(letters, bases) {
        guard let base = glyphs[base], let rows = marks[mark] else {
          preconditionFailure("'\(letter)' is put together from what is not drawn")
        }
        glyphs[letter] = base.with(rows, below: mark == "¸")
      }
    }
    self.glyphs = glyphs
    box = Glyph(["#####", "#...#", "#...#", "#...#", "#...#", "#...#", "#####"], top: Self.top)
  }

  package func glyph(_ character: Character) -> Glyph {
    glyphs[character] ?? (character.isWhitespace ? glyphs[" "] : nil) ?? box
  }

  package func isDrawn(_ character: Character) -> Bool { glyphs[character] != nil }

  /// Characters and their rows of a sheet: a line with the characters, then their rows of dots, side by
  /// side, with spaces between them.
  private static func cut(_ sheet: String) -> [(Character, [String])] {
    let lines = sheet.split(separator: "\n").map { $0.split(separator: " ") }
    return lines[0].enumerated().map { column, name in
      (Character(String(name)), lines.dropFirst().map { String($0[column]) })
    }
  }
}

extension PixelFont.Glyph {
  /// - Parameter rows: a string each, with "#" for a dot.
  fileprivate init(_ rows: [String], top: Int) {
    width = rows.map(\.count).max() ?? 0
    dots = rows.enumerated().flatMap { y, row in
      row.enumerated().filter { $0.element == "#" }.map { Dot(x: $0.offset, y: y + top) }
    }
  }

  /// The character with a mark: above it, an empty row between them, or right below it.
  fileprivate func with(_ rows: [String], below: Bool) -> Self {
    let mark = Self(rows, top: 0)
    let ends = (dots.map(\.y).min() ?? 0, dots.map(\.y).max() ?? 0)
    let markEnds = (mark.dots.map(\.y).min() ?? 0, mark.dots.map(\.y).max() ?? 0)
    let down = below ? ends.1 + 1 - markEnds.0 : ends.0 - 2 - markEnds.1
    // The narrower of both is moved to the middle of the wider, marks rather to the right.
    let room = width - mark.width
    let (move, shift) = room >= 0 ? (0, (room + 1) / 2) : (-room / 2, 0)
    return Self(
      width: max(width, mark.width),
      dots: dots.map { Dot(x: $0.x + move, y: $0.y) }
        + mark.dots.map { Dot(x: $0.x + shift, y: $0.y + down) })
  }
}
