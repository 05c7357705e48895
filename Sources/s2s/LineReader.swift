#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads lines, as bytes, from a file or standard input, and can tell whether the next one is there
/// yet.
final class LineReader {
  /// What reading came to.
  enum Step {
    /// A line without its LF; `isTooLong` is one longer than any that is read, and empty.
    case line(ArraySlice<UInt8>, isTooLong: Bool)
    /// There is no whole line at the moment.
    case notYet
    case end
  }

  /// Longest line that is read, in bytes.
  static let maximumLength = 1 << 24
  private static let chunk = 1 << 16

  /// What messages call it.
  let name: String
  /// Number of the last line read, from 1.
  private(set) var number = 0
  private let descriptor: Int32
  private let isOwn: Bool
  private var buffer: [UInt8] = []
  private var start = 0
  /// Bytes after `start` known to hold no LF.
  private var searched = 0
  private var isAtEnd = false
  private var isSkipping = false

  /// - Parameter path: standard input where nil, or where `-`.
  init(path: String?) throws(Failure) {
    guard let path, path != "-" else {
      (descriptor, name, isOwn) = (0, "standard input", false)
      return
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    (name, isOwn) = (path, true)
    guard descriptor >= 0 else {
      let number = errno
      throw Failure(
        .noInput,
        number == ENOENT
          ? "\(path): there is no such file; check the path"
          : "\(path): cannot be opened: \(systemError(number))")
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(.noInput, "\(path): is a folder; name the file with the text")
    }
  }

  deinit {
    if isOwn { close(descriptor) }
  }

  /// The next line.
  ///
  /// - Parameter waits: whether to wait until there is one; if not, `.notYet` may come back.
  func next(waits: Bool) throws(Failure) -> Step {
    while true {
      if let newline = find() {
        let line = buffer[start..<newline]
        start = newline + 1
        searched = 0
        return take(line)
      }
      searched = buffer.count - start
      if searched > Self.maximumLength {
        isSkipping = true
        (start, searched) = (buffer.count, 0)
      }
      if isAtEnd {
        guard searched > 0 || isSkipping else { return .end }
        let line = buffer[start...]
        (start, searched) = (buffer.count, 0)
        return take(line)
      }
      if !waits && !isReady() { return .notYet }
      try fill()
    }
  }

  private func take(_ line: ArraySlice<UInt8>) -> Step {
    number += 1
    let isTooLong = isSkipping || line.count > Self.maximumLength
    isSkipping = false
    return .line(isTooLong ? [] : line, isTooLong: isTooLong)
  }

  private func find() -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, start + searched < bytes.count,
        let found = memchr(base + start + searched, 0x0A, bytes.count - start - searched)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Whether a read would come back at once.
  private func isReady() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  private func fill() throws(Failure) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    let used = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: Self.chunk))
    var count = -1
    repeat {
      count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + used, Self.chunk) }
    } while count < 0 && errno == EINTR
    let number = errno
    buffer.removeLast(Self.chunk - max(count, 0))
    isAtEnd = count == 0
    if count < 0 {
      throw Failure(
        number == EISDIR ? .noInput : .io,
        "\(name): cannot be read after line \(self.number): \(systemError(number))")
    }
  }
}
