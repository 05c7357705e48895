import Seq2Seq
import Tensors
import Testing

@Suite struct BatchPlannerTests {
  /// Lengths as a corpus has them: mostly 5 to 20, a few long.
  static func lengths(_ count: Int, seed: UInt64) -> [(source: Int, target: Int)] {
    var generator = RandomGenerator(seed: seed)
    return (0..<count).map { index in
      let target = 1 + Int.random(in: 1...20, using: &generator) + (index % 50 == 0 ? 80 : 0)
      return (max(1, target + Int.random(in: -4...4, using: &generator)), target)
    }
  }

  static func planner(
    _ lengths: [(source: Int, target: Int)], weights: [Float]? = nil, tokens: Int = 200,
    cells: Int = 100_000, seed: UInt64 = 1
  ) -> BatchPlanner {
    BatchPlanner(
      lengths: lengths, weights: weights.map(Self.runs), batchTokens: tokens, maximumCells: cells,
      seed: seed)
  }

  static func runs(_ weights: [Float]) -> ExampleWeights {
    weights.reduce(into: ExampleWeights()) { $0.append($1, count: 1) }
  }

  @Test(arguments: [0, 1, 2, 3, 57, 1000])
  func everyExampleComesOnceAnEpoch(count: Int) {
    let planner = Self.planner(Self.lengths(count, seed: UInt64(count)))
    for epoch in 0..<3 {
      let batches = planner.lists(epoch: epoch)
      #expect(batches.allSatisfy { !$0.isEmpty })
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
    }
  }

  @Test(arguments: [(20, 1000), (100, 150), (1000, 400), (1, 1), (100_000, 300)])
  func batchesStayWithinTheirBounds(tokens: Int, cells: Int) {
    let lengths = Self.lengths(700, seed: 3)
    let planner = Self.planner(lengths, tokens: tokens, cells: cells)
    for batch in planner.batches(epoch: 0) {
      let target = batch.map { lengths[Int($0)].target }.reduce(0, +)
      let longest =
        batch.map { lengths[Int($0)].source }.max()!
        + batch.map { lengths[Int($0)].target }.max()!
      #expect(planner.targetTokens(batch) == target)
      #expect(planner.cells(batch) == batch.count * longest)
      if batch.count > 1 {
        #expect(target <= tokens)
        #expect(batch.count * longest <= cells)
      }
    }
  }

  @Test func aPairLongerThanTheBoundIsABatchOfItsOwn() {
    let planner = Self.planner([(3, 4), (500, 900), (2, 4)], tokens: 50)
    let batches = planner.lists(epoch: 0)
    #expect(batches.count == 2)
    #expect(batches.contains([1]))
  }

  @Test func batchesAreAsFullAsTheBoundAllows() {
    let lengths = Self.lengths(5000, seed: 4)
    let planner = Self.planner(lengths, tokens: 500)
    let total = lengths.reduce(0) { $0 + $1.target }
    #expect(Double(planner.batches(epoch: 0).count) <= Double(total) / (500 - 101) + 1)
  }

  @Test func likeLengthsShareABatch() {
    let lengths = Self.lengths(5000, seed: 5)
    let batches = Self.planner(lengths, tokens: 500).lists(epoch: 2)
    let padded = batches.reduce(0) { sum, batch in
      sum + batch.count * batch.map { lengths[$0].target }.max()!
    }
    let real = lengths.reduce(0) { $0 + $1.target }
    #expect(Double(real) / Double(padded) > 0.97)
    let paddedSource = batches.reduce(0) { sum, batch in
      sum + batch.count * batch.map { lengths[$0].source }.max()!
    }
    let realSource = lengths.reduce(0) { $0 + $1.source }
    #expect(Double(realSource) / Double(paddedSource) > 0.85)
  }

  @Test func anEpochCanBeAskedForAgain() {
    let lengths = Self.lengths(1000, seed: 6)
    #expect(
      Self.planner(lengths).lists(epoch: 4) == Self.planner(lengths).lists(epoch: 4))
  }

  @Test func epochsAndSeedsDiffer() {
    let lengths = Self.lengths(1000, seed: 7)
    let first = Self.planner(lengths).lists(epoch: 0)
    #expect(first != Self.planner(lengths).lists(epoch: 1))
    #expect(first != Self.planner(lengths, seed: 2).lists(epoch: 0))
    // Not only the order of batches differs: ties are shuffled, so batches are new ones.
    let again = Set(Self.planner(lengths).lists(epoch: 1).map { $0.sorted() })
    #expect(first.filter { again.contains($0.sorted()) }.count < first.count / 2)
  }

  @Test func batchesDoNotComeByLength() {
    let lengths = Self.lengths(3000, seed: 8)
    let means = Self.planner(lengths).lists(epoch: 0).map { batch in
      Double(batch.reduce(0) { $0 + lengths[$1].target }) / Double(batch.count)
    }
    let rises = zip(means, means.dropFirst()).filter { $0 < $1 }.count
    #expect(rises > means.count / 3 && rises < means.count * 2 / 3)
  }

  /// The seed's meaning may not change, or runs could not be resumed by a newer program.
  @Test func aSeedMeansTheseBatches() {
    let lengths = [(3, 4), (7, 5), (2, 4), (9, 12), (4, 5), (5, 5), (6, 12)].map {
      (source: $0.0, target: $0.1)
    }
    let planner = Self.planner(lengths, weights: [1, 1, 2.5, 1, 0, 1, 1], tokens: 16, seed: 42)
    #expect(planner.lists(epoch: 0) == [[1, 5], [2, 2, 2, 0], [6], [3]])
    #expect(planner.lists(epoch: 1) == [[6], [3], [2, 2, 2, 0], [1, 5]])
  }

  @Test func weightsAreExpectedCopies() {
    let weights: [Float] = [0, 1, 2, 2.5, 0.25]
    let lengths = weights.map { _ in (source: 3, target: 4) }
    let planner = Self.planner(lengths, weights: weights)
    var copies = [Int](repeating: 0, count: 5)
    let epochs = 4000
    for epoch in 0..<epochs {
      var once = [Int](repeating: 0, count: 5)
      for example in planner.lists(epoch: epoch).joined() { once[example] += 1 }
      #expect(once[0] == 0 && once[1] == 1 && once[2] == 2)
      #expect((2...3).contains(once[3]) && (0...1).contains(once[4]))
      for index in copies.indices { copies[index] += once[index] }
    }
    #expect(abs(Double(copies[3]) / Double(epochs) - 2.5) < 0.05)
    #expect(abs(Double(copies[4]) / Double(epochs) - 0.25) < 0.05)
  }

  @Test func piecesHoldTheBatchInEqualShares() {
    let lengths = Self.lengths(2000, seed: 9)
    let planner = Self.planner(lengths, tokens: 700)
    for batch in planner.batches(epoch: 0) {
      let longest = batch.map { lengths[Int($0)].target }.max()!
      for pieces in 1...5 {
        let cut = planner.cut(batch, into: pieces)
        #expect(cut.count == pieces)
        #expect(cut.flatMap { $0 }.sorted() == batch.map(Int.init).sorted())
        let tokens = cut.map { planner.targetTokens($0.map(UInt32.init)[...]) }
        #expect(tokens.max()! - tokens.min()! <= longest)
        #expect(cut.map(\.count).max()! - cut.map(\.count).min()! <= 1)
        #expect(cut == planner.cut(batch, into: pieces))
      }
    }
  }

  @Test func fewerExamplesThanPiecesLeaveTheLastPiecesEmpty() {
    let planner = Self.planner([(3, 4), (3, 9)])
    #expect(planner.cut([0, 1], into: 4) == [[1], [0], [], []])
    #expect(planner.cut([], into: 2) == [[], []])
  }

  @Test func lengthsBeyondTwoBytesAreSortedToo() {
    let lengths = [300_000, 1, 70_000, 65_536, 256, 255, 65_535].map { (source: $0, target: $0) }
    let planner = Self.planner(lengths, tokens: 1_000_000, cells: 10_000_000)
    let batches = planner.lists(epoch: 0)
    #expect(batches == [[1, 5, 4, 6, 3, 2, 0]])
  }

  /// Order and cuts of the program that first planned so: runs that it began go on with the same batches.
  @Test(arguments: [
    (
      UInt64(1), [0xa1fc_f12e_97f9_f579, 0x47d2_77f4_0303_4049],
      [0x35fb_7c3c_699a_bf46, 0xd59a_9289_74aa_4e78], UInt64(0xe9ca_bf62_ad6c_c946)
    ),
    (
      2, [0xa6f2_2bc8_cc0f_64f9, 0x212d_9800_5ecb_86fd],
      [0x81e9_fc47_46a4_024c, 0x00f2_c2fc_961b_dbc9], 0xe3be_6e4f_f21b_d941
    ),
    (
      77, [0x0174_eb4c_4f10_ac7d, 0x0e21_2ced_fff6_37a1],
      [0x5dcc_a661_38f4_f3dc, 0x4759_bf68_83a7_9e0e], 0xcce8_3e0c_1351_ecc6
    ),
  ])
  func seedsMeanTheBatchesTheyAlwaysMeant(
    seed: UInt64, plain: [UInt64], weighted: [UInt64], cut: UInt64
  ) {
    let lengths = Self.lengths(20_000, seed: 10)
    let planner = BatchPlanner(
      lengths: lengths, batchTokens: 500, maximumCells: 3000, seed: seed)
    var weights = ExampleWeights()
    for (weight, count) in [(2.5, 7000), (1, 5000), (0.3, 8000)] as [(Float, Int)] {
      weights.append(weight, count: count)
    }
    let weightedPlanner = BatchPlanner(
      lengths: lengths, weights: weights, batchTokens: 500, maximumCells: 100_000, seed: seed)
    #expect([0, 3].map { Self.digest(planner.lists(epoch: $0)) } == plain)
    #expect([0, 3].map { Self.digest(weightedPlanner.lists(epoch: $0)) } == weighted)
    let cuts = planner.batches(epoch: 1).prefix(300).flatMap { planner.cut($0, into: 3) }
    #expect(Self.digest(cuts) == cut)
  }

  /// FNV-1a over the size of each list and its members, four bytes each.
  private static func digest(_ lists: [[Int]]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for list in lists {
      for number in [list.count] + list {
        for shift in stride(from: 0, to: 32, by: 8) {
          hash = (hash ^ UInt64((number >> shift) & 0xFF)) &* 0x100_0000_01B3
        }
      }
    }
    return hash
  }

  @Test func weightsThatAreAllOneChangeNothing() {
    let lengths = Self.lengths(500, seed: 11)
    let ones = [Float](repeating: 1, count: 500)
    #expect(
      Self.planner(lengths, weights: ones).lists(epoch: 1)
        == Self.planner(lengths).lists(epoch: 1))
  }
}

extension BatchPlanner {
  /// The batches of an epoch as plain lists.
  func lists(epoch: Int) -> [[Int]] { batches(epoch: epoch).map { $0.map(Int.init) } }
}
