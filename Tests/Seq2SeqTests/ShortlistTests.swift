import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct ShortlistTests {
  private static let vocabulary = 40
  private static let sources: [[TokenID]] = [
    [3, 4, 5], [6, 7], [8, 9, 10, 11, 12], [3], [30, 31],
  ]

  private let network: EncoderDecoder
  private let weights: Tensor

  init() throws {
    var config = ReverseTask.config(hiddenSize: 12)
    config.sourceVocabularySize = Self.vocabulary
    config.targetVocabularySize = Self.vocabulary
    network = try EncoderDecoder(config)
    weights = network.table.initialWeights(seed: 5)
    scale(weights, by: 3)
  }

  /// Every source token has its three neighbours as translations.
  private func shortlist(isJoint: Bool = false) throws -> Shortlist {
    try Shortlist(
      always: [1, 2, 39],
      translations: (0..<Self.vocabulary).map { token in
        (1...3).map { TokenID((token + $0) % Self.vocabulary) }
      }, vocabularySize: Self.vocabulary, isJoint: isJoint)
  }

  private func search(_ sources: [[TokenID]], _ shortlist: Shortlist?) -> [[Hypothesis]] {
    var options = searchOptions(beam: 4, maxLength: 7)
    options.nbest = 4
    // Products of packed matrices depend on no other row, to the bit.
    let packed = PackedWeights(
      network.table, weights: weights, for: .inference, workers: Workers(count: 1))
    let scorer = ModelScorer(
      network, sources: sources, on: ScorerGraphs(weights: weights, packed: packed),
      shortlist: shortlist)
    return BeamSearch(options, keepsAttention: true).search(
      scorer, sourceLengths: sources.map(\.count))
  }

  @Test func aListOfAllTokensChangesNothing() throws {
    let all = try Shortlist(
      always: (0..<TokenID(Self.vocabulary)).reversed(),
      translations: Array(repeating: [], count: Self.vocabulary),
      vocabularySize: Self.vocabulary, isJoint: true)
    #expect(search(Self.sources, all) == search(Self.sources, nil))
  }

  @Test func nothingElseIsConsidered() throws {
    for (source, outputs) in zip(Self.sources, search(Self.sources, try shortlist())) {
      let allowed = Set(source.flatMap { token in (1...3).map { token + $0 } } + [1, 2, 39])
      #expect(!outputs.isEmpty)
      for output in outputs { #expect(allowed.isSuperset(of: output.tokens)) }
    }
    // Source tokens themselves may be copied where they are target tokens too.
    let copied = try (0..<TokenID(36)).filter { token in
      search([[token]], try shortlist(isJoint: true))[0].contains { $0.tokens.contains(token) }
    }
    #expect(copied.count > 9)
  }

  /// What is considered for a sentence does not depend on those beside it.
  @Test func aBatchIsItsSentencesAlone() throws {
    let shortlist = try shortlist()
    let together = search(Self.sources, shortlist)
    for (source, outputs) in zip(Self.sources, together) {
      #expect(search([source], shortlist) == [outputs])
    }
  }

  @Test func whatTheVocabularyHasNotIsRefused() {
    func make(_ always: [TokenID], _ translations: [[TokenID]], isJoint: Bool = false) throws {
      _ = try Shortlist(
        always: always, translations: translations, vocabularySize: 4, isJoint: isJoint)
    }
    #expect(throws: Never.self) { try make([1], [[3]]) }
    #expect(throws: ConfigurationError.self) { try make([0], [[3]]) }
    #expect(throws: ConfigurationError.self) { try make([1, 4], [[3]]) }
    #expect(throws: ConfigurationError.self) { try make([1], [[-1]]) }
    #expect(throws: ConfigurationError.self) { try make([1], [[3]], isJoint: true) }
  }

  @Test(arguments: [[0, 1, 2], [0, 0, 2], [0, 2, 2]])
  func listsOfAllTokensInTurnAreThoseOfEach(offsets: [Int]) throws {
    let each = zip(offsets, offsets.dropFirst()).map { Array([TokenID(3), 2][$0..<$1]) }
    #expect(
      try Shortlist(
        always: [1], translations: [3, 2], offsets: offsets, vocabularySize: 4, isJoint: false)
        == Shortlist(always: [1], translations: each, vocabularySize: 4, isJoint: false))
  }

  @Test(arguments: [[], [0], [0, 1], [1, 2], [0, 3], [0, 2, 1, 2]])
  func offsetsThatDoNotFitAreRefused(offsets: [Int]) {
    #expect(throws: ConfigurationError.self) {
      try Shortlist(
        always: [1], translations: [3, 2], offsets: offsets, vocabularySize: 4, isJoint: false)
    }
  }

  /// A vocabulary so large that few rows have room together.
  @Test func scoresComeAFewRowsAtATime() throws {
    var config = ReverseTask.config(hiddenSize: 4)
    config.embeddingSize = 3
    config.sourceVocabularySize = 20
    config.targetVocabularySize = 60_000
    let network = try EncoderDecoder(config)
    let weights = network.table.initialWeights(seed: 6)
    let sources = (0..<21).map { [TokenID(2 + $0 % 18), 3] }
    func scorer() -> ModelScorer { ModelScorer(network, weights: weights, sources: sources) }
    let (whole, parts) = (scorer(), scorer())
    _ = (whole.start(), parts.start())
    let tokens = [TokenID](repeating: Mark.begin, count: sources.count)
    let expected = whole.step(tokens)
    var blocks: [Range<Int>] = []
    parts.step(tokens) { scores in
      blocks.append(scores.rows)
      let same = scores.logProbabilities.values == expected.slice(scores.rows).values
      #expect(same && scores.tokens == nil)
    }
    #expect(blocks == [0..<8, 8..<16, 16..<21])
  }
}
