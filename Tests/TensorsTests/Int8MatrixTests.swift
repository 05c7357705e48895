import Tensors
import TestSupport
import Testing

@Suite struct Int8MatrixTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var (rows, depth, columns) = (0, 0, 0)
    var testDescription: String { "\(rows)×\(depth)×\(columns)" }
  }

  /// Rows below, at and above what a tile has; panels whole and sticking out; depths that are no multiple of four.
  static let cases = [
    (1, 1, 1), (1, 7, 32), (5, 9, 33), (8, 64, 64), (9, 65, 31), (13, 3, 16), (20, 513, 40),
    (32, 1100, 24), (33, 70, 100), (130, 20, 70), (0, 4, 3),
  ].map { Case(rows: $0.0, depth: $0.1, columns: $0.2) }

  private func packed(_ b: Tensor, _ kernels: Int8Kernels) -> Int8Matrix {
    let matrix = Int8Matrix(depth: b.columns, columns: b.rows, kernels: kernels)
    // In two parts, as workers do it.
    let half = matrix.panels / 2
    matrix.pack(transposed: b, panels: half..<matrix.panels)
    matrix.pack(transposed: b, panels: 0..<half)
    return matrix
  }

  /// What rows become: whole numbers up to `limit` and a scale.
  private func quantized(_ x: Tensor, upTo limit: Float) -> [(numbers: [Int], scale: Float)] {
    (0..<x.rows).map { row in
      let values = x.slice(row..<row + 1).values
      let largest = values.reduce(0) { max($0, abs($1)) }
      let factor = limit / largest
      return (
        values.map { Int(($0 * factor).rounded(.toNearestOrEven)) }, largest / limit
      )
    }
  }

  /// By whole numbers: every set of kernels makes exactly this.
  @Test(arguments: cases) func sumsAreExact(_ sizes: Case) {
    let a = randomTensor(rows: sizes.rows, columns: sizes.depth, seed: 1)
    let b = randomTensor(rows: sizes.columns, columns: sizes.depth, seed: 2)
    let before = randomTensor(rows: sizes.rows, columns: sizes.columns, seed: 3)
    let (left, right) = (quantized(a, upTo: 63), quantized(b, upTo: 127))
    for accumulate in [false, true] {
      var expected = before.values
      for row in 0..<sizes.rows {
        for column in 0..<sizes.columns {
          let sum = zip(left[row].numbers, right[column].numbers).reduce(0) { $0 + $1.0 * $1.1 }
          let value = Float(sum) * left[row].scale * right[column].scale
          let place = row * sizes.columns + column
          expected[place] = accumulate ? expected[place] + value : value
        }
      }
      for kernels in Int8Kernels.all {
        let c = before.copied
        if !accumulate { fill(c, with: .nan) }
        var room = Tensor(rows: 1, columns: 0)
        multiply(a, packed(b, kernels), into: c, accumulate: accumulate, room: &room)
        #expect(c.values == expected, "\(kernels.name) \(accumulate)")
      }
    }
  }

  @Test func theLargestSumsDoNotOverflow() {
    let depth = Int8Matrix.largestDepth
    let a = Tensor(
      rows: 2, columns: depth,
      Array(repeating: 1, count: depth) + Array(repeating: -1, count: depth))
    let b = Tensor(rows: 1, columns: depth, Array(repeating: -1, count: depth))
    for kernels in Int8Kernels.all {
      let c = Tensor(rows: 2, columns: 1)
      var room = Tensor(rows: 1, columns: 0)
      multiply(a, packed(b, kernels), into: c, room: &room)
      #expect(abs(c[0, 0] + Float(depth)) < 0.1 && c[1, 0] == -c[0, 0], "\(kernels.name)")
    }
  }

  @Test func whatIsNoNumberIsNotHidden() {
    let b = randomTensor(rows: 20, columns: 6, seed: 1)
    let a = randomTensor(rows: 4, columns: 6, seed: 2)
    (a[0, 3], a[1, 0], a[3, 5]) = (.nan, .infinity, -.infinity)
    for kernels in Int8Kernels.all {
      let c = Tensor(rows: 4, columns: 20)
      var room = Tensor(rows: 1, columns: 0)
      multiply(a, packed(b, kernels), into: c, room: &room)
      for row in 0..<4 {
        let values = c.slice(row..<row + 1).values
        #expect(values.allSatisfy { $0.isFinite == (row == 2) }, "\(kernels.name) \(row)")
      }
    }
  }

  @Test func rowsOfZerosGiveZeros() {
    let a = Tensor(rows: 3, columns: 5)
    let b = randomTensor(rows: 4, columns: 5, seed: 1)
    for kernels in Int8Kernels.all {
      let c = randomTensor(rows: 3, columns: 4, seed: 2)
      var room = Tensor(rows: 1, columns: 0)
      multiply(a, packed(b, kernels), into: c, room: &room)
      #expect(c.values.allSatisfy { $0 == 0 }, "\(kernels.name)")
    }
  }

  /// Quantizing what was quantized changes nothing.
  @Test func rowsComeBack() {
    let b = randomTensor(rows: 37, columns: 13, seed: 4)
    for kernels in Int8Kernels.all {
      let matrix = packed(b, kernels)
      let once = Tensor(rows: 37, columns: 13)
      for row in 0..<37 { matrix.unpack(row: row, into: once.slice(row..<row + 1)) }
      let (largest, difference) = zip(b.values, once.values).reduce((Float(0), Float(0))) {
        (max($0.0, abs($1.0)), max($0.1, abs($1.0 - $1.1)))
      }
      #expect(difference > 0 && difference <= largest / 254 * 1.001, "\(kernels.name)")
      let again = packed(once, kernels)
      let row = Tensor(rows: 1, columns: 13)
      for number in 0..<37 {
        again.unpack(row: number, into: row)
        for (x, y) in zip(row.values, once.slice(number..<number + 1).values) {
          #expect(abs(x - y) <= 1e-6 * abs(y), "\(kernels.name) \(number)")
        }
      }
    }
  }
}
