internal import CVectors

/// What one Adam step needs besides its buffers (Kingma & Ba 2015, algorithm 1; decoupled weight decay,
/// Loshchilov & Hutter 2019, algorithm 2).
public struct AdamStep: Sendable {
  /// Learning rate with both bias corrections folded in.
  public var stepSize: Float
  public var beta1: Float
  public var beta2: Float
  /// ε, scaled by the second bias correction.
  public var epsilon: Float
  /// Learning rate times weight decay: the share each weight loses.
  public var decay: Float
  /// What gradients are multiplied by first: the clipping factor.
  public var gradientScale: Float

  public init(
    stepSize: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float, gradientScale: Float
  ) {
    self.stepSize = stepSize
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.gradientScale = gradientScale
  }
}

/// One Adam step over numbers `range` of flat buffers, in one pass over memory; gradients are left as
/// they are.
public func adamStep(
  _ step: AdamStep, weights: Tensor, gradients: Tensor, firstMoment: Tensor, secondMoment: Tensor,
  range: Range<Int>
) {
  precondition(range.upperBound <= weights.count)
  let first = range.lowerBound
  vectors.adam(
    range.count,
    s2s_adam(
      stepSize: step.stepSize, beta1: step.beta1, beta2: step.beta2, epsilon: step.epsilon,
      decay: step.decay, gradientScale: step.gradientScale), gradients.base + first,
    weights.base + first, firstMoment.base + first, secondMoment.base + first)
}

/// One step of gradient descent with momentum (Sutskever et al. 2013): velocity = momentum · velocity +
/// gradient; weight −= rate · velocity + decay · weight.
public func momentumStep(
  rate: Float, momentum: Float, decay: Float, gradientScale: Float, weights: Tensor,
  gradients: Tensor, velocity: Tensor, range: Range<Int>
) {
  let (w, g, v) = (weights.base, gradients.base, velocity.base)
  for index in range {
    v[index] = momentum * v[index] + g[index] * gradientScale
    w[index] -= rate * v[index] + decay * w[index]
  }
}

/// average += (1 − decay) · (weights − average) over numbers `range`.
public func averageStep(average: Tensor, weights: Tensor, decay: Float, range: Range<Int>) {
  let (a, w) = (average.base, weights.base)
  var index = range.lowerBound
  let share = 1 - decay
  while index + laneCount <= range.upperBound {
    let old = load(a, index)
    store(old + (load(w, index) - old) * share, a, index)
    index += laneCount
  }
  while index < range.upperBound {
    a[index] += (w[index] - a[index]) * share
    index += 1
  }
}

/// sum = Σ parts in the order given over numbers `range`; the parts are set to zero for the next step.
/// `parts[0]` may be `sum` itself.
///
/// - Returns: the sum of squares of the result, in Double.
public func reduceStep(_ parts: [Tensor], into sum: Tensor, range: Range<Int>) -> Double {
  var squares = 0.0
  // Short runs stay in the cache between adding, squaring and clearing.
  for start in stride(from: range.lowerBound, to: range.upperBound, by: 4096) {
    let run = start..<min(start + 4096, range.upperBound)
    let total = sum.cut(at: run.lowerBound, rows: 1, columns: run.count)
    for (number, part) in parts.enumerated() {
      let piece = part.cut(at: run.lowerBound, rows: 1, columns: run.count)
      if number == 0 {
        if !piece.isSame(as: total) { copy(piece, to: total) }
      } else {
        add(piece, to: total)
      }
      if !piece.isSame(as: total) { fill(piece, with: 0) }
    }
    squares += sumOfSquares(total)
  }
  return squares
}
