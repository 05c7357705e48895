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
  /// From this size on memory may be asked for in huge pages.
  #if os(Linux)
    private static let hugeFrom = 4 << 20
  #else
    private static let hugeFrom = Int.max
  #endif
  private static let hugePage = 2 << 20

  /// - Parameter inHugePages: whether large memory is asked for in huge pages, where the system has them for the
  ///   asking: rows of a large matrix lie a page or more apart, and a product would look up the address of each
  ///   anew. All of it should be written: a huge page takes its 2 MiB however little of it is.
  init(count: Int, inHugePages isHuge: Bool = false) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    self.count = count
    owner = nil
    if bytes >= Self.mappedFrom {
      let memory = Self.map(bytes, inHugePages: isHuge && bytes >= Self.hugeFrom)
      base = memory.bindMemory(to: Float.self, capacity: count)
      mappedBytes = bytes
      return
    }
    mappedBytes = 0
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }

  private static func map(_ bytes: Int, inHugePages isHuge: Bool) -> UnsafeMutableRawPointer {
    let slack = isHuge ? hugePage : 0
    let mapped = mmap(
      nil, bytes + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      fatalError("out of memory: \(bytes >> 20) MiB more were needed")
    }
    guard isHuge else { return mapped }
    #if os(Linux)
      // Huge pages begin at multiples of their size; what lies before the first and behind the end is given back.
      let page = Int(getpagesize())
      let before = -Int(bitPattern: mapped) & (hugePage - 1)
      let base = mapped + before
      let end = (bytes + page - 1) / page * page
      if before > 0 { munmap(mapped, before) }
      if before < slack { munmap(base + end, slack - before) }
      madvise(base, end, MADV_HUGEPAGE)
      return base
    #else
      return mapped
    #endif
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
