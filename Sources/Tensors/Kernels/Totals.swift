/// The sum of all numbers, in one pass that does nothing but read: as fast as memory is.
@inline(never)
public func total(of x: Tensor) -> Float {
  // Four sums at a time, so that none waits for the one before.
  var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  let stretch = 4 * laneCount
  var index = 0
  while index + stretch <= x.count {
    sums.0 += load(x.base, index)
    sums.1 += load(x.base, index + laneCount)
    sums.2 += load(x.base, index + 2 * laneCount)
    sums.3 += load(x.base, index + 3 * laneCount)
    index += stretch
  }
  var total = (sums.0 + sums.1 + (sums.2 + sums.3)).sum()
  while index < x.count {
    total += x.base[index]
    index += 1
  }
  return total
}
