import Neural
import Tensors
import TestSupport
import Testing

@Suite struct OptimizerTests {
  static let count = 37

  private func gradients(_ update: Int) -> Tensor {
    randomTensor(rows: 1, columns: Self.count, scale: 3, seed: UInt64(update))
  }

  /// What keeps a gradient's norm within 5.
  private func clipping(_ gradients: Tensor) -> Double {
    min(1, 5 / sumOfSquares(gradients).squareRoot())
  }

  @Test(arguments: [Float(0), 0.1]) func adamWithClippingAndDecay(_ decay: Float) {
    let optimizer = Adam(
      count: Self.count, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: decay)
    #expect(optimizer.state.map(\.name) == ["firstMoment", "secondMoment"])
    let weights = randomTensor(rows: 1, columns: Self.count, seed: 99)
    var w = weights.doubles
    var m = [Double](repeating: 0, count: Self.count)
    var v = m
    var (c1, c2) = (1.0, 1.0)
    for update in 1...12 {
      let gradient = gradients(update)
      let rate = 0.01 * Double(update)
      let clip = clipping(gradient)
      #expect(clip < 1)
      // Two ranges, as two workers would take them.
      for range in [16..<Self.count, 0..<16] {
        optimizer.step(
          weights: weights, gradients: gradient, range: range, update: update,
          learningRate: Float(rate), gradientScale: Float(clip))
      }
      (c1, c2) = (c1 * 0.9, c2 * 0.999)
      for index in 0..<Self.count {
        let g = gradient.doubles[index] * clip
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.999 * v[index] + 0.001 * g * g
        let step = m[index] / (1 - c1) / ((v[index] / (1 - c2)).squareRoot() + 1e-8)
        w[index] -= rate * (step + Double(decay) * w[index])
      }
    }
    #expect(largestError(weights, w) < 2e-5)
    #expect(largestError(optimizer.state[0].buffer, m) < 1e-5)
    #expect(largestError(optimizer.state[1].buffer, v) < 1e-5)
  }

  @Test(arguments: [Float(0), 0.9], [Float(0), 0.1]) func descent(_ momentum: Float, _ decay: Float)
  {
    let optimizer = GradientDescent(count: Self.count, momentum: momentum, weightDecay: decay)
    #expect(optimizer.state.map(\.name) == ["velocity"])
    let weights = randomTensor(rows: 1, columns: Self.count, seed: 99)
    var w = weights.doubles
    var v = [Double](repeating: 0, count: Self.count)
    for update in 1...8 {
      let gradient = gradients(update)
      let clip = clipping(gradient)
      optimizer.step(
        weights: weights, gradients: gradient, range: 0..<Self.count, update: update,
        learningRate: 0.05, gradientScale: Float(clip))
      for index in 0..<Self.count {
        v[index] = Double(momentum) * v[index] + gradient.doubles[index] * clip
        w[index] -= 0.05 * (v[index] + Double(decay) * w[index])
      }
    }
    #expect(largestError(weights, w) < 1e-5)
  }
}
