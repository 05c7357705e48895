import Neural
import Synchronization
import Testing

@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 3, 8, 100], [0, 1, 2, 7, 250]) func everyPieceOnceAndInOrder(
    _ workers: Int, _ pieces: Int
  ) {
    let runs = Mutex([Int](repeating: 0, count: pieces))
    let results = Workers(count: workers).map(pieces) { piece in
      runs.withLock { $0[piece] += 1 }
      // Later pieces are often done first.
      var sum = 0
      for number in 0..<(pieces - piece) * 100 { sum &+= number }
      return piece * 3 + (sum & 0)
    }
    #expect(results == (0..<pieces).map { $0 * 3 })
    #expect(runs.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func optionalResultsKeepTheirPlaces() {
    let results: [Int?] = Workers(count: 2).map(5) { $0.isMultiple(of: 2) ? nil : $0 }
    #expect(results == [nil, 1, nil, 3, nil])
  }
}
