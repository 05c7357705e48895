import Tensors
import TestSupport
import Testing

@Suite struct BatchNormalizationKernelTests {
  /// Rows below, at and above what is summed up in single precision.
  @Test(arguments: widths, [1, 63, 64, 65, 300]) func moments(_ width: Int, _ rows: Int) {
    // A mean far from zero must not drown the variance.
    let x = randomTensor(rows: rows, columns: width, scale: 2, seed: 1)
    x.withMutableValues { for index in $0.indices { $0[index] += 100 } }
    let (mean, variance) = (Tensor(rows: 1, columns: width), Tensor(rows: 1, columns: width))
    columnMoments(x, mean: mean, variance: variance)
    for column in 0..<width {
      let values = (0..<rows).map { Double(x[$0, column]) }
      let expected = values.reduce(0, +) / Double(rows)
      let squares = values.reduce(0) { $0 + ($1 - expected) * ($1 - expected) }
      #expect(abs(Double(mean[0, column]) - expected) < 1e-5)
      #expect(abs(Double(variance[0, column]) - squares / Double(rows)) < 1e-4)
    }
  }

  @Test(arguments: widths) func columnsAreScaledShiftedAndLimited(_ width: Int) {
    let x = randomTensor(rows: 4, columns: width, seed: 1)
    let scale = randomTensor(rows: 1, columns: width, seed: 2)
    let shift = randomTensor(rows: 1, columns: width, seed: 3)
    for ceiling in [nil, Float(0.75)] {
      let y = Tensor(rows: 4, columns: width)
      scaleColumns(x, by: scale, plus: shift, ceiling: ceiling, into: y)
      let dy = randomTensor(rows: 4, columns: width, seed: 4)
      let passed = dy.copied
      _ = columnGradientSums(passed, x, mean: shift, output: y, ceiling: ceiling)
      for row in 0..<4 {
        for column in 0..<width {
          let whole = x[row, column] * scale[0, column] + shift[0, column]
          let limited = ceiling.map { min(max(whole, 0), $0) } ?? whole
          #expect(abs(y[row, column] - limited) < 1e-6)
          let isPassed = ceiling == nil || y[row, column] > 0 && y[row, column] < 0.75
          #expect(passed[row, column] == (isPassed ? dy[row, column] : 0))
        }
      }
    }
  }

  @Test func whatIsNoNumberStaysSo() {
    let x = Tensor(rows: 2, columns: 9)
    fill(x, with: .nan)
    let (scale, shift) = (Tensor(rows: 1, columns: 9), Tensor(rows: 1, columns: 9))
    let y = Tensor(rows: 2, columns: 9)
    scaleColumns(x, by: scale, plus: shift, ceiling: 6, into: y)
    #expect(y.values.allSatisfy { $0.isNaN })
  }

  @Test(arguments: widths) func gradientSumsAndTheirUse(_ width: Int) {
    let x = randomTensor(rows: 130, columns: width, seed: 1)
    let dy = randomTensor(rows: 130, columns: width, seed: 2)
    let vectors = (0..<4).map { randomTensor(rows: 1, columns: width, seed: UInt64(3 + $0)) }
    let y = randomTensor(rows: 130, columns: width, seed: 9)
    let limited = dy.copied
    let limitedSums = columnGradientSums(limited, x, mean: vectors[0], output: y, ceiling: 1)
    let sums = columnGradientSums(dy, x, mean: vectors[0], output: y, ceiling: nil)
    let result = dy.copied
    replaceByNormalizationGradient(
      result, x, scale: vectors[1], slope: vectors[2], shift: vectors[3])
    for column in 0..<width {
      var (gradient, deviation) = (0.0, 0.0)
      for row in 0..<130 {
        gradient += Double(dy[row, column])
        deviation += Double(dy[row, column]) * Double(x[row, column] - vectors[0][0, column])
        let expected =
          dy[row, column] * vectors[1][0, column] + x[row, column] * vectors[2][0, column]
          + vectors[3][0, column]
        #expect(abs(result[row, column] - expected) < 1e-5)
      }
      let passed = (0..<130).map { Double(limited[$0, column]) }
      #expect(abs(limitedSums.gradient[column] - passed.reduce(0, +)) < 1e-4)
      #expect(abs(sums.gradient[column] - gradient) < 1e-4)
      #expect(abs(sums.deviation[column] - deviation) < 1e-4)
    }
  }
}
