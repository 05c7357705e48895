/// Eight numbers at a time; the compiler makes of it what the machine has.
typealias Lanes = SIMD8<Float>

let laneCount = 8

@inline(__always)
func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Lanes {
  UnsafeRawPointer(pointer + index).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func load(_ pointer: UnsafeMutablePointer<Float>, _ index: Int) -> Lanes {
  UnsafeRawPointer(pointer + index).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
  UnsafeMutableRawPointer(pointer + index).storeBytes(of: lanes, as: Lanes.self)
}

/// e to the x in single precision: range reduction by ln 2 and a polynomial of degree seven
/// (S. Moshier, Cephes, expf); relative error about 1e-7 over −87…88, clamped outside.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let low = Lanes(repeating: -87.3)
  let high = Lanes(repeating: 88.0)
  var x = x
  x.replace(with: low, where: x .< low)
  x.replace(with: high, where: x .> high)
  // Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits of the sum.
  let magic = Lanes(repeating: 12_582_912)
  let shifted = x * 1.442_695_04 + magic
  let n = shifted - magic
  let r = x - n * 0.693_359_375 + n * 2.121_944_4e-4
  var p = r * 1.987_569_15e-4 + 1.398_199_950_7e-3
  p = p * r + 8.333_451_907_3e-3
  p = p * r + 4.166_579_589_4e-2
  p = p * r + 1.666_666_545_9e-1
  p = p * r + 5.000_000_120_1e-1
  p = p * (r * r) + r + 1
  let bits = unsafeBitCast(shifted, to: SIMD8<Int32>.self)
  return p * unsafeBitCast((bits &+ 127) &<< 23, to: Lanes.self)
}

@inline(__always)
func sigmoid(_ x: Lanes) -> Lanes { 1 / (1 + exponential(-x)) }

/// Runs `body` over `count` numbers eight at a time; the last few are done in a padded block so that
/// every number is computed by the same instructions wherever it stands.
@inline(__always)
func mapLanes(
  _ count: Int, from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
  _ body: (Lanes) -> Lanes
) {
  var index = 0
  while index + laneCount <= count {
    store(body(load(source, index)), target, index)
    index += laneCount
  }
  if index < count {
    let result = body(loadTail(source, index, count))
    storeTail(result, target, index, count)
  }
}

/// The last `count - index` numbers, padded with zeros.
@inline(__always)
func loadTail(_ pointer: UnsafePointer<Float>, _ index: Int, _ count: Int) -> Lanes {
  var lanes = Lanes(repeating: 0)
  for lane in 0..<(count - index) { lanes[lane] = pointer[index + lane] }
  return lanes
}

@inline(__always)
func loadTail(_ pointer: UnsafeMutablePointer<Float>, _ index: Int, _ count: Int) -> Lanes {
  loadTail(UnsafePointer(pointer), index, count)
}

@inline(__always)
func storeTail(
  _ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>, _ index: Int, _ count: Int
) {
  for lane in 0..<(count - index) { pointer[index + lane] = lanes[lane] }
}

/// Copies a few numbers, for which a call of the library would take longer than the copying.
@inline(__always)
func copyRun(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  var index = 0
  while index + laneCount <= count {
    store(load(source, index), target, index)
    index += laneCount
  }
  while index < count {
    target[index] = source[index]
    index += 1
  }
}
