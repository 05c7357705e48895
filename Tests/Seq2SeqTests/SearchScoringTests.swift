import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct SearchScoringTests {
  @Test func forcedScoringEqualsTheHypothesis() {
    let numbers = Array(0..<25)
    let scorer = TableScorer.random(numbers: numbers, vocabularySize: 15)
    var options = searchOptions(beam: 5, maxLength: 10)
    options.lengthPenalty = 0.5
    let found = BeamSearch(options, keepsAttention: true)
      .search(scorer, sentences: 25).map { $0[0] }
    let scoring = ForcedScoring(options, keepsAttention: true)
    let forced = scoring.score(scorer, targets: found.map(\.tokens))
    #expect(found.contains { $0.ended })
    for (one, other) in zip(found, forced) where one.ended { #expect(one == other) }
    // Rows leave as their outputs end.
    let lengths = found.map(\.tokens.count)
    let expected = (0...lengths.max()!).map { step in lengths.count { $0 >= step } }
    #expect(scorer.rowsOfSteps == expected)
  }

  @Test func forcedScoringReadsTheTable() {
    let scorer = TableScorer.random(numbers: [0, 1], vocabularySize: 6)
    let targets: [[TokenID]] = [[3, 2, 5], []]
    let results = ForcedScoring(searchOptions()).score(scorer, targets: targets)
    for (sentence, target) in targets.enumerated() {
      let expected = (0...target.count).map { step in
        let next = step < target.count ? target[step] : 1
        return scorer.logProbabilities(sentence, after: Array(target.prefix(step)))[Int(next)]
      }
      #expect(results[sentence].tokenLogProbabilities == expected)
      #expect(results[sentence].tokens == target)
      #expect(results[sentence].ended)
    }
  }

  @Test func twiceTheSameModelIsTheModel() throws {
    let numbers = Array(0..<10)
    func table() -> TableScorer { .random(numbers: numbers, vocabularySize: 21) }
    var options = searchOptions(beam: 4, maxLength: 8)
    options.nbest = 4
    let search = BeamSearch(options, keepsAttention: true)
    let alone = search.search(table(), sentences: 10)
    for members in [2, 3] {
      let ensemble = try EnsembleScorer((0..<members).map { _ in table() })
      let together = search.search(ensemble, sentences: 10)
      #expect(together.map { $0.map(\.tokens) } == alone.map { $0.map(\.tokens) })
      for (one, other) in zip(together.joined(), alone.joined()) {
        #expect(abs(one.logProbability - other.logProbability) < 1e-5)
        #expect(one.attention == other.attention)
      }
    }
  }

  @Test func ensembleAveragesProbabilities() throws {
    let tables = [[0.5, 0.25, 0.125, 0.0625, 0.0625], [0.1, 0.2, 0.3, 0.4, 0], [0, 0, 0, 0, 1]]
    let scorers = tables.map { table in
      TableScorer(sentences: 2, vocabularySize: 5) { _, _ in
        TableScorer.logSoftmax(table.map { $0 == 0 ? -.infinity : Float(naturalLogarithm($0)) })
      }
    }
    let ensemble = try EnsembleScorer(scorers)
    #expect(ensemble.start() == 2)
    let scores = ensemble.step([0, 0])
    for row in 0..<2 {
      for column in 0..<5 {
        let mean = tables.reduce(0) { $0 + $1[column] } / 3
        #expect(abs(scores[row, column] - Float(naturalLogarithm(mean))) < 1e-6)
      }
    }
    #expect(ensemble.attention(row: 1) == [1, 0, 0])
  }

  @Test func unlikeVocabulariesAreRefused() {
    let small = TableScorer.random(numbers: [0], vocabularySize: 10)
    let large = TableScorer.random(numbers: [0], vocabularySize: 11)
    #expect(throws: EnsembleError.vocabularies(first: 10, other: 11, member: 3)) {
      try EnsembleScorer([small, small, large])
    }
    #expect(throws: EnsembleError.noMembers) { try EnsembleScorer([]) }
    let error = EnsembleError.vocabularies(first: 10, other: 11, member: 3)
    #expect(error.description.contains("model 3") && error.description.contains("11"))
  }
}
