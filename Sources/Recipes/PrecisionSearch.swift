internal import Neural

/// Finds out which parts of a network can be of 8 bits; see `Quantizer`.
struct PrecisionSearch {
  typealias Trial = QuantizationReport.Trial
  typealias Found = (trial: Trial, seconds: Double)
  /// A part, and what it is when it is not of 8 bits.
  typealias Part = (part: WeightPart, precision: WeightPrecision)

  /// All that was tried, in order.
  private(set) var trials: [Trial] = []
  private var parts: [Part]
  private let maxDrop: Double
  private let measure: (WeightPrecisions) throws -> Found

  /// - Parameter measure: tries precisions.
  init(
    parts: [Part], maxDrop: Double, measure: @escaping (WeightPrecisions) throws -> Found
  ) {
    self.parts = parts
    self.maxDrop = maxDrop
    self.measure = measure
  }

  /// - Returns: the smallest choice that was found within the bound; if there is none with anything of 8 bits, what
  ///   lost least.
  mutating func run() throws -> Found {
    let whole = try measure(without: [])
    if isWithin(whole) || parts.count < 2 { return whole }
    try settleFloats()
    let alone = try parts.indices.map { try measure(without: [$0]) }
    let sufficient = parts.indices.filter { isWithin(alone[$0]) }
    if let cheapest = sufficient.min(by: { cost($0) < cost($1) }) { return alone[cheapest] }

    let order = parts.indices.sorted { one, other in
      (win(alone[other], over: whole, other), one) < (win(alone[one], over: whole, one), other)
    }
    var all = [whole] + alone
    // With nothing left of 8 bits the model would not be quantized.
    for count in 2..<max(2, parts.count) {
      let floats = Array(order.prefix(count))
      let found = try measure(without: floats)
      if isWithin(found) { return try shrunk(floats, found) }
      all.append(found)
    }
    return all.min { $0.trial.drop < $1.trial.drop } ?? whole
  }

  /// Sees to it that what is not of 8 bits loses nothing that matters: 16 do, unless they alone lose too much.
  private mutating func settleFloats() throws {
    let others = parts.filter { $0.precision != .float16 }
    let found = try measure(
      WeightPrecisions(
        .float16,
        exceptions: Dictionary(
          uniqueKeysWithValues: others.map { ($0.part.name, $0.precision) })))
    trials.append(found.trial)
    if !isWithin(found) { parts = parts.map { ($0.part, .float32) } }
  }

  /// Takes away again what is not needed, the most expensive first.
  private mutating func shrunk(_ floats: [Int], _ found: Found) throws -> Found {
    var (floats, found) = (floats, found)
    // Without the last one it was too much, and alone it was too.
    for part in floats.dropLast().sorted(by: { cost($0) > cost($1) }) where floats.count > 2 {
      let fewer = floats.filter { $0 != part }
      let trial = try measure(without: fewer)
      if isWithin(trial) { (floats, found) = (fewer, trial) }
    }
    return found
  }

  /// Tries all in 8 bits but some.
  private mutating func measure(without floats: [Int]) throws -> Found {
    let found = try measure(
      WeightPrecisions(
        .int8,
        exceptions: Dictionary(
          uniqueKeysWithValues: floats.map { (parts[$0].part.name, parts[$0].precision) })))
    trials.append(found.trial)
    return found
  }

  private func isWithin(_ found: Found) -> Bool { found.trial.drop <= maxDrop }

  /// Bytes that it takes not to have a part in 8 bits.
  private func cost(_ number: Int) -> Int {
    let (part, precision) = parts[number]
    return part.byteCount(precision) - part.byteCount(.int8)
  }

  /// What is won a byte by not having a part in 8 bits.
  private func win(_ alone: Found, over whole: Found, _ number: Int) -> Double {
    let won = whole.trial.drop - alone.trial.drop
    // Where both are infinite nothing is known.
    return won.isNaN ? 0 : won / Double(max(1, cost(number)))
  }
}
