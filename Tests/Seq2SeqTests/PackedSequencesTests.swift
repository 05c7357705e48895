import Seq2Seq
import Tensors
import Testing

@Suite struct PackedSequencesTests {
  @Test func anExample() {
    let packed = PackedSequences([[1, 2], [3, 4, 5, 6], [7], [8, 9]])
    #expect(packed.order == [1, 0, 3, 2])
    #expect(packed.lengths == [4, 2, 2, 1])
    #expect(packed.tokens == [3, 1, 8, 7, 4, 2, 9, 5, 6])
    #expect(packed.steps == [0..<4, 4..<7, 7..<8, 8..<9])
    #expect(packed.rows == [1, 0, 3, 2])
    #expect(packed.firstPositions == [1, 0, 3, 2])
    #expect(packed.lastPositions == [5, 8, 3, 6])
    #expect(packed.sentenceMajorPositions == [1, 5, 0, 4, 7, 8, 3, 2, 6])
  }

  @Test func nothing() {
    let packed = PackedSequences([])
    #expect(packed.count == 0 && packed.tokens.isEmpty && packed.steps.isEmpty)
  }

  @Test func everyTokenHasOnePlace() {
    var generator = RandomGenerator(seed: 6)
    for round in 0..<200 {
      let sequences: [[TokenID]] = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
        (0..<Int.random(in: 1...7, using: &generator)).map { _ in
          TokenID.random(in: 0...99, using: &generator)
        }
      }
      let packed = PackedSequences(sequences)
      #expect(packed.count == sequences.count)
      #expect(packed.tokens.count == sequences.reduce(0) { $0 + $1.count })
      #expect(packed.order.sorted() == Array(sequences.indices), "round \(round)")
      #expect(packed.lengths == packed.lengths.sorted(by: >))
      // Of equal lengths the earlier comes first, so that a sorted batch is left as it is.
      for (one, next) in zip(packed.order, packed.order.dropFirst()) {
        #expect(sequences[one].count > sequences[next].count || one < next)
      }
      #expect(packed.steps.first?.lowerBound == 0)
      for (one, next) in zip(packed.steps, packed.steps.dropFirst()) {
        #expect(one.upperBound == next.lowerBound && one.count >= next.count && !next.isEmpty)
      }
      let places = packed.sentenceMajorPositions
      #expect(Set(places).count == packed.tokens.count)
      #expect(places.map { packed.tokens[$0] } == sequences.flatMap { $0.map(Int.init) })
      #expect(packed.firstPositions.map { packed.tokens[$0] } == sequences.map { Int($0[0]) })
      #expect(
        packed.lastPositions.map { packed.tokens[$0] } == sequences.map { Int($0[$0.count - 1]) })
    }
  }
}
