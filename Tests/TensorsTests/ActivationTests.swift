import Foundation
import Tensors
import TestSupport
import Testing

/// The exponential, the sigmoid and tanh are seen through the kernels that apply them.
@Suite struct ActivationTests {
  /// Numbers over the whole range, dense where functions bend.
  static let range: [Float] =
    stride(from: -20, through: 20, by: 0.0137).map { Float($0) }
    + stride(from: -120, through: 120, by: 0.731).map { Float($0) }
    + [0, -0.0, 1e-30, -1e-30, 3e38, -3e38, .infinity, -.infinity]

  /// What the gates become: sigmoid for all but the candidate.
  private func gates(_ values: [Float]) -> Tensor {
    let units = values.count
    let gates = Tensor(rows: 1, columns: 4 * units, values + values + values + values)
    lstmUpdate(
      gates: gates, previousCell: Tensor(rows: 0, columns: units),
      cell: Tensor(rows: 1, columns: units))
    return gates.reshaped(rows: 4, columns: units)
  }

  @Test func sigmoidOverTheWholeRange() {
    let found = gates(Self.range)
    let expected = Self.range.map { 1 / (1 + exp(-Double($0))) }
    for gate in [0, 1, 3] { #expect(largestError(found.slice(gate..<gate + 1), expected) < 2e-7) }
    // Small results keep their relative accuracy, down to where the exponential stops.
    for x in stride(from: Float(-85), to: 0, by: 0.37) {
      let value = Double(gates([x])[0, 0])
      let reference = 1 / (1 + exp(-Double(x)))
      #expect(abs(value / reference - 1) < 1e-6, "\(x)")
    }
  }

  @Test func tanhOverTheWholeRange() {
    let expected = Self.range.map { tanh(Double($0)) }
    #expect(largestError(gates(Self.range).slice(2..<3), expected) < 3e-7)
    let x = Tensor(rows: 1, columns: Self.range.count, Self.range)
    applyTanh(x)
    #expect(largestError(x, expected) < 3e-7)
    #expect(x.values.allSatisfy { abs($0) <= 1 })
  }

  @Test(arguments: widths) func nanComesThrough(_ width: Int) {
    for place in 0..<width {
      let x = randomTensor(rows: 1, columns: width)
      x[0, place] = .nan
      let activated = gates(x.values)
      for gate in 0..<4 { #expect(activated[gate, place].isNaN) }
      applyTanh(x)
      #expect(x[0, place].isNaN)
      #expect(x.values.count { $0.isNaN } == 1)
    }
  }

  @Test func exponentialKeepsItsRelativeAccuracy() {
    for x in stride(from: Float(-86), through: 0, by: 0.0193) {
      let weights = Tensor(rows: 1, columns: 2, [0, x])
      attentionSoftmax(weights, segments: Segments(lengths: [2]))
      let expected = exp(Double(x)) / (1 + exp(Double(x)))
      // The difference from the normaliser is rounded before it is raised.
      let bound = 3e-7 * max(1, Double(abs(x)))
      #expect(abs(Double(weights[0, 1]) / expected - 1) < bound, "\(x)")
    }
  }

  @Test(arguments: widths) func aNumberIsTheSameWhereverItStands(_ width: Int) {
    let x = randomTensor(rows: 1, columns: width, scale: 3)
    let whole = x.copied
    applyTanh(whole)
    for column in 0..<width {
      let alone = Tensor(rows: 1, columns: 1, [x[0, column]])
      applyTanh(alone)
      #expect(alone[0, 0] == whole[0, column])
    }
  }
}
