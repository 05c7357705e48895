import CVectors
import Foundation
import Tensors
import TestSupport
import Testing

/// The sets of kernels against one another; what they compute is checked where Tensors calls them.
@Suite struct VectorKernelsTests {
  private static var all: [s2s_vectors] {
    var all: [s2s_vectors] = []
    while let kernels = s2s_vectors_at(Int32(all.count)) { all.append(kernels.pointee) }
    return all
  }

  /// Everything that one set makes of the same random numbers, one result after the other.
  private func results(_ kernels: s2s_vectors, count: Int) -> [(name: String, values: [Float])] {
    func random(_ seed: UInt64, _ rows: Int = 1) -> [Float] {
      randomTensor(rows: rows, columns: count, seed: seed).values.map { 4 * $0 }
    }
    var found: [(String, [Float])] = []
    func note(_ name: String, _ values: [Float]...) { found.append((name, values.flatMap(\.self))) }
    let (x, y, v) = (random(1), random(2), random(3))
    let (gates, activated) = (random(4, 4), random(5, 4).map { 0.5 + $0 / 40 })

    var a = y
    kernels.add(count, 0.3, x, &a)
    note("add", a)
    kernels.scale(count, 0.7, 0.2, &a)
    note("scale", a)
    var clamped = x
    kernels.clamp(count, 0.5, &clamped)
    note("clamp", clamped)
    #expect(zip(x, clamped).allSatisfy { max(-0.5, min(0.5, $0)) == $1 })
    kernels.tanh(count, &a)
    note("tanh", a)
    var d = x
    kernels.tanh_gradient(count, a, &d)
    note("tanh gradient", d)

    for previous in [x, nil] {
      var (gate, cell) = (gates, y)
      kernels.lstm_update(count, &gate, previous, &cell)
      note("update", gate, cell)
      var (dGates, dPrevious) = (random(6, 4), v)
      kernels.lstm_update_gradient(count, y, activated, previous, &dGates, &dPrevious)
      note("update gradient", dGates, dPrevious)
    }
    var (hidden, dOutput, dCell) = (x, y, v)
    kernels.lstm_output(count, activated, x, &hidden)
    kernels.lstm_output_gradient(count, x, activated, y, &dOutput, &dCell)
    note("output", hidden, dOutput, dCell)

    found += cells(kernels, count: count)

    var (peak, total): (Float, Float) = (0, 0)
    kernels.peak_and_total(count, x, &peak, &total)
    var exponentials = x
    let sum = kernels.exponentials(count, peak, &exponentials)
    note("softmax", [peak, total, kernels.sum_of_exponentials(count, peak, x), sum], exponentials)

    found += highwayAndDivergence(kernels, x, y, v)

    var (dq, dk, dv) = (x, y, v)
    kernels.additive_score_gradient(count, 0.4, x, y, v, &dq, &dk, &dv)
    note("additive score", [kernels.additive_score(count, x, y, v)], dq, dk, dv)

    var (weight, first, second) = (x, y, v.map { $0 * $0 })
    let step = s2s_adam(
      stepSize: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, decay: 0.001, gradientScale: 0.5)
    kernels.adam(count, step, v, &weight, &first, &second)
    note("Adam", weight, first, second)
    return found
  }

  private func highwayAndDivergence(
    _ kernels: s2s_vectors, _ x: [Float], _ y: [Float], _ v: [Float]
  ) -> [(name: String, values: [Float])] {
    let count = x.count
    var (gate, carried) = (v, x)
    kernels.highway(count, &gate, x, y, &carried)
    var (dGate, df, dx) = (x, y, v)
    kernels.highway_gradient(count, v, gate, x, y, &dGate, &df, &dx)
    kernels.highway_gradient(count, v, gate, x, y, nil, nil, nil)

    var (p, q) = (x, y)
    let masses = (kernels.exponentials(count, 4, &p), kernels.exponentials(count, 4, &q))
    var (forth, back): (Float, Float) = (0, 0)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        let pair = s2s_pair(
          x: x.baseAddress, y: y.baseAddress, lessX: 4 + log(masses.0), lessY: 4 + log(masses.1),
          shareX: 1 / masses.0, shareY: 1 / masses.1)
        kernels.divergences(count, pair, p, q, &forth, &back)
        kernels.divergence_gradient(count, pair, forth, back, 0.7, 0.3, 0.01, &p, &q)
      }
    }
    return [
      ("highway", gate + carried), ("highway gradient", dGate + df + dx),
      ("divergences", [forth, back]), ("divergence gradient", p + q),
    ]
  }

  /// The same of what cells other than the LSTM do.
  private func cells(_ kernels: s2s_vectors, count: Int) -> [(name: String, values: [Float])] {
    func random(_ seed: UInt64, _ rows: Int = 1) -> [Float] {
      randomTensor(rows: rows, columns: count, seed: seed).values.map { 4 * $0 }
    }
    var found: [(String, [Float])] = []
    func note(_ name: String, _ values: [Float]...) { found.append((name, values.flatMap(\.self))) }
    let activated = random(5, 4).map { 0.5 + $0 / 40 }
    for previous in [random(1), nil] {
      var (gates, cell, peepholes) = (random(4, 4), random(2), random(7, 3))
      kernels.peephole_update(count, peepholes, &gates, previous, &cell)
      note("peephole update", gates, cell)
      var (dGates, dPrevious) = (random(6, 4), random(3))
      let weights = random(8, 3)
      kernels.peephole_update_gradient(
        count, weights, random(2), activated, previous, cell, &dGates, &dPrevious, &peepholes)
      note("peephole gradient", dGates, dPrevious, peepholes)

      (gates, dGates, dPrevious) = (random(4, 3), random(6, 3), random(3))
      kernels.cifg_update(count, &gates, previous, &cell)
      kernels.cifg_update_gradient(count, random(2), activated, previous, &dGates, &dPrevious)
      note("coupled gates", gates, cell, dGates, dPrevious)

      var (recurrent, hidden, dRecurrent, dBias) = (
        random(9, 3), random(2), random(10, 3), random(11)
      )
      (gates, dGates, dPrevious) = (random(4, 3), random(6, 3), random(3))
      kernels.gru_update(count, &gates, &recurrent, random(12), previous, &hidden)
      note("GRU", gates, recurrent, hidden)
      kernels.gru_update_gradient(
        count, random(2), activated, random(9, 3), previous, &dGates, &dRecurrent, &dBias,
        &dPrevious)
      note("GRU gradient", dGates, dRecurrent, dBias, dPrevious)

      var (reset, dHidden) = (random(2), random(13))
      (gates, dGates, dPrevious) = (random(4, 3), random(6, 3), random(3))
      kernels.gru_reset(count, &gates, random(9, 2), random(12), &reset)
      kernels.gru_output(count, &gates, random(12), previous, &hidden)
      note("GRU in two halves", gates, reset, hidden)
      kernels.gru_output_gradient(
        count, random(2), activated, previous, &dGates, &dRecurrent, &dBias, &dPrevious)
      kernels.gru_reset_gradient(
        count, random(2), activated, random(12), &dGates, &dRecurrent, &dHidden)
      note("their gradients", dGates, dRecurrent, dBias, dPrevious, dHidden)

      for mask in [random(14).map { $0 > 0 ? Float(1) : 0 }, nil] {
        var y = random(2)
        (dHidden, dPrevious) = (random(13), random(3))
        kernels.zoneout(count, mask, 0.3, random(12), previous, &y)
        kernels.zoneout_gradient(count, mask, 0.3, random(2), &dHidden, &dPrevious)
        note("zoneout", y, dHidden, dPrevious)
      }
    }
    return found + normalization(kernels, count: count)
  }

  /// Of more rows than are done at a time, and of a few left over.
  private func normalization(
    _ kernels: s2s_vectors, count: Int
  ) -> [(name: String, values: [Float])] {
    let rows = 13
    func random(_ seed: UInt64, _ rows: Int = 1) -> [Float] {
      randomTensor(rows: rows, columns: count, seed: seed).values
    }
    var found: [(String, [Float])] = []
    for (shift, accumulate) in [(random(1), Int32(0)), (nil, 1)] {
      var (normalized, deviations) = (random(2, rows), [Float](repeating: 0, count: rows))
      var y = random(3, rows)
      kernels.normalize(
        rows, count, random(4, rows), random(5), shift, 0.01, accumulate, &normalized, &deviations,
        &y)
      found.append(("normalize", normalized + deviations + y))
      var (dx, dGain, dShift) = (random(6, rows), random(7), random(8))
      kernels.normalize_gradient(
        rows, count, random(9, rows), normalized, deviations, random(5), &dx, &dGain, &dShift)
      found.append(("normalize gradient", dx + dGain + dShift))
    }
    return found
  }

  @Test(arguments: [1, 15, 16, 17, 100]) func agree(_ count: Int) throws {
    let expected = results(try #require(Self.all.first), count: count)
    for kernels in Self.all {
      let name = String(cString: kernels.name)
      for (one, other) in zip(expected, results(kernels, count: count)) {
        #expect(one.values.allSatisfy { $0.isFinite })
        if kernels.is_fused == Self.all[0].is_fused {
          #expect(
            one.values.map(\.bitPattern) == other.values.map(\.bitPattern), "\(name) \(one.name)")
        } else {
          for (x, y) in zip(one.values, other.values) {
            #expect(abs(x - y) <= 2e-6 * max(1, abs(x)), "\(name) \(one.name)")
          }
        }
      }
    }
  }

  /// What is no number must be seen, not made into one.
  @Test func whatIsNoNumberStaysNone() {
    for kernels in Self.all {
      for count in [5, 16] {
        var x = [Float](repeating: 1, count: count)
        x[3] = .nan
        var tangents = x
        kernels.tanh(count, &tangents)
        var exponentials = x
        let sum = kernels.exponentials(count, 0, &exponentials)
        #expect(tangents[3].isNaN && tangents[4] > 0.7)
        #expect(exponentials[3].isNaN && sum.isNaN)
        #expect(kernels.sum_of_exponentials(count, 0, x).isNaN)
        var clamped = x
        kernels.clamp(count, 0.5, &clamped)
        #expect(clamped[3].isNaN && clamped[4] == 0.5)
      }
    }
  }
}
