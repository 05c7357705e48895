import ImageFeatures
import Neural
import Tensors
import TestSupport
import Testing

@Suite struct EncoderGradientTests {
  private let random = RandomEncoder(ConvolutionalEncoderTests.odd)
  private let images: Tensor
  private let observed: Tensor
  private let factors = randomTensor(rows: 3, columns: 9, seed: 8)

  init() {
    images = random.images(3)
    observed = random.encoder.initialStatistics()
    // Between its limits ReLU6 has a slope everywhere: the limits themselves are checked where it
    // is alone.
    for parameter in random.table.parameters {
      let values = parameter.cut(from: random.weights)
      if parameter.name.hasSuffix(".gain") { scale(values, by: 0.4) }
      let isLimited = !parameter.name.hasSuffix("project.shift")
      if parameter.name.hasSuffix(".shift"), isLimited {
        values.withMutableValues { for index in $0.indices { $0[index] += 3 } }
      }
    }
  }

  private struct Pass {
    let graph: Graph
    let logits: Variable
    let input: Variable
    let loss: Double
  }

  private func run(
    _ statistics: ConvolutionalEncoder.Statistics, gradients: Tensor
  ) -> Pass {
    let encoder = random.encoder
    let graph = Graph(
      weights: random.weights, gradients: gradients, generator: RandomGenerator(seed: 3))
    let input = Variable(value: images, gradient: Tensor(rows: images.rows, columns: 3))
    let features = encoder.encode(
      input, grid: encoder.config.inputGrid(batch: 3), statistics: statistics, dropRate: 0.5,
      on: graph)
    let logits = encoder.classify(
      graph.meanPooled(features.head, features.grid), on: graph)
    let loss = zip(logits.value.doubles, factors.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    return Pass(graph: graph, logits: logits, input: input, loss: loss)
  }

  /// The gradient along random directions of the input and of each parameter that `isChecked`.
  private func check(
    _ statistics: ConvolutionalEncoder.Statistics, step: Double,
    _ isChecked: (_ norm: Double, _ wholeNorm: Double) -> Bool
  ) throws {
    let (table, weights) = (random.table, random.weights)
    let gradients = Tensor(rows: 1, columns: table.count)
    let pass = run(statistics, gradients: gradients)
    copy(factors, to: try #require(pass.logits.gradient))
    pass.graph.backward()
    func error(_ point: Tensor, _ gradient: Tensor) -> Double {
      gradientError(at: point, gradient: gradient, step: step) {
        run(statistics, gradients: Tensor(rows: 1, columns: table.count)).loss
      }
    }
    #expect(error(images, try #require(pass.input.gradient)) < 1e-2)
    #expect(error(weights, gradients) < 1e-2)
    let wholeNorm = sumOfSquares(gradients).squareRoot()
    for parameter in table.parameters where parameter.name.hasPrefix("image") {
      let gradient = parameter.cut(from: gradients)
      guard isChecked(sumOfSquares(gradient).squareRoot(), wholeNorm) else { continue }
      #expect(error(parameter.cut(from: weights), gradient) < 1e-2, "\(parameter.name)")
    }
  }

  /// A normalisation takes off what the layer before it adds to all places alike, and nearly takes
  /// off what multiplies them alike: those slopes are rounding, so only the others are looked at.
  @Test func withTheBatchsOwnStatistics() throws {
    try check(.batch(observed: observed), step: 5e-4) { $0 > 0.05 * $1 }
  }

  /// With constants (here what the batch's own were) the loss is all but linear in each parameter.
  @Test func withConstantStatistics() throws {
    _ = run(
      .batch(observed: observed), gradients: Tensor(rows: 1, columns: random.table.count))
    try check(.running(observed), step: 5e-3) { _, _ in true }
  }
}
