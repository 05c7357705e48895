/// A column of a row and its value.
public struct Candidate: Sendable, Equatable {
  public var index: Int
  public var value: Float

  public init(index: Int, value: Float) {
    self.index = index
    self.value = value
  }
}

/// The `count` largest numbers of a row, largest first; of equals the one with the lower index comes
/// first; NaN is passed over. A few are found in one pass with a threshold, where what cannot be among
/// them costs a fraction of a comparison; for many the row is sorted.
public func largest(_ count: Int, of x: Tensor, row: Int) -> [Candidate] {
  precondition(row >= 0 && row < x.rows)
  guard count > 0 else { return [] }
  let values = x.base + row * x.columns
  if count > 64 {
    var all: [Candidate] = []
    all.reserveCapacity(x.columns)
    for index in 0..<x.columns where !values[index].isNaN {
      all.append(Candidate(index: index, value: values[index]))
    }
    // The order is total, so that an unstable sort has one answer.
    all.sort { $0.value > $1.value || ($0.value == $1.value && $0.index < $1.index) }
    return Array(all.prefix(count))
  }
  var best: [Candidate] = []
  best.reserveCapacity(count + 1)
  func consider(_ index: Int) -> Float {
    let value = values[index]
    if best.count == count { best.removeLast() }
    var place = best.count
    while place > 0, best[place - 1].value < value { place -= 1 }
    best.insert(Candidate(index: index, value: value), at: place)
    return best.count == count ? best[count - 1].value : -.infinity
  }
  // Until there are enough, -∞ is let in too.
  var index = 0
  var floor = -Float.infinity
  while index < x.columns, best.count < count {
    if !values[index].isNaN { floor = consider(index) }
    index += 1
  }
  scan(values, from: index, to: x.columns, above: floor, consider)
  return best
}

/// Some columns of a row, in the order of their numbers.
///
/// - Parameters:
///   - x: [1, any].
///   - y: [1, columns.count]; overwritten.
public func gatherColumns(_ x: Tensor, _ columns: [Int], into y: Tensor) {
  precondition(x.rows == 1 && y.count == columns.count)
  let (from, to) = (x.base, y.base)
  for (place, column) in columns.enumerated() {
    precondition(column >= 0 && column < x.columns)
    to[place] = from[column]
  }
}

/// The largest of several rows' numbers when each row's own base is added to them: the best
/// continuations of a sentence's hypotheses. What is not finite is never chosen.
public struct RowSelection {
  public struct Choice: Sendable, Equatable {
    /// base + value.
    public var total: Double
    public var value: Float
    public var row: Int32
    public var column: Int32
  }

  /// Largest total first; of equals the one added first, then the one of the lower column.
  public private(set) var choices: [Choice] = []
  private var count = 0

  public init() {}

  /// Forgets all and goes for the `count` largest.
  public mutating func reset(count: Int) {
    precondition(count >= 0)
    self.count = count
    choices.removeAll(keepingCapacity: true)
  }

  /// Considers a row of `x`. Rows with the greater bases are best added first: then most of the
  /// later rows falls below the threshold at once.
  ///
  /// - Parameter number: what choices call the row; its place in `x` where nil.
  public mutating func add(row: Int, of x: Tensor, base: Double, as number: Int? = nil) {
    precondition(row >= 0 && row < x.rows)
    guard count > 0 else { return }
    let values = x.base + row * x.columns
    scan(values, from: 0, to: x.columns, above: floor(base: base)) { index in
      let value = values[index]
      let total = base + Double(value)
      // The floor is rounded; the totals decide. -∞ is not above any floor.
      if value < .infinity, choices.count < count || total > choices[count - 1].total {
        insert(Choice(total: total, value: value, row: Int32(number ?? row), column: Int32(index)))
      }
      return floor(base: base)
    }
  }

  private mutating func insert(_ choice: Choice) {
    if choices.count == count { choices.removeLast() }
    var place = choices.count
    while place > 0, choices[place - 1].total < choice.total { place -= 1 }
    choices.insert(choice, at: place)
  }

  /// A value not above this cannot be chosen.
  private func floor(base: Double) -> Float {
    choices.count < count ? -.infinity : Float(choices[count - 1].total - base).nextDown
  }
}

/// Calls `consider` with each index whose number is above the floor, which `consider` answers anew;
/// NaN is above none.
@inline(__always)
private func scan(
  _ values: UnsafePointer<Float>, from start: Int, to end: Int, above floor: Float,
  _ consider: (Int) -> Float
) {
  let block = 4 * laneCount
  var floor = floor
  var index = start
  while index + block <= end {
    var above = load(values, index) .> floor
    above .|= load(values, index + laneCount) .> floor
    above .|= load(values, index + 2 * laneCount) .> floor
    above .|= load(values, index + 3 * laneCount) .> floor
    if any(above) {
      for place in index..<(index + block) where values[place] > floor { floor = consider(place) }
    }
    index += block
  }
  while index < end {
    if values[index] > floor { floor = consider(index) }
    index += 1
  }
}
