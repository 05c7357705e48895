internal import Foundation

/// An axis with its ticks: where a value lies between its ends.
struct PlotAxis {
  /// Values that are named.
  private(set) var ticks: [Double] = []
  private let scale: LinePlot.Scale
  /// Ends, as logarithms where the scale is one.
  private var low = 0.0
  private var high = 1.0

  /// - Parameters:
  ///   - values: those to be shown; others than numbers, and those without a place on the scale, do not count.
  ///   - reachesTicks: whether the axis goes on to the next tick at both ends.
  init(_ values: [Double], _ scale: LinePlot.Scale, reachesTicks: Bool) {
    self.scale = scale
    let places = values.compactMap { Self.place($0, scale) }
    if let least = places.min(), let most = places.max() {
      (low, high) = (least, most)
    } else if scale == .logarithmic {
      (low, high) = (0, 1)
    }
    let size = max(abs(low), abs(high))
    if high - low <= 1e-9 * size {
      // A single value stands in the middle.
      let room = scale == .logarithmic || size == 0 ? 0.5 : 0.5 * size
      (low, high) = (low - room, high + room)
    }
    switch scale {
    case .linear: linearTicks(reachesTicks)
    case .logarithmic: logarithmicTicks(reachesTicks)
    }
  }

  /// From 0 at the axis's beginning to 1 at its end; nil for what has no place.
  func position(_ value: Double) -> Double? {
    Self.place(value, scale).map { ($0 - low) / (high - low) }
  }

  private static func place(_ value: Double, _ scale: LinePlot.Scale) -> Double? {
    // Differences of larger ones are no numbers, and smaller ones are written as 0.
    guard abs(value) <= 1e300 else { return nil }
    switch scale {
    case .linear: return abs(value) < 1e-300 ? 0 : value
    case .logarithmic: return value >= 1e-300 ? log10(value) : nil
    }
  }

  private mutating func linearTicks(_ reachesTicks: Bool) {
    let step = Self.step(from: low, to: high)
    if reachesTicks {
      low = floor(low / step + 1e-9) * step
      high = ceil(high / step - 1e-9) * step
    }
    ticks = Self.multiples(of: step, from: low, to: high)
  }

  /// Ticks at powers of ten; at 2 and 5 times those too where there are few of them; within a decade as on a linear
  /// scale.
  private mutating func logarithmicTicks(_ reachesTicks: Bool) {
    guard high - low >= 1 else { return ticksWithinDecade(reachesTicks) }
    let mantissas: [Double] = high - low <= 3 ? [1, 2, 5] : [1]
    let decades = Int(floor(low))...Int(ceil(high))
    let every = max(1, (decades.count + 6) / 8)
    var all = decades.filter { $0.isMultiple(of: every) }.flatMap { decade in
      mantissas.map { Double(decade) + log10($0) }
    }
    if reachesTicks {
      // Ends that lie between two ticks move out to them.
      if let below = all.last(where: { $0 <= low + 1e-9 }) { low = below }
      if let above = all.first(where: { $0 >= high - 1e-9 }) { high = above }
    }
    all = all.filter { $0 >= low - 1e-9 && $0 <= high + 1e-9 }
    ticks = all.map { pow(10, $0) }
  }

  private mutating func ticksWithinDecade(_ reachesTicks: Bool) {
    var (least, most) = (pow(10, low), pow(10, high))
    let step = Self.step(from: least, to: most)
    if reachesTicks {
      let below = floor(least / step + 1e-9) * step
      // Zero has no place.
      if below > 0 { least = below }
      most = ceil(most / step - 1e-9) * step
      (low, high) = (log10(least), log10(most))
    }
    ticks = Self.multiples(of: step, from: least, to: most)
  }

  /// 1, 2 or 5 times a power of ten, of which a few lie between two values.
  private static func step(from low: Double, to high: Double) -> Double {
    let rough = (high - low) / 7
    let power = pow(10, floor(log10(rough)))
    return ([1, 2, 5].first { $0 * power >= 0.999 * rough } ?? 10) * power
  }

  private static func multiples(
    of step: Double, from low: Double, to high: Double
  ) -> [Double] {
    let first = Int(ceil(low / step - 1e-9))
    let last = Int(floor(high / step + 1e-9))
    return (first...max(first, last)).map { Double($0) * step }
  }
}
