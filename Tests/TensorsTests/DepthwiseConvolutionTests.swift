import Tensors
import TestSupport
import Testing

@Suite struct DepthwiseConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var (height, width, channels, kernel, stride) = (0, 0, 0, 0, 0)
    var grid: Grid { Grid(batch: 2, height: height, width: width) }
    var window: Window { Window(kernel: kernel, stride: stride) }
    var testDescription: String { "\(height)×\(width)×\(channels), \(kernel)/\(stride)" }
  }

  /// Channels below, at and above one and two vectors of every width; maps smaller than the window,
  /// as wide as a tile of places, and wider; odd and even sides, which differ in where the zeros
  /// go.
  static let cases: [Case] = [
    (5, 9, 3), (1, 1, 5), (2, 1, 16), (7, 7, 40), (4, 6, 70), (14, 3, 33), (3, 19, 17), (8, 21, 9),
  ].flatMap { height, width, channels in
    [(1, 1), (3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (7, 2), (1, 2)].map {
      Case(height: height, width: width, channels: channels, kernel: $0.0, stride: $0.1)
    }
  }

  /// Hands over every tap that is inside the map: row of the result, row of the map, tap.
  private func forEachTap(_ sizes: Case, _ body: (Int, Int, Int) -> Void) {
    func before(_ extent: Int) -> (places: Int, zeros: Int) {
      let places = (extent - 1) / sizes.stride + 1
      return (places, max(0, (places - 1) * sizes.stride + sizes.kernel - extent) / 2)
    }
    let (rows, columns) = (before(sizes.height), before(sizes.width))
    for image in 0..<sizes.grid.batch {
      for row in 0..<rows.places {
        for column in 0..<columns.places {
          for tap in 0..<sizes.kernel * sizes.kernel {
            let y = row * sizes.stride - rows.zeros + tap / sizes.kernel
            let x = column * sizes.stride - columns.zeros + tap % sizes.kernel
            guard (0..<sizes.height).contains(y), (0..<sizes.width).contains(x) else { continue }
            body(
              (image * rows.places + row) * columns.places + column,
              (image * sizes.height + y) * sizes.width + x, tap)
          }
        }
      }
    }
  }

  private func tensors(_ sizes: Case) -> (x: Tensor, weights: Tensor, dy: Tensor) {
    (
      randomTensor(rows: sizes.grid.rows, columns: sizes.channels, seed: 1),
      randomTensor(rows: sizes.window.taps, columns: sizes.channels, seed: 2),
      randomTensor(
        rows: sizes.window.output(of: sizes.grid).rows, columns: sizes.channels, seed: 3)
    )
  }

  @Test(arguments: cases) func agreesWithDoubles(_ sizes: Case) {
    let (x, weights, dy) = tensors(sizes)
    let (channels, grid, window) = (sizes.channels, sizes.grid, sizes.window)
    var y = [Double](repeating: 0, count: dy.count)
    var dx = randomTensor(rows: x.rows, columns: channels, seed: 4).doubles
    var dWeights = randomTensor(rows: weights.rows, columns: channels, seed: 5).doubles
    forEachTap(sizes) { result, place, tap in
      for c in 0..<channels {
        y[result * channels + c] += Double(x[place, c]) * Double(weights[tap, c])
        dx[place * channels + c] += Double(dy[result, c]) * Double(weights[tap, c])
        dWeights[tap * channels + c] += Double(dy[result, c]) * Double(x[place, c])
      }
    }
    for kernels in DepthwiseKernels.all {
      let found = Tensor(rows: dy.rows, columns: channels)
      fill(found, with: .nan)
      depthwiseConvolve(x, grid, weights: weights, window: window, into: found, kernels: kernels)
      #expect(largestError(found, y) < 1e-5, "\(kernels.name)")
      let input = randomTensor(rows: x.rows, columns: channels, seed: 4)
      addDepthwiseInputGradient(
        dy, grid, weights: weights, window: window, to: input, kernels: kernels)
      #expect(largestError(input, dx) < 1e-5, "\(kernels.name) input")
      let weight = randomTensor(rows: weights.rows, columns: channels, seed: 5)
      addDepthwiseWeightGradient(dy, x, grid, window: window, to: weight, kernels: kernels)
      #expect(largestError(weight, dWeights) < 1e-5, "\(kernels.name) weights")
    }
  }

  /// The order of additions is part of the promise: it makes results independent of the machine.
  @Test(arguments: cases) func isOneChainOfFusedMultiplyAdds(_ sizes: Case) {
    let (x, weights, dy) = tensors(sizes)
    let channels = sizes.channels
    var y = [Float](repeating: 0, count: dy.count)
    var dWeights = [Float](repeating: 0, count: weights.count)
    forEachTap(sizes) { result, place, tap in
      for c in 0..<channels {
        y[result * channels + c].addProduct(x[place, c], weights[tap, c])
        dWeights[tap * channels + c].addProduct(x[place, c], dy[result, c])
      }
    }
    var inputs: [[Float]] = []
    for kernels in DepthwiseKernels.all where kernels.isFused {
      let found = Tensor(rows: dy.rows, columns: channels)
      depthwiseConvolve(
        x, sizes.grid, weights: weights, window: sizes.window, into: found, kernels: kernels)
      #expect(found.values == y, "\(kernels.name)")
      let weight = Tensor(rows: weights.rows, columns: channels)
      addDepthwiseWeightGradient(
        dy, x, sizes.grid, window: sizes.window, to: weight, kernels: kernels)
      #expect(weight.values == dWeights, "\(kernels.name) weights")
      let input = Tensor(rows: x.rows, columns: channels)
      addDepthwiseInputGradient(
        dy, sizes.grid, weights: weights, window: sizes.window, to: input, kernels: kernels)
      inputs.append(input.values)
    }
    #expect(inputs.allSatisfy { $0 == inputs[0] })
  }

  /// A band of rows and channels made from no more of the map than it needs is what the whole is
  /// there.
  @Test(arguments: cases) func bandsMakeUpTheWhole(_ sizes: Case) {
    let (x, weights, _) = tensors(sizes)
    let (grid, window, channels) = (sizes.grid.with(batch: 1), sizes.window, sizes.channels)
    let map = x.slice(grid.rows(of: 1))
    let bias = randomTensor(rows: 1, columns: channels, seed: 6)
    let output = window.output(of: grid)
    for kernels in DepthwiseKernels.all {
      func make(_ rows: Int, _ width: Int, ceiling: Float?) -> Tensor {
        let y = Tensor(rows: output.rows, columns: channels)
        fill(y, with: .nan)
        for first in stride(from: 0, to: output.height, by: rows) {
          for start in stride(from: 0, to: channels, by: width) {
            let band = DepthwiseBand(
              grid: grid, window: window, rows: first..<min(first + rows, output.height),
              channels: start..<min(start + width, channels))
            let (top, end) = (band.inputRows.lowerBound, band.inputRows.upperBound)
            let part = Tensor(rows: (end - top) * grid.width, columns: width + 1)
            copyColumns(
              map.slice(top * grid.width..<end * grid.width), from: start, to: part, at: 1,
              width: band.channels.count, rows: part.rows)
            depthwiseConvolve(
              band, part, at: 1, weights: weights, bias: bias, ceiling: ceiling, into: y,
              kernels: kernels)
          }
        }
        return y
      }
      let whole = make(output.height, channels, ceiling: nil)
      #expect(make(2, 16, ceiling: nil).values == whole.values, "\(kernels.name)")
      #expect(make(1, channels, ceiling: nil).values == whole.values, "\(kernels.name)")
      #expect(
        make(3, 32, ceiling: 1.5).values == whole.values.map { min(max($0, 0), 1.5) },
        "\(kernels.name)")
    }
  }

  @Test(arguments: widths) func biasAndLimit(_ width: Int) {
    let before = randomTensor(rows: 3, columns: width + 3, scale: 3, seed: 1)
    before[1, 2] = .nan
    let bias = randomTensor(rows: 1, columns: width, seed: 2)
    for kernels in DepthwiseKernels.all {
      for ceiling in [nil, Float(2)] {
        let after = before.copied
        addBiasAndLimit(
          after, columns: 2..<width + 2, bias: bias, ceiling: ceiling, kernels: kernels)
        for row in 0..<3 {
          for column in 0..<width + 3 {
            var expected = before[row, column]
            if (2..<width + 2).contains(column) {
              expected += bias[0, column - 2]
              if let ceiling, !expected.isNaN { expected = min(max(expected, 0), ceiling) }
            }
            let found = after[row, column]
            #expect(found == expected || found.isNaN && expected.isNaN, "\(kernels.name)")
          }
        }
      }
    }
  }

  @Test func theBestKernelsComeFirstAndPortableOnesLast() {
    #expect(DepthwiseKernels.all.last?.name == "portable")
    #expect(DepthwiseKernels.best.name == DepthwiseKernels.all.first?.name)
    #expect(DepthwiseKernels.all.map(\.name) == PackedKernels.all.map(\.name))
  }
}
