internal import Foundation
internal import Recipes

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Another process that is run to its end, in a process group of its own: signals from the terminal come to it only
/// through this one.
struct ChildProcess {
  /// How it ended.
  struct End {
    /// As shells give it: 128 and the signal for one that was killed.
    var exitCode: Int32
    /// Most memory that it held at once.
    var peakBytes: Int
  }

  /// - Parameters:
  ///   - executable: its path.
  ///   - arguments: without its name.
  ///   - interruption: asked now and then; a signal other than 0 is passed on, once.
  /// - Throws: `ModelError` if it cannot be started.
  static func run(
    _ executable: String, _ arguments: [String], interruption: () -> Int32
  ) throws -> End {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    // The thread that this runs on may hold signals back that the child is to hear.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    // Standard output is for answers, and its input is nobody's.
    posix_spawn_file_actions_adddup2(&files, 2, 1)
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    let names = ([executable] + arguments).map { strdup($0) } + [nil]
    defer { for name in names { free(name) } }
    var child = pid_t()
    let problem = posix_spawn(&child, executable, &files, &attributes, names, environ)
    guard problem == 0 else {
      throw ModelError(path: executable, "cannot be started: \(String(cString: strerror(problem)))")
    }
    guard let end = wait(for: child, interruption: interruption) else {
      throw ModelError(path: executable, "was lost sight of: \(String(cString: strerror(errno)))")
    }
    return end
  }

  private static func wait(for child: pid_t, interruption: () -> Int32) -> End? {
    let clock = ContinuousClock()
    var (look, pause) = (clock.now, Duration.milliseconds(20))
    var isTold = false
    var status: Int32 = 0
    var usage = rusage()
    var peak = 0
    while true {
      let ended = wait4(child, &status, WNOHANG, &usage)
      if ended == child { break }
      if ended < 0, errno != EINTR { return nil }
      let signal = interruption()
      if signal != 0, !isTold {
        kill(child, signal)
        isTold = true
      }
      if clock.now >= look {
        peak = peakBytes(of: child) ?? peak
        // Rarer and rarer, up to a second: the first looks see a process that has yet to become its own program.
        (look, pause) = (clock.now + pause, min(pause * 2, .seconds(1)))
      }
      usleep(20_000)
    }
    let signal = status & 0x7F
    return End(
      exitCode: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      // What the system says at the end, in KiB, has in it what this process held when it started the other.
      peakBytes: peak > 0 ? peak : usage.ru_maxrss * 1024)
  }

  /// Most memory that a process has held so far, where the system tells.
  private static func peakBytes(of child: pid_t) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
