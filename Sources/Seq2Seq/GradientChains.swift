internal import Foundation

/// The order in which workers go through a batch: its pieces first, and then blocks of gradients, to each of which
/// every piece adds in turn. Which piece begins differs from block to block, so that whoever has gone through a piece
/// finds blocks to go on with while the other pieces are still being worked on. A block's turns are always the
/// same, whoever takes them.
///
/// Sendable because its state is read and written under its lock.
package final class GradientChains: @unchecked Sendable {
  private struct Block {
    /// Turns that are done.
    var turn = 0
    var isTaken = false
    var isFilled: Bool
  }

  private let pieces: Int
  private let condition = NSCondition()
  private var nextPiece = 0
  private var isDone: [Bool]
  private var blocks: [Block]
  /// Blocks before this one are finished.
  private var first = 0

  /// - Parameter isFilled: which blocks hold something already.
  package init(pieces: Int, isFilled: [Bool]) {
    self.pieces = pieces
    isDone = Array(repeating: false, count: pieces)
    blocks = isFilled.map { Block(isFilled: $0) }
  }

  /// Which blocks hold something, when all workers have returned.
  package var isFilled: [Bool] { blocks.map(\.isFilled) }

  /// Works on whatever can be worked on; returns when nothing is left. To be called by each worker.
  ///
  /// - Parameters:
  ///   - run: goes through a piece.
  ///   - link: adds what a piece has left to a block; takes the block, the piece, and whether the block holds
  ///     something already, and returns whether it does now.
  package func work(run: (Int) -> Void, link: (Int, Int, Bool) -> Bool) {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if nextPiece < pieces {
        let piece = nextPiece
        nextPiece += 1
        condition.unlock()
        run(piece)
        condition.lock()
        isDone[piece] = true
        condition.broadcast()
      } else if let number = take() {
        var block = blocks[number]
        // What is there of the chain is gone through while the block is in the cache.
        while block.turn < pieces, isDone[piece(of: number, turn: block.turn)] {
          let piece = piece(of: number, turn: block.turn)
          condition.unlock()
          block.isFilled = link(number, piece, block.isFilled)
          condition.lock()
          block.turn += 1
        }
        block.isTaken = false
        blocks[number] = block
        // Somebody may wait for this block, whose next piece has been done meanwhile, or for the last one.
        condition.broadcast()
      } else if first == blocks.count {
        return
      } else {
        condition.wait()
      }
    }
  }

  private func piece(of block: Int, turn: Int) -> Int { (block + turn) % pieces }

  /// A block whose next piece is done; it is the caller's then.
  private func take() -> Int? {
    while first < blocks.count, blocks[first].turn == pieces { first += 1 }
    for number in first..<blocks.count {
      let block = blocks[number]
      guard !block.isTaken, block.turn < pieces, isDone[piece(of: number, turn: block.turn)] else {
        continue
      }
      blocks[number].isTaken = true
      return number
    }
    return nil
  }
}
