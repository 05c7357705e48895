import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The signal that asked the process to stop, 0 if none did. A signal handler may touch nothing that
/// could be locked, hence an atomic of the whole program.
private let requestedSignal = Atomic<Int32>(0)

private func setSignalHandler(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
  _ = signal(number, handler)
}

/// Turns the first Ctrl-C or TERM into a request; the second ends the process as usual.
struct Interruption {
  init() {
    for number in [SIGINT, SIGTERM] {
      setSignalHandler(number) { number in
        requestedSignal.store(number, ordering: .relaxed)
        setSignalHandler(number, SIG_DFL)
      }
    }
  }

  var isRequested: Bool { signal != nil }

  /// Number of the signal that came.
  var signal: Int32? {
    let number = requestedSignal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
