import Neural
import Seq2Seq
import Synchronization
import Testing

@Suite struct GradientChainsTests {
  private struct Seen {
    var runs: [Int] = []
    var turns: [[Int]]
    /// Whether a block held something at each of its turns.
    var filled: [[Bool]]
    /// Blocks that somebody is at.
    var busy: Set<Int> = []
    var faults: [String] = []
  }

  @Test(arguments: [1, 2, 3, 5], [1, 2, 4])
  func everyPieceAddsToEveryBlockInTheBlocksOrder(_ pieces: Int, workers: Int) {
    let blocks = 40
    let seen = Mutex(
      Seen(
        turns: Array(repeating: [], count: blocks), filled: Array(repeating: [], count: blocks)))
    let chains = GradientChains(pieces: pieces, isFilled: (0..<blocks).map { $0 % 4 == 3 })
    Workers(count: workers).run(workers) { _ in
      chains.work { piece in
        // Pieces of very different length, so that blocks are begun while some are still being worked on.
        var sum = 0.0
        for number in 0..<(piece == 0 ? 2_000_000 : 1000) { sum += Double(number).squareRoot() }
        seen.withLock { $0.runs.append(sum > 0 ? piece : -1) }
      } link: { block, piece, isFilled in
        seen.withLock { seen in
          if !seen.busy.insert(block).inserted { seen.faults.append("two at block \(block)") }
          if !seen.runs.contains(piece) { seen.faults.append("piece \(piece) was not done") }
        }
        seen.withLock { seen in
          seen.busy.remove(block)
          seen.turns[block].append(piece)
          seen.filled[block].append(isFilled)
        }
        // The last piece alone leaves something to blocks that hold nothing.
        return isFilled || piece == pieces - 1
      }
    }
    let found = seen.withLock { $0 }
    #expect(found.faults.isEmpty)
    #expect(found.runs.sorted() == Array(0..<pieces))
    for block in 0..<blocks {
      let order = (0..<pieces).map { (block + $0) % pieces }
      #expect(found.turns[block] == order)
      let last = order.firstIndex(of: pieces - 1) ?? 0
      #expect(found.filled[block] == order.indices.map { block % 4 == 3 || $0 > last })
    }
    #expect(chains.isFilled.allSatisfy { $0 })
  }

  @Test func nothingToDoEnds() {
    let chains = GradientChains(pieces: 2, isFilled: [])
    let runs = Mutex(0)
    Workers(count: 3).run(3) { _ in
      chains.work { _ in
        runs.withLock { $0 += 1 }
      } link: { _, _, _ in
        Issue.record("there is no block")
        return false
      }
    }
    #expect(runs.withLock { $0 } == 2)
  }
}
