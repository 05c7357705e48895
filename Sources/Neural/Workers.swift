internal import Foundation
internal import Synchronization

/// A number of threads that share pieces of work. Which thread does which piece does not matter to any
/// result: pieces are cut by the caller, whatever the number of threads.
///
/// Threads are begun for each call: that takes microseconds, and how many run does not hang on a
/// queue's judgement of how busy the machine is.
public struct Workers: Sendable {
  public let count: Int

  public init(count: Int) {
    precondition(count >= 1)
    self.count = count
  }

  /// Runs `body` once for each piece 0..<pieces and returns when all are done.
  public func run(_ pieces: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let helpers = min(count, pieces) - 1
    guard helpers > 0 else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    let next = NextPiece()
    let finished = DispatchSemaphore(value: 0)
    @Sendable func work() {
      while let piece = next.take(below: pieces) { body(piece) }
    }
    for _ in 0..<helpers {
      let thread = Thread {
        work()
        finished.signal()
      }
      thread.stackSize = 4 << 20
      thread.start()
    }
    work()
    for _ in 0..<helpers { finished.wait() }
  }

  /// What `body` makes of each piece, in the order of pieces whichever worker made it.
  public func map<Result: Sendable>(
    _ pieces: Int, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: pieces))
    run(pieces) { piece in
      let result = body(piece)
      results.withLock { $0[piece] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}

/// Hands out each piece once.
private final class NextPiece: Sendable {
  private let next = Atomic(0)

  func take(below count: Int) -> Int? {
    let piece = next.add(1, ordering: .relaxed).oldValue
    return piece < count ? piece : nil
  }
}
