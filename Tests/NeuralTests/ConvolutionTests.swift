import Neural
import Tensors
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  static let grid = Grid(batch: 2, height: 5, width: 7)
  /// With stride 2 even sides have another number of zeros before than behind.
  static let evenGrid = Grid(batch: 2, height: 6, width: 8)

  @Test(arguments: [3, 5], [1, 2]) func convolution(_ kernel: Int, _ stride: Int) {
    let window = Window(kernel: kernel, stride: stride)
    for grid in [Self.grid, Self.evenGrid] {
      OperationCheck(inputs: [(grid.rows, 3)], parameters: [(11, window.taps * 3)]) { graph, x, p in
        let y = graph.convolution(x[0], grid, p[0], window: window)
        #expect(y.rows == window.output(of: grid).rows)
        return Made(outputs: [y])
      }.check()
    }
  }

  @Test(arguments: [3, 5], [1, 2]) func depthwise(_ kernel: Int, _ stride: Int) {
    let window = Window(kernel: kernel, stride: stride)
    for grid in [Self.grid, Self.evenGrid] {
      OperationCheck(inputs: [(grid.rows, 19)], parameters: [(window.taps, 19)]) { graph, x, p in
        Made(outputs: [graph.depthwiseConvolution(x[0], grid, p[0], window: window)])
      }.check()
    }
  }

  /// A convolution over all channels whose weights are zero across channels is a depthwise one.
  @Test func bothConvolutionsAgree() {
    let window = Window(kernel: 3, stride: 2)
    var table = ParameterTable()
    let full = table.declare("full", rows: 4, columns: 36, .zeros)
    let own = table.declare("own", rows: 9, columns: 4, .normal(1), use: .columnwise)
    let weights = table.initialWeights(seed: 4)
    for tap in 0..<9 {
      for channel in 0..<4 {
        full.cut(from: weights)[channel, tap * 4 + channel] = own.cut(from: weights)[tap, channel]
      }
    }
    let graph = Graph(weights: weights)
    let x = randomRows(70, 4)
    let a = graph.convolution(x, Self.grid, full, window: window).value
    let b = graph.depthwiseConvolution(x, Self.grid, own, window: window).value
    #expect(largestError(a, b.doubles) < 1e-6)
  }

  @Test func meanPooled() {
    OperationCheck(inputs: [(70, 6)]) { graph, x, _ in
      Made(outputs: [graph.meanPooled(x[0], Self.grid)])
    }.check()
  }

  @Test func residualSumWithBranchesLeftOut() {
    let grid = Grid(batch: 5, height: 1, width: 2)
    OperationCheck(inputs: [(10, 3), (10, 3)]) { graph, x, _ in
      Made(outputs: [graph.residualSum(x[0], x[1], grid, dropRate: 0.5)])
    }.check(hasDropout: true)
    OperationCheck(inputs: [(10, 3), (10, 3)]) { graph, x, _ in
      Made(outputs: [graph.residualSum(x[0], x[1], grid, dropRate: 0)])
    }.check()
  }

  /// A branch is left out for a whole image, about as often as asked for, and its mean stays.
  @Test func branchesAreLeftOutByImage() {
    let grid = Grid(batch: 2000, height: 1, width: 2)
    let graph = Graph(
      weights: Tensor(rows: 1, columns: 1), gradients: Tensor(rows: 1, columns: 1),
      generator: RandomGenerator(seed: 5))
    let zero = Variable(constant: Tensor(rows: grid.rows, columns: 1))
    let one = Variable(constant: Tensor(rows: grid.rows, columns: 1))
    fill(one.value, with: 1)
    let y = graph.residualSum(zero, one, grid, dropRate: 0.25).value
    var kept = 0
    for image in 0..<2000 {
      #expect(y[2 * image, 0] == y[2 * image + 1, 0])
      #expect([0, 1 / 0.75].contains(y[2 * image, 0]))
      if y[2 * image, 0] > 0 { kept += 1 }
    }
    #expect(abs(kept - 1500) < 80)
  }

  /// The gradient of a weight is one chain of additions, however many rows are packed at once.
  @Test func weightGradientOfManyRows() {
    var table = ParameterTable()
    let weight = table.declare("w", rows: 3, columns: 5, .normal(1))
    let x = randomTensor(rows: 5000, columns: 5, seed: 1)
    let dy = randomTensor(rows: 5000, columns: 3, seed: 2)
    let gradients = Tensor(rows: 1, columns: table.count)
    let graph = Graph(weights: table.initialWeights(seed: 1), gradients: gradients)
    let y = graph.affine(Variable(constant: x), weight)
    if let gradient = y.gradient { copy(dy, to: gradient) }
    graph.backward()
    let found = weight.cut(from: gradients)
    for row in 0..<3 {
      for column in 0..<5 {
        let sum = (0..<5000).reduce(0.0) { $0 + Double(dy[$1, row]) * Double(x[$1, column]) }
        #expect(abs(Double(found[row, column]) - sum) < 2e-3)
      }
    }
  }
}
