/// How far the two distributions of each pair of rows differ, KL(p‖q) + KL(q‖p), and the gradient of that.
///
/// With p = softmax(a): ∂/∂a = p · (ln p − ln q − KL(p‖q)) + p − q, and likewise for q.
///
/// - Parameters:
///   - logProbabilities: [2N, V]: rows 2i and 2i + 1 are a pair.
///   - factor: what the gradient is multiplied by.
///   - gradient: of what the softmax was taken of, [2N, V]; added to. Nil where none is wanted.
/// - Returns: the sum over pairs, in nats.
public func addDisagreementGradient(
  logProbabilities: Tensor, factor: Float, to gradient: Tensor?
) -> Double {
  precondition(logProbabilities.rows.isMultiple(of: 2), "rows come in pairs")
  precondition(gradient.map { $0.shape == logProbabilities.shape } ?? true)
  let size = logProbabilities.columns
  var total = 0.0
  for pair in 0..<logProbabilities.rows / 2 {
    let a = logProbabilities.base + 2 * pair * size
    let b = a + size
    let (forth, back) = divergences(a, b, size)
    total += Double(forth) + Double(back)
    if let gradient {
      let da = gradient.base + 2 * pair * size
      addPairGradient(a, b, size, forth: forth, back: back, factor, da, da + size)
    }
  }
  return total
}

/// KL(p‖q) and KL(q‖p) of two rows of log-probabilities.
private func divergences(
  _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ count: Int
) -> (Float, Float) {
  var (forth, back) = (Lanes.zero, Lanes.zero)
  eachBlock(count) { index, width in
    let (x, y) = (loadBlock(a, index, width), loadBlock(b, index, width))
    let difference = x - y
    // What pads a last block differs by nothing.
    forth += exponential(x) * difference
    back -= exponential(y) * difference
  }
  return (forth.sum(), back.sum())
}

private func addPairGradient(
  _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ count: Int, forth: Float,
  back: Float, _ factor: Float, _ da: UnsafeMutablePointer<Float>,
  _ db: UnsafeMutablePointer<Float>
) {
  eachBlock(count) { index, width in
    let (x, y) = (loadBlock(a, index, width), loadBlock(b, index, width))
    let (p, q, difference) = (exponential(x), exponential(y), x - y)
    let first = p * (difference - forth + 1) - q
    let second = q * (-difference - back + 1) - p
    storeBlock(loadBlock(da, index, width) + factor * first, da, index, width)
    storeBlock(loadBlock(db, index, width) + factor * second, db, index, width)
  }
}

/// Blocks of eight, the last of what is left.
@inline(__always)
private func eachBlock(_ count: Int, _ body: (_ index: Int, _ width: Int) -> Void) {
  var index = 0
  while index < count {
    body(index, min(laneCount, count - index))
    index += laneCount
  }
}

@inline(__always)
private func loadBlock(
  _ pointer: UnsafeMutablePointer<Float>, _ index: Int, _ width: Int
) -> Lanes {
  width == laneCount ? load(pointer, index) : loadTail(pointer, index, index + width)
}

@inline(__always)
private func storeBlock(
  _ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>, _ index: Int, _ width: Int
) {
  if width == laneCount {
    store(lanes, pointer, index)
  } else {
    storeTail(lanes, pointer, index, index + width)
  }
}
