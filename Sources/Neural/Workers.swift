internal import Dispatch
internal import Synchronization

/// A fixed number of threads that share pieces of work. Which thread does which piece does not matter to
/// any result: pieces are cut by the caller, whatever the number of threads.
public struct Workers: Sendable {
  public let count: Int

  public init(count: Int) {
    precondition(count >= 1)
    self.count = count
  }

  /// Runs `body` once for each piece 0..<pieces and returns when all are done.
  public func run(_ pieces: Int, _ body: @Sendable (Int) -> Void) {
    guard count > 1, pieces > 1 else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(count, pieces)) { _ in
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        if piece >= pieces { return }
        body(piece)
      }
    }
  }

  /// What `body` makes of each piece, in the order of pieces whichever worker made it.
  public func map<Result: Sendable>(
    _ pieces: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: pieces))
    run(pieces) { piece in
      let result = body(piece)
      results.withLock { $0[piece] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
