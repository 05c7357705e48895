import Tensors
import TestSupport
import Testing

@Suite struct LayerNormalizationTests {
  private struct Reference {
    var y: [Double] = []
    var unit: [Double] = []
    var deviations: [Double] = []
  }

  private func normalize(_ x: Tensor, gain: Tensor, shift: Tensor?) -> Reference {
    var result = Reference()
    for row in 0..<x.rows {
      let values = x.slice(row..<row + 1).doubles
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      let deviation = 1 / (variance + 1e-5).squareRoot()
      result.deviations.append(deviation)
      for (column, value) in values.enumerated() {
        let unit = (value - mean) * deviation
        result.unit.append(unit)
        result.y.append(unit * Double(gain[0, column]) + (shift.map { Double($0[0, column]) } ?? 0))
      }
    }
    return result
  }

  @Test(arguments: widths) func valuesAndGradients(_ width: Int) {
    // More than are done at a time, and a few left over.
    let rows = 13
    // A mean far from zero must not drown the variance.
    let x = randomTensor(rows: rows, columns: width, scale: 2, seed: 1)
    x.withMutableValues { for index in $0.indices { $0[index] += 20 } }
    let gain = randomTensor(rows: 1, columns: width, seed: 2)
    for shift in [nil, randomTensor(rows: 1, columns: width, seed: 3)] {
      for accumulate in [false, true] {
        let expected = normalize(x, gain: gain, shift: shift)
        let y = randomTensor(rows: rows, columns: width, seed: 4)
        let before = y.doubles
        let (unit, deviations) = (
          Tensor(rows: rows, columns: width), Tensor(rows: rows, columns: 1)
        )
        layerNormalize(
          x, gain: gain, shift: shift, normalized: unit, deviations: deviations, into: y,
          accumulate: accumulate)
        let total = accumulate ? zip(before, expected.y).map { $0 + $1 } : expected.y
        #expect(largestError(y, total) < 2e-5)
        #expect(largestError(unit, expected.unit) < 2e-5)

        let dy = randomTensor(rows: rows, columns: width, seed: 5)
        let (dx, dGain) = (Tensor(rows: rows, columns: width), Tensor(rows: 1, columns: width))
        let dShift = shift.map { _ in Tensor(rows: 1, columns: width) }
        addLayerNormalizeGradient(
          dy, normalized: unit, deviations: deviations, gain: gain, dx: dx, dGain: dGain,
          dShift: dShift)
        var gainGradient = [Double](repeating: 0, count: width)
        var shiftGradient = gainGradient
        var inputGradient: [Double] = []
        for row in 0..<rows {
          let d = (0..<width).map { Double(dy[row, $0]) }
          let u = (0..<width).map { expected.unit[row * width + $0] }
          let scaled = (0..<width).map { d[$0] * Double(gain[0, $0]) }
          let mean = scaled.reduce(0, +) / Double(width)
          let projection = zip(scaled, u).reduce(0) { $0 + $1.0 * $1.1 } / Double(width)
          for column in 0..<width {
            gainGradient[column] += d[column] * u[column]
            shiftGradient[column] += d[column]
            inputGradient.append(
              expected.deviations[row] * (scaled[column] - mean - u[column] * projection))
          }
        }
        #expect(largestError(dGain, gainGradient) < 2e-5)
        // A single number has no variance: its slope is 1/√ε times rounding.
        if width > 1 { #expect(largestError(dx, inputGradient) < 2e-5) }
        if let dShift { #expect(largestError(dShift, shiftGradient) < 2e-5) }
      }
    }
  }
}
