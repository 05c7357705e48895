import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct FusionScorerTests {
  private let network: EncoderDecoder
  private let weights: Tensor
  private let language: LanguageNetwork
  private let languageWeights: Tensor
  private let sources: [[TokenID]] = [[2, 3, 4], [5], [6, 7, 8, 9, 10]]

  init() throws {
    network = try EncoderDecoder(ReverseTask.config())
    weights = network.table.initialWeights(seed: 1)
    language = try LanguageNetwork(
      LanguageTask.config { $0.vocabularySize = ReverseTask.vocabularySize })
    languageWeights = language.table.initialWeights(seed: 2)
    scale(languageWeights, by: 3)
  }

  private func translator(_ sources: [[TokenID]], shortlist: Shortlist? = nil) -> ModelScorer {
    ModelScorer(network, sources: sources, on: ScorerGraphs(weights: weights), shortlist: shortlist)
  }

  private func speaker(_ count: Int) -> LanguageScorer {
    LanguageScorer(
      language, beginnings: Array(repeating: .line, count: count),
      on: ScorerGraphs(weights: languageWeights))
  }

  private func fused(_ sources: [[TokenID]], weight: Float = 0.4) throws -> FusionScorer {
    try FusionScorer(translator(sources), with: speaker(sources.count), weight: weight)
  }

  private var options: SearchOptions {
    var options = SearchOptions()
    (options.beam, options.nbest, options.pruning) = (4, 4, 0)
    return options
  }

  private func search(_ scorer: any Scorer, _ sources: [[TokenID]], _ options: SearchOptions)
    -> [[Hypothesis]]
  {
    BeamSearch(options).search(scorer, sourceLengths: sources.map(\.count))
  }

  /// What search finds has the sum of what both say of it.
  @Test func scoresAreSums() throws {
    let found = search(try fused(sources), sources, options)
    for (source, hypotheses) in zip(sources, found) {
      for hypothesis in hypotheses where hypothesis.ended {
        let targets = [hypothesis.tokens]
        let forced = ForcedScoring(options)
        let base = forced.score(translator([source]), targets: targets)[0].logProbability
        let own = forced.score(speaker(1), targets: targets)[0].logProbability
        #expect(abs(base + 0.4 * own - hypothesis.logProbability) < 1e-3)
      }
    }
    let alone = search(translator(sources), sources, options)
    #expect(found.map { $0[0].tokens } != alone.map { $0[0].tokens })
  }

  /// In a batch as alone, with pruning and few outputs as with many.
  @Test func batches() throws {
    var pruned = options
    (pruned.nbest, pruned.pruning) = (1, 8)
    for options in [options, pruned] {
      let together = search(try fused(sources), sources, options)
      for (source, hypotheses) in zip(sources, together) {
        let alone = search(try fused([source]), [source], options)[0]
        #expect(hypotheses.map(\.tokens) == alone.map(\.tokens))
      }
    }
  }

  /// Where a shortlist has all tokens, nothing changes; where it has few, only these are said.
  @Test func shortlists() throws {
    func search(always: [TokenID]) throws -> [[Hypothesis]] {
      let list = try Shortlist(
        always: always, translations: Array(repeating: [], count: ReverseTask.vocabularySize),
        vocabularySize: ReverseTask.vocabularySize, isJoint: false)
      return self.search(
        try FusionScorer(
          translator(sources, shortlist: list), with: speaker(sources.count), weight: 0.4),
        sources, options)
    }
    let whole = self.search(try fused(sources), sources, options)
    let listed = try search(always: Array(1..<TokenID(ReverseTask.vocabularySize)))
    #expect(listed.map { $0.map(\.tokens) } == whole.map { $0.map(\.tokens) })
    for hypothesis in try search(always: [1, 5, 6]).joined() {
      #expect(hypothesis.tokens.allSatisfy { [5, 6].contains($0) })
    }
  }

  /// A weight of nothing is no language model; beam 1 is greedy.
  @Test func theWeightCounts() throws {
    let none = search(try fused(sources, weight: 0), sources, options)
    let alone = search(translator(sources), sources, options)
    #expect(none.map { $0.map(\.tokens) } == alone.map { $0.map(\.tokens) })
    var narrow = options
    (narrow.beam, narrow.nbest, narrow.maxRepeats, narrow.minLength) = (1, 1, 0, 0)
    (narrow.maxLengthFactor, narrow.maxLengthOffset) = (0, 6)
    let first = search(try fused(sources), sources, narrow).map { $0[0].tokens }
    #expect(first.map { Array($0.prefix(6)) } == greedy(try fused(sources), limit: 6))
  }

  @Test func vocabulariesMustAgree() throws {
    let other = try LanguageNetwork(LanguageTask.config())
    let speaker = LanguageScorer(
      other, beginnings: [.line], on: ScorerGraphs(weights: other.table.initialWeights(seed: 1)))
    let error = #expect(throws: EnsembleError.self) {
      try FusionScorer(translator([[2]]), with: speaker, weight: 1)
    }
    #expect(error?.description.contains("has 13 units") == true)
  }
}
