import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  static func logSumExp(_ x: [Double]) -> Double {
    let peak = x.max() ?? -.infinity
    guard peak.isFinite else { return peak }
    return peak + log(x.reduce(0) { $0 + exp($1 - peak) })
  }

  @Test(arguments: widths) func logSoftmax(_ width: Int) {
    for scale: Float in [0.1, 1, 30] {
      let x = randomTensor(rows: 4, columns: width, scale: scale)
      let expected = (0..<4).flatMap { row in
        let values = x.slice(row..<row + 1).doubles
        let normalizer = Self.logSumExp(values)
        return values.map { $0 - normalizer }
      }
      applyLogSoftmax(x)
      // Numbers as large as these are rounded before they are taken from each other.
      #expect(largestError(x, expected) < 1e-6 + 2e-7 * Double(scale))
    }
  }

  @Test(arguments: widths) func extremesDoNotOverflow(_ width: Int) {
    for offset: Float in [-1e30, -1e4, 1e4, 1e30] {
      let x = Tensor(rows: 1, columns: width)
      fill(x, with: offset)
      applyLogSoftmax(x)
      // The sum is rounded to the precision of numbers this large.
      let expected = Double(offset - (offset + Float(log(Double(width)))))
      #expect(largestError(x, [Double](repeating: expected, count: width)) < 1e-3)
    }
    let peaked = Tensor(rows: 1, columns: width)
    fill(peaked, with: -1e30)
    peaked[0, width - 1] = 3
    applyLogSoftmax(peaked)
    #expect(peaked[0, width - 1] == 0)
    // Ruled out: minus infinity stays, and takes nothing from the others.
    let ruledOut = Tensor(rows: 1, columns: width + 1)
    ruledOut[0, width / 2] = -.infinity
    applyLogSoftmax(ruledOut)
    for column in 0...width {
      let expected = column == width / 2 ? -Double.infinity : -log(Double(width))
      #expect(largestError([ruledOut[0, column]], [expected]) < 1e-6)
    }
  }

  @Test(arguments: widths) func nanSpoilsItsRowAlone(_ width: Int) {
    let x = randomTensor(rows: 3, columns: width)
    x[1, width - 1] = .nan
    applyLogSoftmax(x)
    #expect(x.slice(1..<2).values.allSatisfy { $0.isNaN })
    #expect(isFinite(x.slice(0..<1)) && isFinite(x.slice(2..<3)))
  }

  @Test(arguments: [1, 2, 7, 8, 9, 31, 100], [Float(0), 0.1]) func crossEntropy(
    _ size: Int, _ smoothing: Float
  ) {
    let rows = 5
    let logits = randomTensor(rows: rows, columns: size, scale: 3)
    let targets = (0..<rows).map { ($0 * 7 + 3) % size }
    let scale: Float = 0.25
    let (share, evenly) = (Double(smoothing), Double(smoothing) / Double(size))
    var (smoothed, likelihood) = (0.0, 0.0)
    var gradient: [Double] = []
    for (row, target) in targets.enumerated() {
      let x = logits.slice(row..<row + 1).doubles
      let normalizer = Self.logSumExp(x)
      likelihood += normalizer - x[target]
      for (column, value) in x.enumerated() {
        let expected = evenly + (column == target ? 1 - share : 0)
        smoothed += expected * (normalizer - value)
        gradient.append((exp(value - normalizer) - expected) * Double(scale))
      }
    }
    // The logits are used up, with or without a gradient.
    let copied = logits.copied
    let plain = softmaxCrossEntropy(
      logits: copied, targets: targets[...], smoothing: smoothing, scale: scale, gradient: false)
    // Targets are a slice with indices of its own.
    let sums = softmaxCrossEntropy(
      logits: logits, targets: ([0, 0] + targets)[2...], smoothing: smoothing, scale: scale,
      gradient: true)
    #expect(plain == sums)
    #expect(abs(sums.negativeLogLikelihood - likelihood) < 1e-5 * max(1, likelihood))
    #expect(abs(sums.smoothed - smoothed) < 1e-5 * max(1, smoothed))
    #expect(largestError(logits, gradient) < 1e-6)
    var total = sums
    total += plain
    #expect(total.smoothed == 2 * sums.smoothed)
  }

  @Test(arguments: widths) func meanOfProbabilities(_ width: Int) {
    let tensors = (0..<3).map { randomTensor(rows: 2, columns: width, scale: 4, seed: 10 + $0) }
    let expected = (0..<2 * width).map { place in
      Self.logSumExp(tensors.map { $0.doubles[place] }) - log(3)
    }
    logMeanExpInPlace(tensors)
    #expect(largestError(tensors[0], expected) < 1e-6)
  }
}
