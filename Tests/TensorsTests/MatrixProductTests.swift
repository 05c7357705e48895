import Tensors
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var (rows, inner, columns) = (0, 0, 0)
    var testDescription: String { "\(rows)×\(inner)×\(columns)" }
  }

  static let cases = [
    (1, 1, 1), (1, 9, 7), (1, 31, 64), (2, 7, 1), (3, 8, 9), (17, 31, 5), (64, 33, 70), (0, 4, 3),
    (3, 4, 0), (1, 0, 3), (5, 0, 2),
  ].map { Case(rows: $0.0, inner: $0.1, columns: $0.2) }

  private func transposed(_ x: Tensor) -> Tensor {
    let result = Tensor(rows: x.columns, columns: x.rows)
    for row in 0..<x.rows { for column in 0..<x.columns { result[column, row] = x[row, column] } }
    return result
  }

  @Test(arguments: cases) func everyOrientation(_ sizes: Case) {
    let (m, k, n) = (sizes.rows, sizes.inner, sizes.columns)
    let a = randomTensor(rows: m, columns: k, seed: 1)
    let b = randomTensor(rows: k, columns: n, seed: 2)
    let before = randomTensor(rows: m, columns: n, seed: 3)
    for accumulate in [false, true] {
      var expected = before.doubles.map { accumulate ? $0 : 0 }
      for row in 0..<m {
        for column in 0..<n {
          for i in 0..<k {
            expected[row * n + column] += Double(a[row, i]) * Double(b[i, column])
          }
        }
      }
      for first in [Orientation.plain, .transposed] {
        for second in [Orientation.plain, .transposed] {
          let c = before.copied
          multiply(
            first == .plain ? a : transposed(a), first, second == .plain ? b : transposed(b),
            second,
            into: c, accumulate: accumulate)
          #expect(largestError(c, expected) < 1e-5, "\(first) \(second) \(accumulate)")
        }
      }
    }
  }

  /// Memory lent by a workspace holds anything.
  @Test(arguments: cases) func overwritesWhateverWasThere(_ sizes: Case) {
    let (m, k, n) = (sizes.rows, sizes.inner, sizes.columns)
    for second in [Orientation.plain, .transposed] {
      let a = randomTensor(rows: m, columns: k)
      let b =
        second == .plain ? randomTensor(rows: k, columns: n) : randomTensor(rows: n, columns: k)
      let c = Tensor(rows: m, columns: n)
      for garbage in [Float.nan, .infinity] {
        fill(c, with: garbage)
        multiply(a, .plain, b, second, into: c)
        #expect(isFinite(c), "\(second)")
      }
    }
  }

  @Test func sumsIntoSlices() {
    let whole = Tensor(rows: 3, columns: 2)
    multiply(
      Tensor(rows: 1, columns: 2, [1, 2]), .plain, Tensor(rows: 2, columns: 2, [1, 2, 3, 4]),
      .plain,
      into: whole.slice(1..<2))
    #expect(whole.values == [0, 0, 7, 10, 0, 0])
  }

  @Test func theLibraryIsThere() {
    #expect(matrixLibraryFailure() == nil)
    #expect(!matrixLibraryCore().isEmpty)
  }
}
