import Neural
import Synchronization
import Testing

@Suite struct TeamTests {
  /// No job of a stage begins before all of the one before are done, and each is done once.
  @Test(arguments: [1, 2, 3]) func stagesFollowEachOther(_ size: Int) {
    let team = Team(size: size)
    let done = Mutex<[[Int]]>(Array(repeating: [], count: 50))
    Workers(count: size).run(size) { _ in
      for stage in 0..<50 {
        team.share(stage % 7) { job in
          done.withLock { done in
            if stage > 0 { #expect(done[stage - 1].count == (stage - 1) % 7) }
            done[stage].append(job)
          }
        }
      }
    }
    done.withLock { done in
      for stage in 0..<50 { #expect(done[stage].sorted() == Array(0..<stage % 7)) }
    }
  }
}
