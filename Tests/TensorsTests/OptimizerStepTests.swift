import Tensors
import TestSupport
import Testing

@Suite struct OptimizerStepTests {
  @Test(arguments: [1, 7, 8, 9, 31]) func momentum(_ count: Int) {
    let weights = randomTensor(rows: 1, columns: count, seed: 1)
    let velocity = Tensor(rows: 1, columns: count)
    var (w, v) = (weights.doubles, [Double](repeating: 0, count: count))
    for update in 0..<5 {
      let gradients = randomTensor(rows: 1, columns: count, seed: UInt64(10 + update))
      momentumStep(
        rate: 0.1, momentum: 0.9, decay: 0.01, gradientScale: 0.5, weights: weights,
        gradients: gradients, velocity: velocity, range: 0..<count)
      for index in 0..<count {
        v[index] = 0.9 * v[index] + 0.5 * gradients.doubles[index]
        w[index] -= 0.1 * v[index] + 0.01 * w[index]
      }
    }
    #expect(largestError(weights, w) < 1e-5)
    #expect(largestError(velocity, v) < 1e-5)
  }

  @Test(arguments: [1, 7, 8, 9, 31]) func movingAverage(_ count: Int) {
    let weights = randomTensor(rows: 1, columns: count, seed: 1)
    let average = randomTensor(rows: 1, columns: count, seed: 2)
    let expected = zip(average.doubles, weights.doubles).map { $0 + 0.1 * ($1 - $0) }
    averageStep(average: average, weights: weights, decay: 0.9, range: 0..<count)
    #expect(largestError(average, expected) < 1e-6)
  }

  /// The formulas as printed: bias corrections apart, ε beside the corrected root.
  @Test(arguments: [1, 7, 8, 9, 31]) func adam(_ count: Int) {
    let (beta1, beta2, epsilon, rate, decay) = (0.9, 0.99, 1e-4, 0.05, 0.02)
    let weights = randomTensor(rows: 1, columns: count, seed: 1)
    let (first, second) = (Tensor(rows: 1, columns: count), Tensor(rows: 1, columns: count))
    var w = weights.doubles
    var m = [Double](repeating: 0, count: count)
    var v = m
    for update in 1...6 {
      let gradients = randomTensor(rows: 1, columns: count, scale: 0.1, seed: UInt64(10 + update))
      let scale = update.isMultiple(of: 2) ? 0.25 : 1.0
      let (c1, c2) = (power(beta1, update), power(beta2, update))
      adamStep(
        AdamStep(
          stepSize: Float(rate * (1 - c2).squareRoot() / (1 - c1)), beta1: Float(beta1),
          beta2: Float(beta2), epsilon: Float(epsilon * (1 - c2).squareRoot()),
          decay: Float(rate * decay), gradientScale: Float(scale)),
        weights: weights, gradients: gradients, firstMoment: first, secondMoment: second,
        range: 0..<count)
      for index in 0..<count {
        let g = gradients.doubles[index] * scale
        m[index] = beta1 * m[index] + (1 - beta1) * g
        v[index] = beta2 * v[index] + (1 - beta2) * g * g
        let step = m[index] / (1 - c1) / ((v[index] / (1 - c2)).squareRoot() + epsilon)
        w[index] -= rate * (step + decay * w[index])
      }
    }
    #expect(largestError(weights, w) < 1e-5)
    #expect(largestError(first, m) < 1e-6)
    #expect(largestError(second, v) < 1e-6)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }

  /// Runs are stepped by different workers: what lies outside must stay, cut how it may.
  @Test func rangesJoinSeamlessly() {
    let count = 53
    func stepped(_ cuts: [Int]) -> [[Float]] {
      let buffers = (0..<4).map { randomTensor(rows: 1, columns: count, seed: UInt64($0)) }
      buffers[3].withMutableValues { for index in $0.indices { $0[index] = abs($0[index]) } }
      let average = randomTensor(rows: 1, columns: count, seed: 9)
      for (low, high) in zip(cuts, cuts.dropFirst()) {
        adamStep(
          AdamStep(
            stepSize: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, decay: 0.01, gradientScale: 1),
          weights: buffers[0], gradients: buffers[1], firstMoment: buffers[2],
          secondMoment: buffers[3], range: low..<high)
        averageStep(average: average, weights: buffers[0], decay: 0.9, range: low..<high)
      }
      return (buffers + [average]).map(\.values)
    }
    let whole = stepped([0, count])
    #expect(stepped([0, 16, 32, count]) == whole)
    let part = stepped([16, 32])
    let untouched = stepped([0])
    for (found, (all, none)) in zip(part, zip(whole, untouched)) {
      #expect(found[16..<32] == all[16..<32])
      #expect(found[..<16] == none[..<16] && found[32...] == none[32...])
    }
  }

  @Test(arguments: [1, 7, 8, 9, 31, 4095, 4096, 4097, 9000]) func partsAreAddedInOrder(_ count: Int)
  {
    func parts() -> [Tensor] {
      (0..<3).map { number in
        let part = randomTensor(rows: 1, columns: count, seed: UInt64(number))
        // Sums of numbers this far apart depend on the order.
        scale(part, by: [1, 1e7, -1e7][number])
        return part
      }
    }
    let inputs = parts()
    let expected = (0..<count).map {
      (inputs[0].values[$0] + inputs[1].values[$0]) + inputs[2].values[$0]
    }
    let squares = expected.reduce(0.0) { $0 + Double($1) * Double($1) }

    let apart = parts()
    let sum = Tensor(rows: 1, columns: count)
    fill(sum, with: .nan)
    let found = reduceStep(apart, into: sum, range: 0..<count)
    #expect(sum.values == expected)
    #expect(abs(found - squares) <= 1e-6 * squares)
    for part in apart { #expect(part.values.allSatisfy { $0 == 0 }) }

    let own = parts()
    _ = reduceStep(own, into: own[0], range: 0..<count)
    #expect(own[0].values == expected)
    for part in own.dropFirst() { #expect(part.values.allSatisfy { $0 == 0 }) }
  }

  @Test func reducingARangeLeavesTheRest() {
    let parts = (0..<2).map { randomTensor(rows: 1, columns: 40, seed: UInt64($0)) }
    let before = parts.map(\.values)
    _ = reduceStep(parts, into: parts[0], range: 10..<23)
    for index in 0..<40 {
      let inside = (10..<23).contains(index)
      #expect(parts[0].values[index] == before[0][index] + (inside ? before[1][index] : 0))
      #expect(parts[1].values[index] == (inside ? 0 : before[1][index]))
    }
  }
}
