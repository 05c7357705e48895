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
      lengths: lengths, weights: weights, batchTokens: tokens, maximumCells: cells, seed: seed)
  }

  @Test(arguments: [0, 1, 2, 3, 57, 1000])
  func everyExampleComesOnceAnEpoch(count: Int) {
    let planner = Self.planner(Self.lengths(count, seed: UInt64(count)))
    for epoch in 0..<3 {
      let batches = planner.batches(epoch: epoch)
      #expect(batches.allSatisfy { !$0.isEmpty })
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
    }
  }

  @Test(arguments: [(20, 1000), (100, 150), (1000, 400), (1, 1), (100_000, 300)])
  func batchesStayWithinTheirBounds(tokens: Int, cells: Int) {
    let lengths = Self.lengths(700, seed: 3)
    let planner = Self.planner(lengths, tokens: tokens, cells: cells)
    for batch in planner.batches(epoch: 0) {
      let target = batch.map { lengths[$0].target }.reduce(0, +)
      let longest =
        batch.map { lengths[$0].source }.max()! + batch.map { lengths[$0].target }.max()!
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
    let batches = planner.batches(epoch: 0)
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
    let batches = Self.planner(lengths, tokens: 500).batches(epoch: 2)
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
      Self.planner(lengths).batches(epoch: 4) == Self.planner(lengths).batches(epoch: 4))
  }

  @Test func epochsAndSeedsDiffer() {
    let lengths = Self.lengths(1000, seed: 7)
    let first = Self.planner(lengths).batches(epoch: 0)
    #expect(first != Self.planner(lengths).batches(epoch: 1))
    #expect(first != Self.planner(lengths, seed: 2).batches(epoch: 0))
    // Not only the order of batches differs: ties are shuffled, so batches are new ones.
    let again = Set(Self.planner(lengths).batches(epoch: 1).map { $0.sorted() })
    #expect(first.filter { again.contains($0.sorted()) }.count < first.count / 2)
  }

  @Test func batchesDoNotComeByLength() {
    let lengths = Self.lengths(3000, seed: 8)
    let means = Self.planner(lengths).batches(epoch: 0).map { batch in
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
    #expect(planner.batches(epoch: 0) == [[1, 5], [2, 2, 2, 0], [6], [3]])
    #expect(planner.batches(epoch: 1) == [[6], [3], [2, 2, 2, 0], [1, 5]])
  }

  @Test func weightsAreExpectedCopies() {
    let weights: [Float] = [0, 1, 2, 2.5, 0.25]
    let lengths = weights.map { _ in (source: 3, target: 4) }
    let planner = Self.planner(lengths, weights: weights)
    var copies = [Int](repeating: 0, count: 5)
    let epochs = 4000
    for epoch in 0..<epochs {
      var once = [Int](repeating: 0, count: 5)
      for example in planner.batches(epoch: epoch).joined() { once[example] += 1 }
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
      let longest = batch.map { lengths[$0].target }.max()!
      for pieces in 1...5 {
        let cut = planner.cut(batch, into: pieces)
        #expect(cut.count == pieces)
        #expect(cut.flatMap { $0 }.sorted() == batch.sorted())
        let tokens = cut.map(planner.targetTokens)
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
    let batches = planner.batches(epoch: 0)
    #expect(batches == [[1, 5, 4, 6, 3, 2, 0]])
  }
}
