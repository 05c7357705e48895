import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct LSTMKernelTests {
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Rows in the previous state: fewer than now, as many, more.
  @Test(arguments: widths, [0, 2, 3, 5]) func updateAndItsGradient(_ units: Int, _ known: Int) {
    let rows = 3
    let gates = randomTensor(rows: rows, columns: 4 * units, scale: 2, seed: 1)
    let previous = randomTensor(rows: known, columns: units, seed: 2)
    let raw = gates.copied
    let cell = Tensor(rows: rows, columns: units)
    fill(cell, with: .nan)
    lstmUpdate(gates: gates, previousCell: previous, cell: cell)
    let dCell = randomTensor(rows: rows, columns: units, seed: 3)
    let dGates = randomTensor(rows: rows, columns: 4 * units, seed: 4)
    let dPrevious = randomTensor(rows: known, columns: units, seed: 5)
    var (expectedGates, expectedPrevious) = (dGates.doubles, dPrevious.doubles)
    addLSTMUpdateGradient(
      dCell, gates: gates, previousCell: previous, dGates: dGates, dPreviousCell: dPrevious)
    for row in 0..<rows {
      for unit in 0..<units {
        let pre = (0..<4).map { Double(raw[row, $0 * units + unit]) }
        let (i, f, g, o) = (sigmoid(pre[0]), sigmoid(pre[1]), tanh(pre[2]), sigmoid(pre[3]))
        let old = row < known ? Double(previous[row, unit]) : 0
        #expect(abs(Double(cell[row, unit]) - (f * old + i * g)) < 1e-6)
        for (gate, value) in [i, f, g, o].enumerated() {
          #expect(abs(Double(gates[row, gate * units + unit]) - value) < 1e-6)
        }
        let d = Double(dCell[row, unit])
        let place = row * 4 * units + unit
        expectedGates[place] += d * g * i * (1 - i)
        expectedGates[place + units] += d * old * f * (1 - f)
        expectedGates[place + 2 * units] += d * i * (1 - g * g)
        if row < known { expectedPrevious[row * units + unit] += d * f }
      }
    }
    #expect(largestError(dGates, expectedGates) < 1e-6)
    #expect(largestError(dPrevious, expectedPrevious) < 1e-6)
  }

  @Test(arguments: widths) func outputAndItsGradient(_ units: Int) {
    let rows = 3
    let gates = randomTensor(rows: rows, columns: 4 * units, scale: 0.3, seed: 1)
    let cell = randomTensor(rows: rows, columns: units, scale: 2, seed: 2)
    let hidden = Tensor(rows: rows, columns: units)
    lstmOutput(gates: gates, cell: cell, hidden: hidden)
    let dHidden = randomTensor(rows: rows, columns: units, seed: 3)
    let dGates = randomTensor(rows: rows, columns: 4 * units, seed: 4)
    let dCell = randomTensor(rows: rows, columns: units, seed: 5)
    var (expectedGates, expectedCell) = (dGates.doubles, dCell.doubles)
    addLSTMOutputGradient(dHidden, gates: gates, cell: cell, dGates: dGates, dCell: dCell)
    for row in 0..<rows {
      for unit in 0..<units {
        let place = row * 4 * units + 3 * units + unit
        let (o, squashed) = (gates.doubles[place], tanh(Double(cell[row, unit])))
        #expect(abs(Double(hidden[row, unit]) - o * squashed) < 1e-6)
        let d = Double(dHidden[row, unit])
        expectedGates[place] += d * squashed * o * (1 - o)
        expectedCell[row * units + unit] += d * o * (1 - squashed * squashed)
      }
    }
    #expect(largestError(dGates, expectedGates) < 1e-6)
    #expect(largestError(dCell, expectedCell) < 1e-6)
  }
}
