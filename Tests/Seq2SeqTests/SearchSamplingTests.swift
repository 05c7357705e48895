import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct SearchSamplingTests {
  private func options(_ draws: Int = 1, maxLength: Int = 6) -> SearchOptions {
    var options = searchOptions(maxLength: maxLength)
    options.method = .sampling
    options.nbest = draws
    return options
  }

  private func sample(
    _ options: SearchOptions, _ scorer: TableScorer, numbers: [Int]
  ) -> [[Hypothesis]] {
    Sampling(options).sample(
      scorer, sourceLengths: Array(repeating: 1, count: numbers.count), sentenceNumbers: numbers)
  }

  /// One token after which the output ends: `logits` is the distribution (0 and 1 are the marks).
  private func single(_ logits: [Float]) -> TableScorer {
    TableScorer(sentences: 1, vocabularySize: logits.count) { _, prefix in
      var logits = logits
      if prefix.isEmpty {
        logits[0] = -.infinity
        logits[1] = -.infinity
      } else {
        for token in logits.indices where token != 1 { logits[token] = -.infinity }
        logits[1] = 0
      }
      return TableScorer.logSoftmax(logits)
    }
  }

  /// How often each token comes first in `draws` draws.
  private func counts(
    _ logits: [Float], draws: Int, _ change: (inout SearchOptions) -> Void = { _ in }
  ) -> [Int] {
    var options = options(draws)
    change(&options)
    var counts = Array(repeating: 0, count: logits.count)
    for output in sample(options, single(logits), numbers: [3])[0] {
      #expect(output.tokens.count == 1)
      counts[Int(output.tokens[0])] += 1
    }
    return counts
  }

  /// Pearson's χ² of counts against weights, over those that have any.
  private func chiSquare(_ counts: [Int], _ weights: [Double]) -> Double {
    let draws = Double(counts.reduce(0, +))
    let mass = weights.reduce(0, +)
    var sum = 0.0
    for (count, weight) in zip(counts, weights) where weight > 0 {
      let expected = draws * weight / mass
      sum += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    return sum
  }

  // Eleven tokens besides the marks, so that a block of lanes and a rest are drawn from.
  private let logits: [Float] = [0, 0, 1, 0.5, -0.5, 2, 0, -1, 1.5, 0.25, -0.25, 0.75, 1.25]

  @Test(arguments: [0.5, 1, 2] as [Float]) func drawsFollowTheDistribution(temperature: Float) {
    let counts = counts(logits, draws: 20_000) { $0.temperature = temperature }
    #expect(counts[0] == 0 && counts[1] == 0)
    var weights = logits.map { exponential(Double($0 / temperature)) }
    weights[0] = 0
    weights[1] = 0
    // Ten degrees of freedom: 29.6 is passed once in a thousand seeds.
    #expect(chiSquare(counts, weights) < 29.6)
  }

  @Test func topKDrawsAmongTheBest() {
    let counts = counts(logits, draws: 5_000) { $0.topK = 3 }
    let best: [Int: Double] = [5: 2, 8: 1.5, 12: 1.25]
    let weights = logits.indices.map { best[$0].map { exponential($0) } ?? 0 }
    #expect(counts.indices.filter { counts[$0] > 0 } == [5, 8, 12])
    // Two degrees of freedom, once in a thousand.
    #expect(chiSquare(counts, weights) < 13.8)
    let greedy = self.counts(logits, draws: 50) { $0.topK = 1 }
    #expect(greedy[5] == 50)
  }

  @Test func topPDrawsFromTheNucleus() {
    // Halves: the first three have 1/2 + 1/4 + 1/8 of the whole.
    let halves: [Float] = [0, 0] + (1...20).map { -0.693_147_2 * Float($0) }
    let counts = counts(halves, draws: 5_000) { $0.topP = 0.8 }
    #expect(counts.indices.filter { counts[$0] > 0 } == [2, 3, 4])
    let weights: [Double] = halves.indices.map { [2: 4.0, 3: 2, 4: 1][$0] ?? 0 }
    #expect(chiSquare(counts, weights) < 13.8)
    // Temperature comes first: halves become quarters, and two are enough.
    let cold = self.counts(halves, draws: 2_000) {
      $0.topP = 0.8
      $0.temperature = 0.5
    }
    #expect(cold.indices.filter { cold[$0] > 0 } == [2, 3])
    // Then the k best, among which the first has 2/3 of what is left.
    let both = self.counts(halves, draws: 500) {
      $0.topP = 0.6
      $0.topK = 2
    }
    #expect(both[2] == 500)
  }

  @Test func aNucleusMayBeLarge() {
    // 300 tokens alike: nine tenths of them are 270, of equals the first ones.
    let counts = counts(
      [0, 0] + Array(repeating: 0, count: 300), draws: 20_000
    ) { $0.topP = 0.9 }
    let drawn = counts.indices.filter { counts[$0] > 0 }
    #expect(drawn.count >= 268 && drawn.count <= 271)
    #expect(drawn.last! <= 272)
  }

  @Test func aSeedRepeats() {
    let numbers = Array(0..<10)
    let scorer = TableScorer.random(numbers: numbers, vocabularySize: 20)
    var options = options(3)
    let first = sample(options, scorer, numbers: numbers)
    #expect(first == sample(options, scorer, numbers: numbers))
    options.seed = 2
    #expect(first != sample(options, scorer, numbers: numbers))
    #expect(first.allSatisfy { $0.count == 3 })
    #expect(first.contains { $0[0] != $0[1] })
  }

  @Test func drawsDoNotDependOnTheBatch() {
    let numbers = Array(100..<112)
    var options = options(3, maxLength: 10)
    options.topP = 0.95
    let scorer = TableScorer.random(numbers: numbers, vocabularySize: 20)
    let together = sample(options, scorer, numbers: numbers)
    for (place, number) in numbers.enumerated().reversed() {
      let alone = TableScorer.random(numbers: [number], vocabularySize: 20)
      #expect(sample(options, alone, numbers: [number]) == [together[place]])
      options.nbest = 1
      #expect(sample(options, alone, numbers: [number])[0][0] == together[place][0])
      options.nbest = 3
    }
  }

  @Test func logProbabilitiesAreTheModels() {
    let numbers = Array(0..<10)
    let scorer = TableScorer.random(numbers: numbers, vocabularySize: 20)
    var options = options(1, maxLength: 10)
    options.temperature = 0.7
    options.topK = 5
    options.minLength = 2
    let drawn = sample(options, scorer, numbers: numbers).map { $0[0] }
    #expect(drawn.contains { $0.ended } && drawn.allSatisfy { $0.tokens.count >= 2 })
    let forced = ForcedScoring(options).score(scorer, targets: drawn.map(\.tokens))
    for (one, other) in zip(drawn, forced) where one.ended { #expect(one == other) }
  }
}
