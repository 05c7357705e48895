import Seq2Seq
import TestSupport
import Testing

@Suite struct SearchGuardTests {
  /// A table that wants what `wanted` says after each prefix.
  private func eager(_ sentences: Int = 1, _ wanted: @escaping ([TokenID]) -> Int) -> TableScorer {
    TableScorer(sentences: sentences, vocabularySize: 12) { _, prefix in
      // The others differ a little, so that there is one second best.
      var logits = (0..<12).map { -Float($0) / 8 }
      logits[0] = -9
      logits[1] = -9
      logits[wanted(prefix)] = 9
      return TableScorer.logSoftmax(logits)
    }
  }

  @Test(arguments: [1, 3]) func outputHasItsLeastLength(beam: Int) {
    var options = searchOptions(beam: beam, maxLength: 9)
    for least in [0, 1, 4] {
      options.minLength = least
      let results = BeamSearch(options).search(eager { _ in 1 }, sentences: 1)
      #expect(results[0][0].tokens.count == least)
      #expect(results[0][0].ended)
    }
  }

  @Test(arguments: [1, 4]) func outputIsCutAtItsGreatestLength(beam: Int) {
    var options = searchOptions(beam: beam)
    options.maxLengthFactor = 1.5
    options.maxLengthOffset = 2
    options.nbest = beam
    let scorer = eager(3) { _ in 5 }
    let results = BeamSearch(options).search(scorer, sourceLengths: [0, 2, 5])
    #expect(results.map { $0[0].tokens.count } == [2, 5, 9])
    for outputs in results {
      #expect(!outputs[0].tokens.isEmpty && outputs[0].tokens.allSatisfy { $0 == 5 } || beam > 1)
      for output in outputs {
        #expect(output.tokens.count <= results[2][0].tokens.count)
        #expect(output.ended == (output.tokenLogProbabilities.count == output.tokens.count + 1))
      }
    }
    if beam == 1 { #expect(results.allSatisfy { !$0[0].ended }) }
  }

  @Test func greatestLengthNeverOverflows() {
    var options = SearchOptions()
    options.maxLengthFactor = .greatestFiniteMagnitude
    #expect(options.maxLength(sourceLength: .max) == 1 << 30)
    options.maxLengthFactor = 1.5
    options.maxLengthOffset = 10
    #expect(options.maxLength(sourceLength: 7) == 20)
  }

  /// The longest row of equal n-grams that follow each other, as times that one follows itself.
  private func repeats(of n: Int, in tokens: [TokenID]) -> Int {
    var most = 0
    for start in tokens.indices {
      var count = 0
      while start + (count + 2) * n <= tokens.count,
        tokens[start..<(start + n)]
          == tokens[(start + (count + 1) * n)..<(start + (count + 2) * n)]
      { count += 1 }
      most = max(most, count)
    }
    return most
  }

  @Test(arguments: 1...8, [1, 2, 4]) func ngramFollowsItselfSoOften(n: Int, maxRepeats: Int) {
    // The table would go round and round n tokens.
    let scorer = eager { 2 + $0.count % n }
    var options = searchOptions(beam: 1, maxLength: 60)
    let free = BeamSearch(options).search(scorer, sentences: 1)[0][0].tokens
    #expect(free == (0..<60).map { TokenID(2 + $0 % n) })
    options.maxRepeats = maxRepeats
    let guarded = BeamSearch(options).search(scorer, sentences: 1)[0][0].tokens
    for length in 1...8 { #expect(repeats(of: length, in: guarded) <= maxRepeats) }
    // No sooner than said: all of the last copy but its last token is still there.
    let allowed = (maxRepeats + 2) * n - 1
    if allowed < 60 {
      #expect(guarded.prefix(allowed) == free.prefix(allowed))
      #expect(guarded[allowed] != free[allowed])
    }
  }

  @Test func guardLeavesOtherRepetitionAlone() {
    // Nine tokens round and round are longer than the guard looks back.
    let scorer = eager { 2 + $0.count % 9 }
    var options = searchOptions(beam: 1, maxLength: 60)
    options.maxRepeats = 1
    let tokens = BeamSearch(options).search(scorer, sentences: 1)[0][0].tokens
    #expect(tokens == (0..<60).map { TokenID(2 + $0 % 9) })
  }

  @Test func forbiddenTokensAreNeverProduced() {
    let scorer = TableScorer.random(numbers: Array(0..<20), vocabularySize: 8, sharpness: 3)
    let marks = SearchMarks(bos: 0, eos: 1, forbidden: [3, 5, 99, -1])
    var options = searchOptions(beam: 4, maxLength: 8)
    options.nbest = 4
    let free = BeamSearch(options).search(scorer, sentences: 20).joined().flatMap(\.tokens)
    #expect(free.contains(3) && free.contains(5) && !free.contains(0))
    let results = BeamSearch(options, marks: marks).search(scorer, sentences: 20)
    #expect(Set(results.joined().flatMap(\.tokens)) == [2, 4, 6, 7])
    options.method = .sampling
    let drawn = options.search(
      scorer, marks: marks, sourceLengths: Array(repeating: 1, count: 20),
      sentenceNumbers: Array(0..<20))
    #expect(Set(drawn.joined().flatMap(\.tokens)) == [2, 4, 6, 7])
  }

  @Test func otherMarksServeAsWell() {
    let scorer = TableScorer(sentences: 1, vocabularySize: 6, bos: 4) { _, prefix in
      var logits = [Float](repeating: 0, count: 6)
      logits[prefix.count < 2 ? 0 : 3] = 20
      return TableScorer.logSoftmax(logits)
    }
    let search = BeamSearch(searchOptions(beam: 2), marks: SearchMarks(bos: 4, eos: 3))
    #expect(search.search(scorer, sentences: 1)[0][0].tokens == [0, 0])
  }

  @Test(arguments: [SearchOptions.Method.beam, .sampling], [0, 3])
  func notANumberEndsTheSentenceAlone(method: SearchOptions.Method, after: Int) {
    let healthy = TableScorer.random(numbers: [0, 1], vocabularySize: 9)
    let scorer = TableScorer(sentences: 2, vocabularySize: 9) { sentence, prefix in
      sentence == 1 && prefix.count >= after
        ? Array(repeating: .nan, count: 9) : healthy.logProbabilities(sentence, after: prefix)
    }
    var options = searchOptions(beam: 3, maxLength: 9)
    options.method = method
    options.minLength = 4
    func search(_ scorer: TableScorer) -> [[Hypothesis]] {
      options.search(scorer, sourceLengths: [1, 1], sentenceNumbers: [0, 1])
    }
    let results = search(scorer)
    #expect(results[0] == search(healthy)[0])
    #expect(results[1].count == 1)
    #expect(results[1][0].tokens.count == after)
    #expect(!results[1][0].ended)
    #expect(results[1][0].score.isFinite)
  }

  @Test func aFewNumbersAmongNoneAreFound() {
    let scorer = TableScorer(sentences: 1, vocabularySize: 300) { _, prefix in
      var scores = [Float](repeating: .nan, count: 300)
      scores[10] = .infinity
      scores[prefix.count < 3 ? 299 : 1] = -1
      scores[140] = -2
      return scores
    }
    let results = BeamSearch(searchOptions(beam: 3)).search(scorer, sentences: 1)
    #expect(results[0][0].tokens == [299, 299, 299])
    #expect(results[0][0].logProbability == -4)
  }

  @Test func noSentencesNoOutputs() {
    let scorer = TableScorer.random(numbers: [], vocabularySize: 9)
    #expect(BeamSearch(searchOptions()).search(scorer, sentences: 0).isEmpty)
    #expect(ForcedScoring(searchOptions()).score(scorer, targets: []).isEmpty)
  }
}
