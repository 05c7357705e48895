import Neural
import Tensors
import TestSupport
import Testing

@Suite struct BatchNormalizationTests {
  private static let rows = 12
  private static let columns = 9

  private static func vector(_ seed: UInt64, from low: Float) -> Tensor {
    let vector = randomTensor(rows: 1, columns: columns, scale: 0.3, seed: seed)
    vector.withMutableValues { for index in $0.indices { $0[index] = abs($0[index]) + low } }
    return vector
  }

  @Test(arguments: [false, true], [nil, Float(0.8)]) func gradients(
    _ isOfBatch: Bool, _ ceiling: Float?
  ) {
    let (mean, variance) = (Self.vector(1, from: 0), Self.vector(2, from: 0.5))
    let observed = (
      Tensor(rows: 1, columns: Self.columns), Tensor(rows: 1, columns: Self.columns)
    )
    OperationCheck(
      inputs: [(Self.rows, Self.columns)], parameters: [(1, Self.columns), (1, Self.columns)]
    ) { graph, x, p in
      let y = graph.batchNormalized(
        graph.duplicate(x[0]), gain: p[0], shift: p[1],
        moments: isOfBatch
          ? .batch(mean: observed.0, variance: observed.1)
          : .given(mean: mean, variance: variance),
        epsilon: 1e-3, ceiling: ceiling)
      return Made(outputs: [y])
    }.check(step: ceiling == nil ? 2e-3 : 2e-4, tolerance: ceiling == nil ? 2e-3 : 1e-2)
  }

  /// Its result goes where two others go on: both gradients arrive before it passes them on.
  @Test func resultUsedTwice() {
    let grid = Grid(batch: 3, height: 2, width: 2)
    let window = Window(kernel: 3, stride: 1)
    let observed = (
      Tensor(rows: 1, columns: Self.columns), Tensor(rows: 1, columns: Self.columns)
    )
    OperationCheck(
      inputs: [(12, Self.columns)],
      parameters: [(1, Self.columns), (1, Self.columns), (9, Self.columns)]
    ) { graph, x, p in
      let y = graph.batchNormalized(
        graph.depthwiseConvolution(x[0], grid, p[2], window: window), gain: p[0], shift: p[1],
        moments: .batch(mean: observed.0, variance: observed.1), epsilon: 1e-3, ceiling: nil)
      let z = graph.depthwiseConvolution(y, grid, p[2], window: window)
      return Made(outputs: [graph.sum(y, z)])
    }.check(tolerance: 4e-3)
  }

  @Test func momentsAreThoseOfTheBatch() {
    var table = ParameterTable()
    let gain = table.declare("gain", rows: 1, columns: 2, .constant(1))
    let shift = table.declare("shift", rows: 1, columns: 2, .zeros)
    let graph = Graph(
      weights: table.initialWeights(seed: 1), gradients: Tensor(rows: 1, columns: table.count))
    let x = graph.make(rows: 4, columns: 2)
    copy(Tensor(rows: 4, columns: 2, [1, 10, 2, 10, 3, 30, 6, 30]), to: x.value)
    let (mean, variance) = (Tensor(rows: 1, columns: 2), Tensor(rows: 1, columns: 2))
    let y = graph.batchNormalized(
      x, gain: gain, shift: shift, moments: .batch(mean: mean, variance: variance), epsilon: 0,
      ceiling: nil)
    #expect(mean.values == [3, 20])
    // For all data, of which these four are a sample: divided by three.
    #expect(largestError(variance, [14.0 / 3, 400.0 / 3]) < 1e-6)
    let expected = [-2, -1, 0, 3].map { Double($0) / 3.5.squareRoot() }
    #expect(largestError((0..<4).map { y.value[$0, 0] }, expected) < 1e-6)
    #expect(largestError((0..<4).map { y.value[$0, 1] }, [-1, -1, 1, 1]) < 1e-6)
  }
}
