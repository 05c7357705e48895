internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Keeps two processes from doing the same work in one place; the system lets go of it when a process ends,
/// however it ends.
package final class RunLock {
  private let descriptor: Int32

  /// - Parameter beforeWaiting: called where another process has it, and then that one's end is waited for; where
  ///   this is nil, that is an error.
  package init(path: String, beforeWaiting: (() -> Void)? = nil) throws {
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw WritingError(path: path, String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    guard let beforeWaiting else {
      close(descriptor)
      throw ModelError(
        path: path, "another process is training in this folder; wait for it, or use another --out")
    }
    beforeWaiting()
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  }

  deinit {
    // Said outright: a process that is being started at this moment has the descriptor too, until it is its own program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
