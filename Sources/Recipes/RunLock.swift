internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Keeps two processes from training in one folder; the system lets go of it when a process ends,
/// however it ends.
final class RunLock {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ModelError(path: path, "cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ModelError(
        path: path, "another process is training in this folder; wait for it, or use another --out")
    }
  }

  deinit { close(descriptor) }
}
