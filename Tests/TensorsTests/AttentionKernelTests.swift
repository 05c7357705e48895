import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct AttentionKernelTests {
  static let segments = Segments(lengths: [3, 1, 9, 8])
  private let segments = Self.segments

  @Test func segmentsKnowTheirPlaces() {
    #expect(segments.starts == [0, 3, 4, 13])
    #expect((segments.count, segments.total, segments.longest) == (4, 21, 9))
    let chosen = segments.selecting([2, 2, 0])
    #expect(chosen.starts == [4, 4, 0])
    #expect(chosen.lengths == [9, 9, 3])
    #expect(chosen.longest == 9)
    let none = Segments(lengths: [])
    #expect((none.count, none.total, none.longest) == (0, 0, 0))
  }

  private func dot(_ x: Tensor, _ row: Int, at column: Int = 0, _ y: Tensor, _ other: Int) -> Double
  {
    (0..<y.columns).reduce(0) {
      $0 + Double(x[row, column + $1]) * Double(y[other, $1])
    }
  }

  @Test(arguments: widths) func scoresOfOwnSentenceAlone(_ width: Int) {
    let keys = randomTensor(rows: 21, columns: width, seed: 1)
    let query = randomTensor(rows: 4, columns: width, seed: 2)
    let scores = Tensor(rows: 4, columns: 10)
    fill(scores, with: -7)
    attentionScores(query: query, keys: keys, segments: segments, scores: scores)
    for row in 0..<4 {
      for s in 0..<10 {
        let expected =
          s < segments.lengths[row] ? dot(query, row, keys, segments.starts[row] + s) : -7
        #expect(abs(Double(scores[row, s]) - expected) < 1e-5)
      }
    }
  }

  @Test func softmaxOfOwnSentenceAlone() {
    let scores = randomTensor(rows: 4, columns: 10, scale: 3)
    let before = scores.copied
    attentionSoftmax(scores, segments: segments)
    for row in 0..<4 {
      let raised = (0..<segments.lengths[row]).map { exp(Double(before[row, $0])) }
      let sum = raised.reduce(0, +)
      let expected = raised.map { $0 / sum } + [Double](repeating: 0, count: 10 - raised.count)
      #expect(largestError(scores.slice(row..<row + 1), expected) < 1e-6)
    }
  }

  @Test(arguments: widths) func sumsAndTheirGradients(_ width: Int) {
    let memory = randomTensor(rows: 21, columns: width, seed: 1)
    let weights = randomTensor(rows: 4, columns: 10, seed: 2)
    for accumulate in [false, true] {
      let before = randomTensor(rows: 4, columns: width + 3, seed: 3)
      let result = before.copied
      attentionSum(
        weights: weights, memory: memory, segments: segments, into: result, at: 2,
        accumulate: accumulate)
      for row in 0..<4 {
        for column in 0..<width + 3 {
          var expected = Double(before[row, column])
          if column >= 2, column < width + 2 {
            if !accumulate { expected = 0 }
            for s in 0..<segments.lengths[row] {
              expected +=
                Double(weights[row, s]) * Double(memory[segments.starts[row] + s, column - 2])
            }
          }
          #expect(abs(Double(result[row, column]) - expected) < 1e-5)
        }
      }
    }
    let vectors = randomTensor(rows: 4, columns: width + 3, seed: 4)
    let dWeights = Tensor(rows: 4, columns: 10)
    attentionWeightGradient(
      vectors: vectors, at: 2, memory: memory, segments: segments, into: dWeights)
    let dMemory = memory.copied
    addAttentionOuter(weights: weights, vectors: vectors, at: 2, segments: segments, to: dMemory)
    for row in 0..<4 {
      for s in 0..<segments.lengths[row] {
        let place = segments.starts[row] + s
        #expect(abs(Double(dWeights[row, s]) - dot(vectors, row, at: 2, memory, place)) < 1e-5)
        for column in 0..<width {
          let expected =
            Double(memory[place, column])
            + Double(weights[row, s]) * Double(vectors[row, column + 2])
          #expect(abs(Double(dMemory[place, column]) - expected) < 1e-5)
        }
      }
    }
  }

  @Test func overwritesWhateverWasThere() {
    let memory = randomTensor(rows: 21, columns: 5)
    let (scores, result) = (Tensor(rows: 4, columns: 9), Tensor(rows: 4, columns: 5))
    fill(scores, with: .nan)
    fill(result, with: .nan)
    attentionScores(
      query: randomTensor(rows: 4, columns: 5), keys: memory, segments: segments, scores: scores)
    attentionSoftmax(scores, segments: segments)
    attentionSum(weights: scores, memory: memory, segments: segments, into: result)
    #expect(isFinite(scores) && isFinite(result))
  }

  /// A front end may find nothing to look at.
  @Test func anEmptySentenceGivesAnEmptyContext() {
    let segments = Segments(lengths: [2, 0])
    let memory = randomTensor(rows: 2, columns: 3)
    let (scores, result) = (Tensor(rows: 2, columns: 2), Tensor(rows: 2, columns: 3))
    fill(result, with: 5)
    attentionScores(
      query: randomTensor(rows: 2, columns: 3), keys: memory, segments: segments, scores: scores)
    attentionSoftmax(scores, segments: segments)
    attentionSum(weights: scores, memory: memory, segments: segments, into: result)
    #expect(scores.slice(1..<2).values == [0, 0])
    #expect(result.slice(1..<2).values == [0, 0, 0])
    fill(result, with: 5)
    attentionSum(
      weights: scores, memory: memory, segments: segments, into: result, accumulate: true)
    #expect(result.slice(1..<2).values == [5, 5, 5])
  }

  @Test func gradientOfSoftmaxInPlace() {
    let weights = randomTensor(rows: 4, columns: 9, scale: 2, seed: 1)
    attentionSoftmax(weights, segments: segments)
    let gradient = randomTensor(rows: 4, columns: 9, seed: 2)
    let before = gradient.copied
    attentionSoftmaxGradient(gradient, weights: weights, segments: segments)
    for row in 0..<4 {
      let length = segments.lengths[row]
      let mean = (0..<length).reduce(0.0) {
        $0 + Double(weights[row, $1]) * Double(before[row, $1])
      }
      for s in 0..<length {
        let expected = Double(weights[row, s]) * (Double(before[row, s]) - mean)
        #expect(abs(Double(gradient[row, s]) - expected) < 1e-6)
      }
    }
  }

  @Test(arguments: widths) func additiveScoresAndTheirGradient(_ width: Int) {
    let keys = randomTensor(rows: 21, columns: width, seed: 1)
    let query = randomTensor(rows: 4, columns: width, seed: 2)
    let vector = randomTensor(rows: 1, columns: width, seed: 3)
    let scores = Tensor(rows: 4, columns: 9)
    let dScores = randomTensor(rows: 4, columns: 9, seed: 4)
    let (dQuery, dKeys, dVector) = (query.copied, keys.copied, vector.copied)
    additiveScores(query: query, keys: keys, vector: vector, segments: segments, scores: scores)
    addAdditiveScoresGradient(
      dScores, query: query, keys: keys, vector: vector, segments: segments, dQuery: dQuery,
      dKeys: dKeys, dVector: dVector)
    var (expectedQuery, expectedKeys, expectedVector) = (
      query.doubles, keys.doubles, vector.doubles
    )
    for row in 0..<4 {
      for s in 0..<segments.lengths[row] {
        let place = segments.starts[row] + s
        let d = Double(dScores[row, s])
        var score = 0.0
        for column in 0..<width {
          let squashed = tanh(Double(query[row, column]) + Double(keys[place, column]))
          let v = Double(vector[0, column])
          score += v * squashed
          let inner = d * v * (1 - squashed * squashed)
          expectedQuery[row * width + column] += inner
          expectedKeys[place * width + column] += inner
          expectedVector[column] += d * squashed
        }
        #expect(abs(Double(scores[row, s]) - score) < 1e-5)
      }
    }
    #expect(largestError(dQuery, expectedQuery) < 1e-5)
    #expect(largestError(dKeys, expectedKeys) < 1e-5)
    #expect(largestError(dVector, expectedVector) < 1e-5)
  }
}
