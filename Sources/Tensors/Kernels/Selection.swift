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
/// first. One pass with a threshold: what cannot be among them costs one comparison.
public func largest(_ count: Int, of x: Tensor, row: Int) -> [Candidate] {
  precondition(row >= 0 && row < x.rows)
  guard count > 0 else { return [] }
  let values = x.base + row * x.columns
  var best: [Candidate] = []
  best.reserveCapacity(count + 1)
  func consider(_ index: Int) {
    let value = values[index]
    if best.count == count {
      guard value > best[count - 1].value else { return }
      best.removeLast()
    } else if value.isNaN {
      return
    }
    var place = best.count
    while place > 0, best[place - 1].value < value { place -= 1 }
    best.insert(Candidate(index: index, value: value), at: place)
  }
  var index = 0
  while index < min(count, x.columns) {
    consider(index)
    index += 1
  }
  while index + laneCount <= x.columns {
    if let last = best.last, best.count == count {
      let mask = load(values, index) .> last.value
      if !any(mask) {
        index += laneCount
        continue
      }
    }
    for lane in 0..<laneCount { consider(index + lane) }
    index += laneCount
  }
  while index < x.columns {
    consider(index)
    index += 1
  }
  return best
}
