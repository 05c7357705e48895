#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Lines on their way to standard output or a file, gathered so that few calls of the system write
/// them.
///
/// A reader that has gone away (`| head -1`) ends the command quietly: it has all it wanted.
final class TextOutput {
  private static let capacity = 1 << 16
  private let descriptor: Int32
  private let name: String
  private let isOwn: Bool
  private var buffer: [UInt8] = []
  /// Lines given so far.
  private(set) var lines = 0

  /// - Parameters:
  ///   - path: a file to be written anew; standard output where nil.
  ///   - inputs: files that it must not be.
  ///   - option: that gave the path, as messages name it.
  ///   - isEmptied: whether what the file holds is lost at once.
  init(
    path: String?, apartFrom inputs: [String] = [], option: String = "--output",
    isEmptied: Bool = true
  ) throws(Failure) {
    guard let path else {
      (descriptor, name, isOwn) = (1, "standard output", false)
      return
    }
    if let input = inputs.first(where: { isSameFile($0, path) }) {
      throw Failure(.usage, "\(option) \(path) is the input '\(input)'; give it another name")
    }
    descriptor = open(
      path, O_WRONLY | O_CREAT | (isEmptied ? O_TRUNC : 0) | O_CLOEXEC, 0o666)
    (name, isOwn) = (path, true)
    guard descriptor >= 0 else {
      throw Failure(.cannotCreate, "\(path): cannot be written: \(systemError())")
    }
  }

  /// Adds a line.
  func write(_ line: String) throws {
    buffer.append(contentsOf: line.utf8)
    try endLine()
  }

  /// Adds a line given as bytes.
  func write(bytes: some Collection<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    try endLine()
  }

  private func endLine() throws {
    buffer.append(UInt8(ascii: "\n"))
    lines += 1
    if buffer.count >= Self.capacity { try flush() }
  }

  /// Hands over what has been gathered.
  func flush() throws {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes { bytes in
        systemWrite(descriptor, bytes.baseAddress! + start, bytes.count - start)
      }
      if written > 0 {
        start += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
      case EPIPE: throw SilentEnd(status: .done)
      default: throw failed()
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left, and makes sure that a file has arrived.
  func close() throws {
    try flush()
    if isOwn, systemClose(descriptor) != 0 { throw failed() }
  }

  private func failed() -> Failure {
    let reason = systemError()
    return Failure(
      .io,
      "\(name): cannot be written: \(reason); the output is incomplete"
        + (errno == ENOSPC ? ". Free some space and run the command again" : ""))
  }
}

private func systemWrite(_ descriptor: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, base, count)
}

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// Whether two paths name one regular file.
func isSameFile(_ one: String, _ other: String) -> Bool {
  var (first, second) = (stat(), stat())
  guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    && first.st_mode & S_IFMT == S_IFREG
}
