import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The terminal while keys are read one by one. However the command ends short of being killed outright, the terminal
/// is what it was.
final class RawTerminal {
  /// How the terminal was; read by what runs when the process ends.
  private static let before = Mutex<termios?>(nil)

  /// - Throws: where standard input or standard error is no terminal.
  init() throws(Failure) {
    var state = termios()
    guard isatty(0) == 1, isatty(2) == 1, tcgetattr(0, &state) == 0 else {
      throw Failure(
        .usage,
        "--interactive needs a terminal to read keys from and to show suggestions on; for files and pipes there is "
          + "--next")
    }
    let old = state
    Self.before.withLock { $0 = old }
    atexit { RawTerminal.restore() }
    // SIGINT and SIGTERM are noted, so that waiting for a key ends.
    Interruption.catchSignals()
    state.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    state.c_iflag &= ~tcflag_t(IXON | ICRNL)
    tcsetattr(0, TCSADRAIN, &state)
    // What is pasted is to come between marks, so that a tab in it is not taken for the key.
    writeToStandardError("\u{1B}[?2004h")
  }

  deinit { Self.restore() }

  private static func restore() {
    before.withLock { state in
      guard var old = state else { return }
      writeToStandardError("\u{1B}[?2004l")
      tcsetattr(0, TCSADRAIN, &old)
      state = nil
    }
  }

  /// The next byte; nil at the end of input, or when the process is asked to stop.
  func byte() -> UInt8? {
    while Interruption.signal == 0 {
      var wait = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      // Not for ever: a signal may have come just before.
      guard poll(&wait, 1, 200) > 0 else { continue }
      var byte: UInt8 = 0
      let count = read(0, &byte, 1)
      if count == 1 { return byte }
      if count == 0 || errno != EINTR { return nil }
    }
    return nil
  }

  /// Whether another byte is there already, or within some milliseconds.
  func hasMore(within milliseconds: Int32 = 0) -> Bool {
    var wait = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, milliseconds) > 0
  }

  /// Columns of the terminal.
  var width: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
