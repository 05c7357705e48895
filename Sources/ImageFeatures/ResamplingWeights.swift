/// What each place along one side of a resized image takes from the places of the original: a filter
/// as wide as the coarser of both grids, so that nothing finer than the new grid is left in (as
/// `Image.resize` of the Python library Pillow, whose fixed-point arithmetic this follows).
struct ResamplingWeights {
  /// Units of a weight in 1; what the kernels divide by.
  private static let unit = Double(1 << 22)

  /// The most places that any takes from, made even for the kernels.
  let taps: Int
  /// The first place taken from.
  private(set) var first: [Int32] = []
  /// How many places are taken from.
  private(set) var counts: [Int32] = []
  /// [places, taps], zeros behind.
  private(set) var weights: [Int32] = []

  /// - Parameters:
  ///   - source: length of the original side.
  ///   - target: length of the new side.
  ///   - places: those of the new side that are wanted.
  init(from source: Int, to target: Int, places: Range<Int>, filter: ResamplingFilter) {
    let scale = Double(source) / Double(target)
    let width = max(scale, 1)
    let support = filter.support * width
    taps = (Int(support.rounded(.up)) * 2 + 2) & ~1
    weights.reserveCapacity(places.count * taps)
    for place in places {
      let center = (Double(place) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), source)
      var shares = (start..<end).map {
        filter.weight(at: (Double($0) - center + 0.5) * (1 / width))
      }
      let sum = shares.reduce(0, +)
      if sum != 0 { shares = shares.map { $0 / sum } }
      first.append(Int32(start))
      counts.append(Int32(end - start))
      weights += shares.map { Int32($0 * Self.unit + ($0 < 0 ? -0.5 : 0.5)) }
      weights += repeatElement(0, count: taps - shares.count)
    }
  }

  /// The places of the original that are taken from.
  var sources: Range<Int> {
    guard let start = first.min() else { return 0..<0 }
    let end = zip(first, counts).map { $0 + $1 }.max() ?? start
    return Int(start)..<Int(end)
  }

  /// Counts the places of the original from another one.
  mutating func count(from origin: Int) {
    for index in first.indices { first[index] -= Int32(origin) }
  }
}
