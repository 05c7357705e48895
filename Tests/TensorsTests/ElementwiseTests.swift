import Tensors
import TestSupport
import Testing

/// Row widths around the eight lanes of a vector.
let widths = [1, 7, 8, 9, 16, 31, 100]

@Suite struct ElementwiseTests {
  @Test(arguments: widths) func fillCopyAddScale(_ width: Int) {
    let x = randomTensor(rows: 3, columns: width, seed: 1)
    let y = randomTensor(rows: 3, columns: width, seed: 2)
    let sum = y.copied
    add(x, times: -0.5, to: sum)
    #expect(largestError(sum, zip(x.doubles, y.doubles).map { -0.5 * $0 + $1 }) < 1e-6)
    let copied = Tensor(rows: 3, columns: width)
    copy(x, to: copied)
    #expect(copied.values == x.values)
    scale(copied, by: 3)
    #expect(copied.values == x.values.map { $0 * 3 })
    fill(copied, with: 7)
    #expect(copied.values.allSatisfy { $0 == 7 })
  }

  @Test(arguments: widths) func totals(_ width: Int) {
    let x = randomTensor(rows: 3, columns: width, seed: 1)
    #expect(abs(Double(total(of: x)) - x.doubles.reduce(0, +)) < 1e-4)
  }

  @Test(arguments: widths) func biasesAndRowSums(_ width: Int) {
    let x = randomTensor(rows: 5, columns: width, seed: 1)
    let bias = randomTensor(rows: 1, columns: width, seed: 2)
    let shifted = x.copied
    addBias(bias, to: shifted)
    let sums = bias.copied
    addRowSum(of: x, to: sums)
    for column in 0..<width {
      var sum = Double(bias[0, column])
      for row in 0..<5 {
        #expect(shifted[row, column] == x[row, column] + bias[0, column])
        sum += Double(x[row, column])
      }
      #expect(abs(Double(sums[0, column]) - sum) < 1e-5)
    }
  }

  @Test(arguments: widths) func masksRepeatOverRows(_ width: Int) {
    let x = randomTensor(rows: 5, columns: width, seed: 1)
    let mask = randomTensor(rows: 2, columns: width, seed: 2)
    for accumulate in [false, true] {
      let y = randomTensor(rows: 5, columns: width, seed: 3)
      let expected = (0..<5).flatMap { row in
        (0..<width).map { column in
          Double(x[row, column]) * Double(mask[row % 2, column])
            + (accumulate ? Double(y[row, column]) : 0)
        }
      }
      multiply(x, byMask: mask, into: y, accumulate: accumulate)
      #expect(largestError(y, expected) < 1e-6)
    }
  }

  @Test(arguments: widths) func columnsAreCopiedAndAdded(_ width: Int) {
    let source = randomTensor(rows: 4, columns: width + 2, seed: 1)
    for accumulate in [false, true] {
      let before = randomTensor(rows: 5, columns: width + 3, seed: 2)
      let after = before.copied
      copyColumns(
        source, from: 2, to: after, at: 1, width: width, rows: 3, accumulate: accumulate)
      for row in 0..<5 {
        for column in 0..<width + 3 {
          let inside = row < 3 && column >= 1 && column <= width
          let old = before[row, column]
          let expected = inside ? source[row, column + 1] + (accumulate ? old : 0) : old
          #expect(after[row, column] == expected, "row \(row), column \(column)")
        }
      }
    }
  }

  @Test(arguments: widths) func rowsAreGatheredAndScattered(_ width: Int) {
    let table = randomTensor(rows: 6, columns: width, seed: 1)
    let indices = [5, 0, 0, 3, 5, 5]
    let rows = Tensor(rows: 6, columns: width)
    gatherRows(table, indices, into: rows)
    for (row, index) in indices.enumerated() {
      #expect(rows.slice(row..<row + 1).values == table.slice(index..<index + 1).values)
    }
    let target = randomTensor(rows: 6, columns: width, seed: 2)
    var expected = target.doubles
    for (row, index) in indices.enumerated() {
      for column in 0..<width { expected[index * width + column] += Double(rows[row, column]) }
    }
    scatterAddRows(rows, indices, to: target)
    #expect(largestError(target, expected) < 1e-6)
  }

  @Test(arguments: [1, 7, 8, 9, 1023, 1024, 1025, 5000]) func sumsOfSquares(_ count: Int) {
    let x = randomTensor(rows: 1, columns: count)
    let expected = x.doubles.reduce(0) { $0 + $1 * $1 }
    #expect(abs(sumOfSquares(x) - expected) < 1e-6 * expected)
    #expect(isFinite(x))
    for place in [0, count / 2, count - 1] {
      for odd in [Float.nan, .infinity, -.infinity] {
        let damaged = x.copied
        damaged[0, place] = odd
        #expect(!isFinite(damaged), "\(odd) at \(place) of \(count)")
      }
    }
  }

  @Test(arguments: [1, 8, 9, 1025]) func hugeNumbersAreFinite(_ count: Int) {
    let huge = Tensor(rows: 1, columns: count)
    fill(huge, with: .greatestFiniteMagnitude)
    #expect(isFinite(huge))
  }

  @Test(arguments: widths) func gradientOfTanhInPlace(_ width: Int) {
    let y = randomTensor(rows: 2, columns: width, scale: 0.4, seed: 1)
    let gradient = randomTensor(rows: 2, columns: width, seed: 2)
    let expected = zip(gradient.doubles, y.doubles).map { $0 * (1 - $1 * $1) }
    replaceByTanhGradient(gradient, output: y)
    #expect(largestError(gradient, expected) < 1e-6)
  }

  @Test func viewsShareMemory() {
    let x = Tensor(rows: 3, columns: 2, [0, 1, 2, 3, 4, 5])
    x.slice(1..<2)[0, 1] = 9
    #expect(x.values == [0, 1, 2, 9, 4, 5])
    #expect(x.reshaped(rows: 2, columns: 3)[1, 0] == 9)
    #expect(x.slice(2..<2).values.isEmpty)
    #expect(x.isSame(as: x.slice(0..<1)))
    #expect(!x.isSame(as: x.slice(1..<3)))
    #expect(!x.isSame(as: x.reshaped(rows: 2, columns: 3)))
  }
}
