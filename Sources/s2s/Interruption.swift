import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// SIGINT and SIGTERM as a wish to stop, which the work under way looks at from time to time.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// The signal that came, or 0.
  static var signal: Int32 { received.load(ordering: .relaxed) }

  /// From now on the first signal is noted; the second ends the process as if nothing caught it.
  static func catchSignals() {
    // A handler must not be the first to touch a global, for making one may take a lock.
    received.store(0, ordering: .relaxed)
    // Whoever started this process may have left them blocked.
    var caught = sigset_t()
    sigemptyset(&caught)
    for number in [SIGINT, SIGTERM] { sigaddset(&caught, number) }
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
    for number in [SIGINT, SIGTERM] {
      systemSignal(number) { number in
        Interruption.received.store(number, ordering: .relaxed)
        systemSignal(SIGINT, SIG_DFL)
        systemSignal(SIGTERM, SIG_DFL)
      }
    }
  }
}

private func systemSignal(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
  signal(number, handler)
}
