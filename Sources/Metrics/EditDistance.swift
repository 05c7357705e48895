/// One step of an alignment of a hypothesis with its reference.
public enum EditOperation: Sendable, Equatable, CaseIterable {
  /// A unit of the reference stands in the hypothesis.
  case correct
  /// Another unit stands in its place.
  case substitution
  /// A unit of the reference is missing from the hypothesis.
  case deletion
  /// The hypothesis has a unit that the reference has not.
  case insertion
}

/// Aligns sequences of numbered units with the fewest substitutions, deletions and insertions
/// (Levenshtein, 1966), one pair after the other, reusing its tables.
///
/// A row of the table of distances is kept as the differences between its columns, 64 to a machine
/// word, and computed 64 at a time (Myers, 1999; Hyyrö, 2003). To find the way back through the
/// table some rows are kept and those between them computed anew when they are needed, so that
/// memory is in proportion to the length of the lines.
///
/// Of alignments with as few errors the one is taken that jiwer (its rapidfuzz) takes: what both
/// lines begin and end with is correct; from the end of the rest, a deletion where one can be, else
/// an insertion where it leads to a smaller distance than the pair before it, else a pair. The rule
/// holds here for any length; rapidfuzz parts long lines (Hirschberg, 1975) and then finds others.
package struct EditAligner {
  /// The alignment found last, from the start.
  package private(set) var operations: [EditOperation] = []

  private let budget: Int

  private var patterns = UnitPatterns()
  private var hypothesis: [UInt32] = []  // what is left of it between a common start and end
  private var row = 0  // units of it that are not aligned yet
  private var column = 0  // units of the reference that are not

  /// - Parameter budget: the most blocks of 64 columns that are kept of rows in a sequence, 16
  ///   bytes each; 256 rows are kept in any case.
  package init(budget: Int = 1 << 18) {
    self.budget = budget
  }

  package mutating func align(reference: [UInt32], hypothesis: [UInt32]) {
    let shorter = min(reference.count, hypothesis.count)
    var prefix = 0
    while prefix < shorter, reference[prefix] == hypothesis[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < shorter - prefix,
      reference[reference.count - 1 - suffix] == hypothesis[hypothesis.count - 1 - suffix]
    {
      suffix += 1
    }
    self.hypothesis.removeAll(keepingCapacity: true)
    self.hypothesis.append(contentsOf: hypothesis[prefix..<hypothesis.count - suffix])
    row = self.hypothesis.count
    column = reference.count - prefix - suffix

    operations.removeAll(keepingCapacity: true)
    record(.correct, count: suffix)
    if row > 0 && column > 0 {
      patterns.prepare(reference[prefix..<prefix + column])
      // The first row: each column is one farther from the empty hypothesis than the one before.
      let rising = [BitRow](
        repeating: BitRow(rises: .max, falls: 0), count: Self.blocks(column))
      trace(rows: 0..<row, from: rising)
    }
    record(.deletion, count: column)
    record(.insertion, count: row)
    record(.correct, count: prefix)
    operations.reverse()
  }

  private mutating func record(_ operation: EditOperation, count: Int) {
    operations.append(contentsOf: repeatElement(operation, count: count))
  }

  private static func blocks(_ columns: Int) -> Int { (columns + 63) / 64 }

  /// Goes back through the rows of a range; `first` is the row before them.
  ///
  /// The way back leads never to the right, so what lies there is not computed again.
  private mutating func trace(rows: Range<Int>, from first: [BitRow]) {
    let blocks = Self.blocks(column)
    if rows.count * blocks <= max(budget, 256 * blocks) {
      let table = table(of: rows, from: first[..<blocks], blocks: blocks)
      walk(to: rows.lowerBound, table, blocks: blocks)
      return
    }
    let parts = 16
    let ends = (0...parts).map { rows.lowerBound + rows.count * $0 / parts }
    var starts = [Array(first[..<blocks])]
    for part in 0..<parts - 1 {
      starts.append(lastRow(of: ends[part]..<ends[part + 1], from: starts[part], blocks: blocks))
    }
    for part in (0..<parts).reversed() where column > 0 {
      trace(rows: ends[part]..<ends[part + 1], from: starts.removeLast())
    }
  }

  /// Steps back until a row is reached, by a table that begins with that row.
  private mutating func walk(to first: Int, _ table: [BitRow], blocks: Int) {
    while row > first && column > 0 {
      let block = (column - 1) / 64
      let bit = UInt64(1) << UInt64((column - 1) % 64)
      if table[(row - first) * blocks + block].rises & bit != 0 {
        column -= 1
        operations.append(.deletion)
        continue
      }
      row -= 1
      if table[(row - first) * blocks + block].falls & bit != 0 {
        operations.append(.insertion)
        continue
      }
      column -= 1
      let isCorrect = hypothesis[row] == patterns.units[column]
      operations.append(isCorrect ? .correct : .substitution)
    }
  }

  /// The row given and those of the range after it.
  private mutating func table(
    of rows: Range<Int>, from first: ArraySlice<BitRow>, blocks: Int
  ) -> [BitRow] {
    var table = Array(first)
    table.reserveCapacity((rows.count + 1) * blocks)
    table.append(
      contentsOf: repeatElement(BitRow(rises: 0, falls: 0), count: rows.count * blocks))
    for (index, row) in rows.enumerated() {
      let pattern = patterns.offset(of: hypothesis[row])
      patterns.advance(
        &table, from: index * blocks, to: (index + 1) * blocks, blocks: blocks, pattern)
    }
    return table
  }

  private mutating func lastRow(
    of rows: Range<Int>, from first: [BitRow], blocks: Int
  ) -> [BitRow] {
    var row = first
    for index in rows {
      let pattern = patterns.offset(of: hypothesis[index])
      patterns.advance(&row, from: 0, to: 0, blocks: blocks, pattern)
    }
    return row
  }
}
