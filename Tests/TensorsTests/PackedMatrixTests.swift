import Tensors
import TestSupport
import Testing

@Suite struct PackedMatrixTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var (rows, depth, columns) = (0, 0, 0)
    var testDescription: String { "\(rows)×\(depth)×\(columns)" }
  }

  /// Rows below, at and above what a tile has; panels whole and sticking out; depths beyond a stretch.
  static let cases = [
    (1, 1, 1), (1, 7, 32), (5, 9, 33), (8, 64, 64), (9, 65, 31), (13, 3, 16), (20, 513, 40),
    (32, 1100, 24), (33, 70, 100), (130, 20, 70), (2, 0, 5), (0, 4, 3),
  ].map { Case(rows: $0.0, depth: $0.1, columns: $0.2) }

  private func packed(
    _ b: Tensor, _ orientation: Orientation, _ kernels: PackedKernels
  ) -> PackedMatrix {
    let (depth, columns) =
      orientation == .plain ? (b.rows, b.columns) : (b.columns, b.rows)
    // Nothing of what the memory held before may show.
    let room = PackedMatrix.room(depth: depth, columns: columns, kernels: kernels)
    let buffer = Tensor(rows: 1, columns: room)
    fill(buffer, with: .nan)
    let matrix = PackedMatrix(depth: depth, columns: columns, in: buffer, kernels: kernels)
    // In two parts, as workers do it.
    let half = matrix.panels / 2
    matrix.pack(b, orientation, panels: half..<matrix.panels)
    matrix.pack(b, orientation, panels: 0..<half)
    return matrix
  }

  private func transposed(_ x: Tensor) -> Tensor {
    let result = Tensor(rows: x.columns, columns: x.rows)
    for row in 0..<x.rows { for column in 0..<x.columns { result[column, row] = x[row, column] } }
    return result
  }

  @Test(arguments: cases) func agreesWithDoubles(_ sizes: Case) {
    let a = randomTensor(rows: sizes.rows, columns: sizes.depth, seed: 1)
    let b = randomTensor(rows: sizes.depth, columns: sizes.columns, seed: 2)
    let before = randomTensor(rows: sizes.rows, columns: sizes.columns, seed: 3)
    for accumulate in [false, true] {
      var expected = before.doubles.map { accumulate ? $0 : 0 }
      for row in 0..<sizes.rows {
        for column in 0..<sizes.columns {
          for k in 0..<sizes.depth {
            expected[row * sizes.columns + column] += Double(a[row, k]) * Double(b[k, column])
          }
        }
      }
      for kernels in PackedKernels.all {
        for orientation in [Orientation.plain, .transposed] {
          let matrix = packed(
            orientation == .plain ? b : transposed(b), orientation, kernels)
          for first in [Orientation.plain, .transposed] {
            let c = before.copied
            if !accumulate { fill(c, with: .nan) }
            multiply(
              first == .plain ? a : transposed(a), first, matrix, into: c, accumulate: accumulate)
            #expect(
              largestError(c, expected) < 1e-7 * Double(max(200, sizes.depth)),
              "\(kernels.name) \(first) \(orientation) \(accumulate)")
          }
        }
      }
    }
  }

  /// The order of additions is part of the promise: it makes results independent of the machine.
  @Test(arguments: cases) func isOneChainOfFusedMultiplyAdds(_ sizes: Case) {
    let a = randomTensor(rows: sizes.rows, columns: sizes.depth, seed: 4)
    let b = randomTensor(rows: sizes.depth, columns: sizes.columns, seed: 5)
    let before = randomTensor(rows: sizes.rows, columns: sizes.columns, seed: 6)
    var expected = before.values
    for row in 0..<sizes.rows {
      for column in 0..<sizes.columns {
        for k in 0..<sizes.depth {
          expected[row * sizes.columns + column].addProduct(a[row, k], b[k, column])
        }
      }
    }
    for kernels in PackedKernels.all where kernels.isFused {
      for first in [Orientation.plain, .transposed] {
        let c = before.copied
        multiply(
          first == .plain ? a : transposed(a), first, packed(b, .plain, kernels), into: c,
          accumulate: true)
        #expect(c.values == expected, "\(kernels.name) \(first)")
      }
    }
  }

  @Test func aRowDoesNotDependOnTheOthers() {
    let a = randomTensor(rows: 21, columns: 50, seed: 7)
    let matrix = packed(randomTensor(rows: 50, columns: 37, seed: 8), .plain, .best)
    let together = Tensor(rows: 21, columns: 37)
    multiply(a, .plain, matrix, into: together)
    for row in 0..<a.rows {
      let alone = Tensor(rows: 1, columns: 37)
      multiply(a.slice(row..<row + 1), .plain, matrix, into: alone)
      #expect(alone.values == together.slice(row..<row + 1).values, "row \(row)")
    }
  }

  @Test func theBestKernelsComeFirstAndPortableOnesLast() {
    #expect(PackedKernels.all.last?.name == "portable")
    #expect(PackedKernels.best.name == PackedKernels.all.first?.name)
    #expect(Set(PackedKernels.all.map(\.name)).count == PackedKernels.all.count)
  }

  /// Rows that begin and end within a tile, and all of them.
  @Test(arguments: [0..<33, 0..<1, 5..<17, 32..<33, 7..<7, 6..<30], [false, true])
  func rowsOfATransposedProductAreThoseOfTheWhole(_ rows: Range<Int>, accumulate: Bool) {
    let a = randomTensor(rows: 70, columns: 33, seed: 1)
    let matrix = packed(randomTensor(rows: 70, columns: 50, seed: 2), .plain, .best)
    let before = randomTensor(rows: 33, columns: 50, seed: 3)
    let whole = before.copied
    multiply(a, .transposed, matrix, into: whole, accumulate: accumulate)
    let some = before.slice(rows).copied
    multiply(transposed: a, rows: rows, matrix, into: some, accumulate: accumulate)
    #expect(some.values == whole.slice(rows).values)
  }
}
