/// Float32 memory, aligned to a cache line, freed with its last user.
///
/// Sendable because it is only an address: who may write when is settled by the owner of the tensors
/// (a worker owns its workspace; weights are written by the optimizer alone, between steps).
final class Storage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let owner: (any AnyObject & Sendable)?

  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
    self.count = count
    owner = nil
  }

  /// Memory that belongs to `owner` (a mapped file), kept alive with it.
  init(base: UnsafeMutablePointer<Float>, count: Int, owner: any AnyObject & Sendable) {
    self.base = base
    self.count = count
    self.owner = owner
  }

  deinit {
    if owner == nil { UnsafeMutableRawPointer(base).deallocate() }
  }
}
