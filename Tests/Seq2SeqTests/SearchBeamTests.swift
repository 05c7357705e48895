import Seq2Seq
import TestSupport
import Testing

@Suite struct SearchBeamTests {
  @Test(arguments: [0, 2]) func onePlaceIsGreedy(minLength: Int) {
    let scorer = TableScorer.random(numbers: Array(0..<40), vocabularySize: 9)
    var options = searchOptions(beam: 1, maxLength: 6)
    options.minLength = minLength
    let results = BeamSearch(options).search(scorer, sentences: 40)
    let reference = SearchReference(scorer: scorer, maxLength: 6, minLength: minLength)
    var ended = 0
    for (sentence, outputs) in results.enumerated() {
      let expected = reference.greedy(sentence)
      #expect(outputs.count == 1)
      #expect(outputs[0].tokens == expected.tokens)
      #expect(outputs[0].ended == expected.ended)
      if expected.ended { ended += 1 }
    }
    // Both ways to stop were met.
    #expect(ended > 0 && ended < 40)
  }

  @Test(arguments: [0, 0.5, 1, 2] as [Float], [1, 4, 30])
  func beamAsWideAsTheTreeIsBruteForce(exponent: Float, nbest: Int) {
    // Three tokens besides the marks, four levels: 1 + 3 + 9 + 27 + 81 outputs.
    let scorer = TableScorer.random(numbers: Array(0..<12), vocabularySize: 5)
    var options = searchOptions(beam: 400, maxLength: 4)
    options.lengthPenalty = exponent
    options.nbest = nbest
    let results = BeamSearch(options).search(scorer, sentences: 12)
    let reference = SearchReference(scorer: scorer, maxLength: 4)
    for (sentence, outputs) in results.enumerated() {
      let expected = reference.all(sentence, exponent: Double(exponent))
      #expect(outputs.map(\.tokens) == expected.prefix(nbest).map(\.tokens))
      for (output, best) in zip(outputs, expected) {
        #expect(abs(output.score - best.score) < 1e-9)
        #expect(output.ended)
      }
    }
  }

  @Test func nbestIsSortedAndDistinct() {
    let scorer = TableScorer.random(numbers: Array(0..<30), vocabularySize: 50, sharpness: 2)
    var options = searchOptions(beam: 6, maxLength: 12)
    options.nbest = 6
    for outputs in BeamSearch(options).search(scorer, sentences: 30) {
      #expect((1...6).contains(outputs.count))
      #expect(Set(outputs.map(\.tokens)).count == outputs.count)
      for (better, worse) in zip(outputs, outputs.dropFirst()) {
        #expect(better.score >= worse.score)
      }
      for output in outputs {
        #expect(!output.tokens.contains(0) && !output.tokens.contains(1))
        #expect(output.tokenLogProbabilities.count == output.tokens.count + (output.ended ? 1 : 0))
        let sum = output.tokenLogProbabilities.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - output.logProbability) < 1e-9)
        let length = Double(output.tokenLogProbabilities.count)
        #expect(abs(output.score - output.logProbability / length) < 1e-9)
      }
    }
  }

  @Test func batchIsEachSentenceAlone() {
    let numbers = Array(0..<17)
    let lengths = numbers.map { 1 + $0 % 5 }
    var options = searchOptions(beam: 4)
    options.maxLengthFactor = 1.5
    options.maxLengthOffset = 2
    options.nbest = 3
    options.maxRepeats = 1
    let search = BeamSearch(options)
    let batch = TableScorer.random(numbers: numbers, vocabularySize: 12)
    let together = search.search(batch, sourceLengths: lengths)
    for number in numbers {
      let scorer = TableScorer.random(numbers: [number], vocabularySize: 12)
      #expect(search.search(scorer, sourceLengths: [lengths[number]]) == [together[number]])
    }
  }

  @Test func finishedSentencesLeaveTheBatch() {
    // Sentence i ends after i tokens without any doubt.
    let scorer = TableScorer(sentences: 6, vocabularySize: 8) { sentence, prefix in
      var logits = [Float](repeating: -3, count: 8)
      logits[prefix.count == sentence ? 1 : 2 + prefix.count % 6] = 30
      return TableScorer.logSoftmax(logits)
    }
    let results = BeamSearch(searchOptions(beam: 1, maxLength: 20)).search(scorer, sentences: 6)
    #expect(results.map { $0[0].tokens.count } == [0, 1, 2, 3, 4, 5])
    #expect(scorer.rowsOfSteps == [6, 5, 4, 3, 2, 1])
    #expect(scorer.reorderings.first == [1, 2, 3, 4, 5])
  }

  @Test func firstStepHasOneRowASentence() {
    let scorer = TableScorer.random(numbers: [0, 1, 2], vocabularySize: 30)
    var options = searchOptions(beam: 5, maxLength: 8)
    options.minLength = 3
    _ = BeamSearch(options).search(scorer, sentences: 3)
    #expect(scorer.rowsOfSteps.prefix(3) == [3, 15, 15])
    #expect(scorer.rowsOfSteps.allSatisfy { $0 <= 15 })
  }

  @Test func stopsWhereNothingCanBeatWhatIsKept() {
    // "2 end" is nearly sure; all else is far below what any length could make up for.
    let scorer = TableScorer(sentences: 1, vocabularySize: 8) { _, prefix in
      var logits = [Float](repeating: -40, count: 8)
      logits[prefix == [2] ? 1 : 2] = 0
      return TableScorer.logSoftmax(logits)
    }
    let results = BeamSearch(searchOptions(beam: 5, maxLength: 50)).search(scorer, sentences: 1)
    #expect(results[0].map(\.tokens) == [[2]])
    #expect(scorer.rowsOfSteps.count == 2)
  }

  @Test func attentionIsThatOfTheRowThatChose() {
    let scorer = TableScorer.random(numbers: [0, 1, 2, 3], vocabularySize: 10)
    var options = searchOptions(beam: 4, maxLength: 8)
    options.nbest = 4
    let search = BeamSearch(options, keepsAttention: true)
    for (sentence, outputs) in search.search(scorer, sentences: 4).enumerated() {
      for output in outputs {
        let expected = output.tokens.indices.map { index in
          let sum = output.tokens.prefix(index).reduce(0, +)
          return [Float(sentence), Float(index), Float(sum)]
        }
        #expect(output.attention == expected)
      }
    }
  }
}
