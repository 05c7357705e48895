internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A few threads that go through one computation together: each calls `share` for the same stages
/// in the same order, and none begins a stage before all jobs of the one before are done.
///
/// For stages of microseconds, which beginning threads anew would drown. Members that wait spin and
/// then yield, so a team must not be larger than the machine has cores to spare. Which member does
/// which job must not matter to the result.
package final class Team: Sendable {
  package let size: Int
  private let next = Atomic(0)
  private let arrived = Atomic(0)
  private let stage = Atomic(0)
  /// Looks whether the others are there before the core is given away.
  private static let spins = 4096

  package init(size: Int) {
    precondition(size >= 1)
    self.size = size
  }

  /// Runs the jobs 0..<jobs together with the other members; returns when all are done.
  package func share(_ jobs: Int, _ body: (Int) -> Void) {
    if size == 1 {
      for job in 0..<jobs { body(job) }
      return
    }
    while true {
      let job = next.add(1, ordering: .relaxed).oldValue
      guard job < jobs else { break }
      body(job)
    }
    meet()
  }

  private func meet() {
    let current = stage.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == size {
      arrived.store(0, ordering: .relaxed)
      next.store(0, ordering: .relaxed)
      stage.add(1, ordering: .releasing)
      return
    }
    var spins = 0
    while stage.load(ordering: .acquiring) == current {
      spins += 1
      if spins > Self.spins { sched_yield() }
    }
  }
}
