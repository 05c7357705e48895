/// 64 columns of a row of edit distances: a bit is set where a column is one more, or one less,
/// than the column before it.
struct BitRow {
  var rises: UInt64
  var falls: UInt64
}

/// Where each unit stands in a reference, a bit a column.
///
/// Only units that are frequent enough have all their bits kept; those of others are set when they
/// are asked for. Of n columns at most 64 units can occur n / 64 times, which bounds the memory,
/// and to set fewer bits than a row has machine words is little beside computing that row.
struct UnitPatterns {
  /// The reference.
  private(set) var units: [UInt32] = []

  private var blocks = 0  // of 64 columns each
  // None, then those of the unit asked for, then those of each frequent one.
  private var bits: [UInt64] = []
  private var asked: UInt32 = 0  // the number of that unit
  private var numbers: [UInt32] = []  // by unit: its number in this reference, from 1
  private var counts: [Int] = []  // by number
  private var lasts: [Int] = []  // by number: its last column, counted from 1
  private var offsets: [Int] = []  // by number: where its bits are kept, 0 where they are not
  private var previous: [Int] = []  // by column: the one before with the same unit, counted from 1

  mutating func prepare(_ reference: ArraySlice<UInt32>) {
    for unit in units { numbers[Int(unit)] = 0 }
    units.removeAll(keepingCapacity: true)
    units.append(contentsOf: reference)
    blocks = (units.count + 63) / 64
    number()
    bits.removeAll(keepingCapacity: true)
    bits.append(contentsOf: repeatElement(0, count: 2 * blocks))
    asked = 0
    for number in counts.indices.dropFirst() where counts[number] >= blocks {
      offsets[number] = bits.count
      bits.append(contentsOf: repeatElement(0, count: blocks))
      setBits(of: number, at: offsets[number])
    }
  }

  /// Numbers the units and chains the columns of each.
  private mutating func number() {
    counts.removeAll(keepingCapacity: true)
    counts.append(0)
    lasts.removeAll(keepingCapacity: true)
    lasts.append(0)
    previous.removeAll(keepingCapacity: true)
    for (column, unit) in units.enumerated() {
      let unit = Int(unit)
      if unit >= numbers.count {
        numbers.append(contentsOf: repeatElement(0, count: unit + 1 - numbers.count))
      }
      if numbers[unit] == 0 {
        numbers[unit] = UInt32(counts.count)
        counts.append(0)
        lasts.append(0)
      }
      let number = Int(numbers[unit])
      counts[number] += 1
      previous.append(lasts[number])
      lasts[number] = column + 1
    }
    offsets.removeAll(keepingCapacity: true)
    offsets.append(contentsOf: repeatElement(0, count: counts.count))
  }

  private mutating func setBits(of number: Int, at offset: Int) {
    var column = lasts[number]
    while column > 0 {
      bits[offset + (column - 1) / 64] |= 1 << UInt64((column - 1) % 64)
      column = previous[column - 1]
    }
  }

  /// Where the bits of a unit stand until another unit is asked for.
  mutating func offset(of unit: UInt32) -> Int {
    guard Int(unit) < numbers.count, numbers[Int(unit)] != 0 else { return 0 }
    let number = numbers[Int(unit)]
    if offsets[Int(number)] > 0 { return offsets[Int(number)] }
    if number != asked {
      for block in blocks..<2 * blocks { bits[block] = 0 }
      setBits(of: Int(number), at: blocks)
      asked = number
    }
    return blocks
  }

  /// Computes the row that follows the one at `source` when the hypothesis goes on with the unit
  /// whose bits are at `pattern`, and writes it to `target`, which may be the same place.
  ///
  /// The formulas and their names but for the last two lines are those of Hyyrö (2003), fig. 9.
  func advance(
    _ table: inout [BitRow], from source: Int, to target: Int, blocks: Int, _ pattern: Int
  ) {
    var cells = table.mutableSpan
    let bits = bits.span
    // Of the row's own rise over the row before, what a block hands on: column 0 rises always.
    var (rise, fall): (UInt64, UInt64) = (1, 0)
    for block in 0..<blocks {
      let before = cells[source + block]
      let match = bits[pattern + block] | fall
      let level = (((match & before.rises) &+ before.rises) ^ before.rises) | match | before.falls
      let up = before.falls | ~(level | before.rises)
      let down = level & before.rises
      let shiftedUp = up << 1 | rise
      let shiftedDown = down << 1 | fall
      cells[target + block] = BitRow(
        rises: shiftedDown | ~(level | shiftedUp), falls: shiftedUp & level)
      (rise, fall) = (up >> 63, down >> 63)
    }
  }
}
