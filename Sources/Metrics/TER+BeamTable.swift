/// Edit distances between a hypothesis and its reference within sacreBLEU's beam: only paths near
/// the diagonal count, so that a distance may be greater than Levenshtein's where lines are long.
///
/// Row r, column c holds the distance of the first r words from the first c words of the reference,
/// and in `backward` that of the rest from the rest. A line with a block moved differs from the one
/// before in the rows between the block's old and new place alone: those are computed anew, and the
/// distance is the least sum of both tables along the last of them. sacreBLEU caches rows by their
/// words, to the same result.
struct BeamTable {
  /// The columns that the beam lets a row have, and where they are kept: column c at `origin + c`,
  /// and at either end one more that cannot be reached.
  private struct Row {
    var lower: Int
    var upper: Int
    var origin: Int
  }

  private static let beamWidth = 25
  private static let unreached: Int32 = 1 << 29

  private var rows: [Row] = []
  private var reference: [UInt32] = []
  private var forward: [Int32] = []
  private var backward: [Int32] = []
  private var turned: [Int32] = []

  /// Lays the beam for hypotheses of `count` words, at least one.
  mutating func start(words count: Int, reference: [UInt32]) {
    self.reference = reference
    let columns = reference.count + 1
    let ratio = Double(reference.count) / Double(count)
    // In each step of a steep beam some columns have to be in reach of the row before.
    var width = Self.beamWidth
    if Double(width) < ratio / 2 { width = Int((ratio / 2 + Double(width)).rounded(.up)) }
    rows.removeAll(keepingCapacity: true)
    rows.append(Row(lower: 0, upper: columns, origin: 1))
    var size = columns + 2
    for row in 1...count {
      let diagonal = Int(Double(row) * ratio)
      let lower = max(0, diagonal - width)
      let upper = row == count ? columns : min(columns, diagonal + width)
      rows.append(Row(lower: lower, upper: upper, origin: size + 1 - lower))
      size += upper - lower + 2
    }
    if forward.count < size {
      forward = [Int32](repeating: 0, count: size)
      backward = forward
      turned = forward
    }
    for row in rows {
      bar(row.origin + row.lower - 1)
      bar(row.origin + row.upper)
    }
    for column in 0..<columns { forward[1 + column] = Int32(column) }
  }

  private mutating func bar(_ index: Int) {
    forward[index] = Self.unreached
    backward[index] = Self.unreached
    turned[index] = Self.unreached
  }

  /// The distance of a hypothesis of as many words as were announced.
  mutating func fill(_ words: [UInt32]) -> Int {
    let (rows, units) = (rows, reference)
    let reference = units.span
    var cells = forward.mutableSpan
    for row in words.indices {
      Self.advance(&cells, rows[row], rows[row + 1], words[row], reference)
    }
    return Int(cells[rows[words.count].origin + reference.count])
  }

  /// Computes the rows that are left at the end of moves, for the words last filled in.
  mutating func fillBackward(_ words: [UInt32]) {
    let (rows, units) = (rows, reference)
    let reference = units.span
    var cells = backward.mutableSpan
    let last = rows[words.count]
    for column in last.lower..<last.upper {
      cells[last.origin + column] = Int32(reference.count - column)
    }
    for row in (1..<words.count).reversed() {
      Self.retreat(&cells, rows[row], rows[row + 1], words[row], reference)
    }
  }

  /// The distance of the words last filled in, were those of a range turned to the left.
  mutating func distance(_ words: [UInt32], turning range: Range<Int>, by count: Int) -> Int {
    let (rows, units, forward, backward) = (rows, reference, forward, backward)
    let reference = units.span
    var cells = turned.mutableSpan
    var row = range.lowerBound
    let first = rows[row]
    for index in first.origin + first.lower..<first.origin + first.upper {
      cells[index] = forward[index]
    }
    for word in words[range.lowerBound + count..<range.upperBound] {
      Self.advance(&cells, rows[row], rows[row + 1], word, reference)
      row += 1
    }
    for word in words[range.lowerBound..<range.lowerBound + count] {
      Self.advance(&cells, rows[row], rows[row + 1], word, reference)
      row += 1
    }
    let last = rows[row]
    if row == words.count { return Int(cells[last.origin + reference.count]) }
    var least = Self.unreached
    for index in last.origin + last.lower..<last.origin + last.upper {
      least = min(least, cells[index] + backward[index])
    }
    return Int(least)
  }

  /// Calls `body` with each step of the alignment from its end, and with the row and column it ends
  /// at.
  ///
  /// Of paths as short as each other the one counts that pairs words, else the one with an
  /// insertion.
  func forEachOperation(_ words: [UInt32], _ body: (EditOperation, Int, Int) -> Void) {
    var row = words.count
    var column = reference.count
    while row > 0 || column > 0 {
      let operation = operation(words, row, column)
      body(operation, row, column)
      if operation != .deletion { row -= 1 }
      if operation != .insertion { column -= 1 }
    }
  }

  private func operation(_ words: [UInt32], _ row: Int, _ column: Int) -> EditOperation {
    if row == 0 { return .deletion }
    if column == 0 { return .insertion }
    let distance = distance(row, column)
    let isCorrect = words[row - 1] == reference[column - 1]
    if distance == self.distance(row - 1, column - 1) + (isCorrect ? 0 : 1) {
      return isCorrect ? .correct : .substitution
    }
    return distance == self.distance(row - 1, column) + 1 ? .insertion : .deletion
  }

  private func distance(_ row: Int, _ column: Int) -> Int32 {
    let row = rows[row]
    guard (row.lower..<row.upper).contains(column) else { return Self.unreached }
    return forward[row.origin + column]
  }

  /// Computes a row from the one before it.
  @inline(__always)
  private static func advance(
    _ cells: inout MutableSpan<Int32>, _ before: Row, _ row: Row, _ word: UInt32,
    _ reference: borrowing Span<UInt32>
  ) {
    var left = unreached
    var column = row.lower
    if column == 0 {
      left = cells[before.origin] + 1
      cells[row.origin] = left
      column = 1
    }
    var diagonal = cells[before.origin + column - 1]
    let shared = min(row.upper, before.upper + 1)
    while column < shared {
      let above = cells[before.origin + column]
      let paired = diagonal + (reference[column - 1] == word ? 0 : 1)
      left = min(paired, min(above, left) + 1)
      cells[row.origin + column] = left
      diagonal = above
      column += 1
    }
    while column < row.upper {
      left += 1
      cells[row.origin + column] = left
      column += 1
    }
  }

  /// Computes a row from the one after it; `word` is the one between them.
  @inline(__always)
  private static func retreat(
    _ cells: inout MutableSpan<Int32>, _ row: Row, _ after: Row, _ word: UInt32,
    _ reference: borrowing Span<UInt32>
  ) {
    var right = unreached
    var column = row.upper - 1
    if column == reference.count {
      right = cells[after.origin + column] + 1
      cells[row.origin + column] = right
      column -= 1
    }
    let shared = max(row.lower, after.lower - 1)
    while column >= shared {
      let paired = cells[after.origin + column + 1] + (reference[column] == word ? 0 : 1)
      right = min(paired, min(cells[after.origin + column], right) + 1)
      cells[row.origin + column] = right
      column -= 1
    }
    while column >= row.lower {
      right += 1
      cells[row.origin + column] = right
      column -= 1
    }
  }
}
