import Foundation
import Tensors
import TestSupport
import Testing

/// Steps of cells other than the LSTM against their formulas in double precision, at widths around a vector's, with
/// fewer rows before than now. Their gradients are held against differences where graphs record them.
@Suite struct CellKernelTests {
  private let rows = 3
  private let known = 2

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func random(_ rows: Int, _ columns: Int, _ seed: UInt64) -> Tensor {
    randomTensor(rows: rows, columns: columns, scale: 2, seed: seed)
  }

  /// What `body` makes of each unit of each row.
  private func units(_ width: Int, _ body: (_ row: Int, _ unit: Int) -> Double) -> [Double] {
    (0..<rows).flatMap { row in (0..<width).map { body(row, $0) } }
  }

  /// Gate number `gate` of a row of stacked gates.
  private func gate(_ gates: Tensor, _ row: Int, _ gate: Int, _ unit: Int, _ width: Int) -> Double {
    Double(gates[row, gate * width + unit])
  }

  private func before(_ state: Tensor, _ row: Int, _ unit: Int) -> Double {
    row < known ? Double(state[row, unit]) : 0
  }

  @Test(arguments: widths) func peepholes(_ width: Int) {
    let (raw, previous, p) = (
      random(rows, 4 * width, 1), random(known, width, 2), random(1, 3 * width, 3)
    )
    let (gates, cell) = (raw.copied, Tensor(rows: rows, columns: width))
    peepholeUpdate(gates: gates, peepholes: p, previousCell: previous, cell: cell)
    let expected = units(width) { row, unit in
      let old = before(previous, row, unit)
      let i = sigmoid(gate(raw, row, 0, unit, width) + gate(p, 0, 0, unit, width) * old)
      let f = sigmoid(gate(raw, row, 1, unit, width) + gate(p, 0, 1, unit, width) * old)
      return f * old + i * tanh(gate(raw, row, 2, unit, width))
    }
    #expect(largestError(cell, expected) < 2e-6)
    // The output gate has seen the new value.
    let outputs = units(width) { row, unit in
      sigmoid(
        gate(raw, row, 3, unit, width)
          + gate(p, 0, 2, unit, width) * expected[row * width + unit])
    }
    let found = units(width) { gate(gates, $0, 3, $1, width) }
    #expect(largestError(found.map { Float($0) }, outputs) < 2e-6)
  }

  @Test(arguments: widths) func coupledGates(_ width: Int) {
    let (raw, previous) = (random(rows, 3 * width, 1), random(known, width, 2))
    let (gates, cell) = (raw.copied, Tensor(rows: rows, columns: width))
    coupledUpdate(gates: gates, previousCell: previous, cell: cell)
    let expected = units(width) { row, unit in
      let f = sigmoid(gate(raw, row, 0, unit, width))
      return f * before(previous, row, unit) + (1 - f) * tanh(gate(raw, row, 1, unit, width))
    }
    #expect(largestError(cell, expected) < 2e-6)
    // The output gate is the last of three.
    let hidden = Tensor(rows: rows, columns: width)
    lstmOutput(gates: gates, cell: cell, hidden: hidden)
    let shown = units(width) { row, unit in
      sigmoid(gate(raw, row, 2, unit, width)) * tanh(expected[row * width + unit])
    }
    #expect(largestError(hidden, shown) < 2e-6)
  }

  @Test(arguments: widths) func resetAfterTheProduct(_ width: Int) {
    let (raw, product) = (random(rows, 3 * width, 1), random(rows, 3 * width, 2))
    let (previous, bias) = (random(known, width, 3), random(1, width, 4))
    let hidden = Tensor(rows: rows, columns: width)
    gruUpdate(
      gates: raw.copied, recurrent: product.copied, bias: bias, previous: previous, hidden: hidden)
    let expected = units(width) { row, unit in
      let sums = (0..<2).map {
        sigmoid(gate(raw, row, $0, unit, width) + gate(product, row, $0, unit, width))
      }
      let u = gate(product, row, 2, unit, width) + Double(bias[0, unit])
      let n = tanh(gate(raw, row, 2, unit, width) + sums[0] * u)
      return (1 - sums[1]) * n + sums[1] * before(previous, row, unit)
    }
    #expect(largestError(hidden, expected) < 2e-6)
  }

  @Test(arguments: widths) func resetBeforeTheProduct(_ width: Int) {
    let (raw, product) = (random(rows, 3 * width, 1), random(rows, 2 * width, 2))
    let (previous, candidate) = (random(known, width, 3), random(rows, width, 4))
    let state = random(rows, width, 5)
    let (gates, reset) = (raw.copied, Tensor(rows: rows, columns: width))
    let hidden = Tensor(rows: rows, columns: width)
    gruReset(gates: gates, recurrent: product, hidden: state, reset: reset)
    gruOutput(gates: gates, recurrent: candidate, previous: previous, hidden: hidden)
    func activated(_ number: Int, _ row: Int, _ unit: Int) -> Double {
      sigmoid(gate(raw, row, number, unit, width) + gate(product, row, number, unit, width))
    }
    #expect(
      largestError(reset, units(width) { activated(0, $0, $1) * Double(state[$0, $1]) }) < 2e-6)
    let expected = units(width) { row, unit in
      let z = activated(1, row, unit)
      let n = tanh(gate(raw, row, 2, unit, width) + Double(candidate[row, unit]))
      return (1 - z) * n + z * before(previous, row, unit)
    }
    #expect(largestError(hidden, expected) < 2e-6)
  }

  @Test(arguments: widths) func zoneoutMasks(_ width: Int) {
    var generator = RandomGenerator(seed: 3)
    let mask = Tensor(rows: 200, columns: width)
    fillZoneoutMask(mask, rate: 0.2, using: &generator)
    #expect(mask.values.allSatisfy { $0 == 0 || $0 == 1 })
    let share = mask.doubles.reduce(0, +) / Double(mask.count)
    #expect(abs(share - 0.2) < 0.1)
  }
}
