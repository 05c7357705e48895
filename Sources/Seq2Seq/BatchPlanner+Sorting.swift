import Tensors

/// Fisher and Yates' shuffle. The standard library's is not promised to stay the same from release
/// to release, and a seed must mean the same order for ever.
func shuffle<Element>(_ elements: inout [Element], using generator: inout RandomGenerator) {
  guard elements.count > 1 else { return }
  for last in stride(from: elements.count - 1, to: 0, by: -1) {
    // The high word of a product falls into 0...last; the bias is below count / 2⁶⁴.
    let other = Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high)
    elements.swapAt(last, other)
  }
}

/// Sorts indices by `key`, equal keys in their order, in time proportional to their number: a pass
/// for each 8 bits in which keys differ.
func radixSort(_ order: inout [UInt32], by key: (UInt32) -> UInt32) {
  guard let first = order.first else { return }
  var differing: UInt32 = 0
  let reference = key(first)
  for index in order { differing |= key(index) ^ reference }
  var sorted: [UInt32] = []
  for shift in stride(from: UInt32(0), to: 32, by: 8) where (differing >> shift) & 0xFF != 0 {
    if sorted.isEmpty { sorted = [UInt32](repeating: 0, count: order.count) }
    var places = [Int](repeating: 0, count: 256)
    for index in order { places[Int((key(index) >> shift) & 0xFF)] += 1 }
    var next = 0
    for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
    for index in order {
      let digit = Int((key(index) >> shift) & 0xFF)
      sorted[places[digit]] = index
      places[digit] += 1
    }
    swap(&order, &sorted)
  }
}
