#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Float32 memory, aligned to a cache line, freed with its last user.
///
/// Sendable because it is only an address: who may write when is settled by the owner of the tensors
/// (a worker owns its workspace; weights are written by the optimizer alone, between steps).
final class Storage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let owner: (any AnyObject & Sendable)?
  /// Bytes taken from the system directly; 0 where the allocator gave them.
  private let mappedBytes: Int

  /// Whether the system has mapped it for this.
  var isMapped: Bool { mappedBytes > 0 }

  /// From this size on memory is mapped: the allocator would keep what is freed, and blocks of many
  /// megabytes come and go with every batch of another length.
  private static let mappedFrom = 1 << 20

  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    self.count = count
    owner = nil
    if bytes >= Self.mappedFrom {
      let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let memory, memory != MAP_FAILED else {
        fatalError("out of memory: \(bytes >> 20) MiB more were needed")
      }
      base = memory.bindMemory(to: Float.self, capacity: count)
      mappedBytes = bytes
      return
    }
    mappedBytes = 0
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// Memory that belongs to `owner` (a mapped file), kept alive with it.
  init(base: UnsafeMutablePointer<Float>, count: Int, owner: any AnyObject & Sendable) {
    self.base = base
    self.count = count
    self.owner = owner
    mappedBytes = 0
  }

  /// Gives whole pages of a stretch back to the system, if the system gave them; they are zeros if they are
  /// read again.
  func discard(from first: UnsafeMutablePointer<Float>, count: Int) {
    guard mappedBytes > 0 else { return }
    let page = UInt(getpagesize())
    let start = (UInt(bitPattern: first) + page - 1) / page * page
    let end = UInt(bitPattern: first + count) / page * page
    guard start < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
  }

  deinit {
    if mappedBytes > 0 {
      munmap(base, mappedBytes)
    } else if owner == nil {
      UnsafeMutableRawPointer(base).deallocate()
    }
  }
}
