import Tensors
import Testing

@Suite struct RandomGeneratorTests {
  /// Printed by Tests/References/random_generator.py.
  static let golden: [(seed: UInt64, stream: [UInt64], values: [UInt64])] = [
    (0, [], [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0]),
    (1, [], [0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514]),
    (.max, [], [0x8F55_20D5_2A7E_AD08, 0xC476_A018_CAA1_802D, 0x81DE_31C0_D260_469E]),
    (1, [0], [0xEE12_7FE6_1343_6E33, 0xD6DA_D8D3_4A18_74EA, 0x2A52_C16C_EC11_16A9]),
    (1, [7], [0x78AA_44A6_1F92_43E1, 0x5279_3286_09D4_8590, 0x6CD8_E0CD_2B7B_AE8C]),
    (7, [1], [0x7D30_25F0_F0EF_25E7, 0xAA7A_5743_E17A_066F, 0x0AA1_2CBA_C8C7_4ED7]),
    (42, [3, 5], [0x8950_EC01_4B64_E889, 0x1A5E_8B4A_5037_0DE7, 0x0A91_3D8A_89D2_E2FF]),
  ]

  private func generator(_ seed: UInt64, _ stream: [UInt64]) -> RandomGenerator {
    switch stream.count {
    case 0: RandomGenerator(seed: seed)
    case 1: RandomGenerator(seed: seed, stream: stream[0])
    default: RandomGenerator(seed: seed, stream: stream[0], stream[1])
    }
  }

  @Test func agreesWithTheReference() {
    for (seed, stream, values) in Self.golden {
      var generator = generator(seed, stream)
      #expect(values == values.map { _ in generator.next() }, "seed \(seed), stream \(stream)")
    }
    var generator = RandomGenerator(seed: 1)
    for _ in 0..<999 { _ = generator.next() }
    #expect(generator.next() == 0xB851_7C33_C344_D153)
  }

  @Test func streamsDiffer() {
    var seen: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      for first in 0..<20 as Range<UInt64> {
        for second in 0..<20 as Range<UInt64> {
          var generator = RandomGenerator(seed: seed, stream: first, second)
          seen.insert(generator.next())
        }
      }
    }
    #expect(seen.count == 8000)
  }

  @Test func uniformNumbersStayInRange() {
    var generator = RandomGenerator(seed: 3)
    var (sum, squares) = (0.0, 0.0)
    var buckets = [Int](repeating: 0, count: 16)
    let count = 160_000
    for _ in 0..<count {
      let x = generator.uniform()
      let y = generator.uniformDouble()
      if x < 0 || x >= 1 || y < 0 || y >= 1 { Issue.record("\(x), \(y)") }
      sum += Double(x)
      squares += y * y
      buckets[Int(x * 16)] += 1
    }
    #expect(abs(sum / Double(count) - 0.5) < 0.004)
    #expect(abs(squares / Double(count) - 1.0 / 3) < 0.004)
    // Five standard deviations of a bucket.
    #expect(buckets.allSatisfy { abs($0 - 10_000) < 500 })
  }

  @Test func normalNumbersHaveTheirMoments() {
    var generator = RandomGenerator(seed: 4)
    let numbers = (0..<100_000).map { _ in Double(generator.normal()) }
    let mean = numbers.reduce(0, +) / 100_000
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(abs(mean) < 0.016)
    #expect(abs(variance - 1) < 0.025)
    #expect(numbers.allSatisfy { abs($0) <= 6 })
  }

  @Test(arguments: [Float(0), 0.1, 0.25, 0.5, 0.9]) func dropoutMasks(_ rate: Float) {
    for count in [1, 3, 4, 5, 7, 100_001] {
      let mask = Tensor(rows: 1, columns: count)
      var generator = RandomGenerator(seed: 5)
      fillDropoutMask(mask, rate: rate, using: &generator)
      let kept = mask.values.count { $0 != 0 }
      #expect(mask.values.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
      if count > 1000 {
        let expected = Double(count) * Double(1 - rate)
        let deviation = (expected * Double(rate)).squareRoot()
        #expect(abs(Double(kept) - expected) <= 5 * deviation + 1)
        // Neighbours, which come from one number, are independent.
        let values = mask.values
        let pairs = (1..<count).count { values[$0] == 0 && values[$0 - 1] == 0 }
        let expectedPairs = Double(count) * Double(rate * rate)
        #expect(abs(Double(pairs) - expectedPairs) <= 6 * expectedPairs.squareRoot() + 1)
      }
    }
    var (one, other) = (RandomGenerator(seed: 1), RandomGenerator(seed: 2))
    let masks = (0..<2).map { _ in Tensor(rows: 1, columns: 1000) }
    fillDropoutMask(masks[0], rate: 0.5, using: &one)
    fillDropoutMask(masks[1], rate: 0.5, using: &other)
    #expect(masks[0].values != masks[1].values)
    fillDropoutMask(masks[1], rate: 0.5, using: &one)
    #expect(masks[0].values != masks[1].values)
  }

  @Test func drawnColumnsFollowTheirProbabilities() {
    let x = Tensor(rows: 2, columns: 11)
    x.withMutableValues { for index in $0.indices { $0[index] = -.infinity } }
    let shares: [Int: Float] = [0: 1, 3: 2, 9: 4, 10: 1]
    for (column, share) in shares { x[1, column] = [1: 0, 2: 0.693_147_2, 4: 1.386_294_4][share]! }
    #expect(drawColumn(of: x, row: 0, temperature: 1, uniform: 0.5) == nil)
    let draws = (0..<8000).map {
      drawColumn(of: x, row: 1, temperature: 1, uniform: Double($0) / 8000) ?? -1
    }
    for (column, share) in shares {
      #expect(abs(draws.count { $0 == column } - Int(1000 * share)) <= 2)
    }
    #expect(draws == draws.sorted())
  }
}
