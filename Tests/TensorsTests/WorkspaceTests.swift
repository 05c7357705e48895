import Tensors
import TestSupport
import Testing

@Suite struct WorkspaceTests {
  private func address(_ tensor: Tensor) -> UInt {
    tensor.withValues { UInt(bitPattern: $0.baseAddress) }
  }

  /// What a step of training asks for, in sizes that do not fit the blocks evenly.
  private func step(_ workspace: Workspace, _ factor: Int) -> [Tensor] {
    [(3, 5), (1000 * factor, 77), (1, 1), (0, 9), (400, 801 * factor), (7, 11)].map {
      workspace.lend(rows: $0.0, columns: $0.1)
    }
  }

  @Test func doesNotGrowInSteadyState() {
    let workspace = Workspace()
    #expect(workspace.capacity == 0)
    for _ in 0..<3 {
      workspace.reset()
      _ = step(workspace, 3)
    }
    let capacity = workspace.capacity
    #expect(capacity > 0)
    for round in 0..<20 {
      workspace.reset()
      // Smaller steps in between are served from what there is.
      let lent = step(workspace, round % 3 + 1)
      #expect(workspace.capacity == capacity)
      #expect(lent.count == 6)
    }
  }

  @Test func staysNearWhatStepsNeed() {
    let workspace = Workspace()
    for _ in 0..<5 {
      workspace.reset()
      for _ in 0..<100 { _ = workspace.lend(rows: 100, columns: 160) }
    }
    #expect(workspace.capacity >= 1_600_000)
    #expect(workspace.capacity <= 2 * 1_600_000)
  }

  @Test func tensorsLieApartOnCacheLines() {
    let workspace = Workspace()
    for _ in 0..<3 {
      workspace.reset()
      let lent = step(workspace, 2)
      for (number, tensor) in lent.enumerated() {
        #expect(address(tensor) % 64 == 0)
        fill(tensor, with: Float(number + 1))
      }
      for (number, tensor) in lent.enumerated() {
        #expect(tensor.values.allSatisfy { $0 == Float(number + 1) })
      }
    }
  }

  @Test func resetLendsTheSameMemoryAgain() {
    let workspace = Workspace()
    let first = workspace.lend(rows: 3, columns: 7)
    fill(first, with: 5)
    let start = address(first)
    workspace.reset()
    #expect(address(workspace.lend(rows: 2, columns: 9)) == start)
    workspace.reset()
    let zeros = workspace.lendZeros(rows: 3, columns: 7)
    #expect(address(zeros) == start)
    #expect(zeros.values.allSatisfy { $0 == 0 })
  }

  /// Whoever still holds a tensor holds its memory, even when the workspace goes on to a larger block.
  @Test func tensorsKeepTheirMemoryAlive() {
    let kept: Tensor = {
      let workspace = Workspace()
      let tensor = workspace.lend(rows: 1, columns: 9)
      fill(tensor, with: 3)
      _ = workspace.lend(rows: 1000, columns: 1000)
      workspace.reset()
      return tensor
    }()
    #expect(kept.values == [Float](repeating: 3, count: 9))
  }
}
