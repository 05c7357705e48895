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

  /// Takes it.
  ///
  /// - Throws: `ModelError` if another process has it.
  package init(path: String) throws {
    let descriptor = try Self.opened(path)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(descriptor)
      guard reason == EWOULDBLOCK else {
        throw WritingError(path: path, "cannot be locked: " + String(cString: strerror(reason)))
      }
      throw ModelError(
        path: path, "another process is training in this folder; wait for it, or use another --out")
    }
    self.descriptor = descriptor
  }

  /// Waiting was ended before it was to be had.
  package struct Interrupted: Error {}

  /// Takes it as soon as no other process has it; does without it where the folder's system has no locks.
  ///
  /// - Parameters:
  ///   - beforeWaiting: called if one has.
  ///   - isInterrupted: asked now and then while that is so.
  /// - Throws: `Interrupted`.
  package init(
    path: String, beforeWaiting: () -> Void, isInterrupted: () -> Bool = { false }
  ) throws {
    let descriptor = try Self.opened(path)
    func isHeldByAnother() -> Bool {
      flock(descriptor, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR)
    }
    var isWaiting = isHeldByAnother()
    if isWaiting { beforeWaiting() }
    while isWaiting {
      if isInterrupted() {
        close(descriptor)
        throw Interrupted()
      }
      usleep(100_000)
      isWaiting = isHeldByAnother()
    }
    self.descriptor = descriptor
  }

  private static func opened(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw WritingError(path: path, String(cString: strerror(errno)))
    }
    return descriptor
  }

  deinit {
    // Said outright: a process that is being started at this moment has the descriptor too, until it is its own program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
