import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file mapped for reading, unmapped with its last user. All unsafe memory of the safetensors
/// reader and writer is in this file.
///
/// Sendable because the mapping is never written.
final class SafetensorsMapping: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer

  init(path: String) throws(SafetensorsError) {
    func error(_ message: String) -> SafetensorsError { SafetensorsError(path: path, message) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw error("cannot be opened: \(systemMessage(errno)); check the path")
    }
    defer { _ = close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw error("cannot be examined: \(systemMessage(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw error("is a folder or a device; name the weights file itself")
    }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let count = Int(status.st_size)
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else {
      throw error("cannot be mapped into memory: \(systemMessage(errno))")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  var count: Int { bytes.count }

  func copy(_ range: Range<Int>) -> [UInt8] {
    range.isEmpty ? [] : Array(bytes[range])
  }

  /// Widens numbers to Float32; 8-bit numbers lie in `scales.count` rows.
  ///
  /// - Returns: false where the type holds none of these.
  func floats(
    _ range: Range<Int>, type: SafetensorsType, scales: [Float],
    into target: UnsafeMutableBufferPointer<Float>
  ) -> Bool {
    guard [.f32, .f16, .bf16, .f64, .i8].contains(type) else { return false }
    guard let output = target.baseAddress, !range.isEmpty else { return true }
    precondition(range.count == target.count * type.size)
    let input = bytes.baseAddress! + range.lowerBound
    // What has been copied need not stay in memory twice.
    defer { letGo(range) }
    switch type {
    case .f32: UnsafeMutableRawPointer(output).copyMemory(from: input, byteCount: range.count)
    case .f16:
      for index in 0..<target.count {
        let half = input.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        output[index] = widened(half: UInt16(littleEndian: half))
      }
    case .bf16:
      for index in 0..<target.count {
        let half = input.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        output[index] = Float(bitPattern: UInt32(UInt16(littleEndian: half)) << 16)
      }
    case .f64:
      for index in 0..<target.count {
        let bits = input.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
        output[index] = Float(Double(bitPattern: UInt64(littleEndian: bits)))
      }
    default:
      let columns = target.count / scales.count
      let values = input.assumingMemoryBound(to: Int8.self)
      for (row, scale) in scales.enumerated() {
        for index in row * columns..<(row + 1) * columns {
          output[index] = Float(values[index]) * scale
        }
      }
    }
    return true
  }

  /// Hands over 8-bit numbers as they lie there.
  func withInt8<Result>(_ range: Range<Int>, _ body: (Span<Int8>) -> Result) -> Result {
    defer { letGo(range) }
    let numbers = UnsafeBufferPointer(
      start: bytes.baseAddress?.advanced(by: range.lowerBound).assumingMemoryBound(to: Int8.self),
      count: range.count)
    return body(numbers.span)
  }

  /// Tells the system that the whole pages of a range will not be read again soon.
  private func letGo(_ range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
  }

  /// Whole numbers; nil where the type holds none, or one is beyond Int64.
  func integers(_ range: Range<Int>, type: SafetensorsType) -> [Int64]? {
    func read<Number: FixedWidthInteger>(_: Number.Type) -> [Int64]? {
      let size = MemoryLayout<Number>.size
      var result: [Int64] = []
      result.reserveCapacity(range.count / size)
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: size) {
        let number = Number(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        guard let value = Int64(exactly: number) else { return nil }
        result.append(value)
      }
      return result
    }
    switch type {
    case .bool, .u8: return read(UInt8.self)
    case .i8: return read(Int8.self)
    case .i16: return read(Int16.self)
    case .u16: return read(UInt16.self)
    case .i32: return read(Int32.self)
    case .u32: return read(UInt32.self)
    case .i64: return read(Int64.self)
    case .u64: return read(UInt64.self)
    case .f8e5m2, .f8e4m3, .f16, .bf16, .f32, .f64: return nil
    }
  }
}

/// IEEE 754 binary16 by its bits, in a way that compiles to vector code (the conversion of the
/// standard library is a call for each number).
@inline(__always)
func widened(half: UInt16) -> Float {
  let magnitude = UInt32(half & 0x7FFF) << 13
  // The exponent moves from bias 15 to 127; multiplying does this for subnormal numbers too.
  var bits = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
  if half & 0x7C00 == 0x7C00 { bits = magnitude | 0x7F80_0000 }
  return Float(bitPattern: bits | UInt32(half & 0x8000) << 16)
}

/// A file that is written beside its place, flushed, and moved there at the end: whoever reads the
/// path finds the old file or the new one, whole.
final class SafetensorsOutput {
  private let path: String
  private let partial: String
  private var file: Int32
  private var pending: [UInt8] = []
  private var written = 0
  private let total: Int
  private static let capacity = 1 << 20

  init(path: String, total: Int) throws(SafetensorsError) {
    self.path = path
    self.total = total
    partial = path + ".partial"
    pending.reserveCapacity(Self.capacity)
    file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if file < 0 {
      throw SafetensorsError(
        path: path,
        "cannot be written: '\(partial)': \(systemMessage(errno)); check that its folder exists and "
          + "may be written")
    }
  }

  deinit {
    if file >= 0 { abandon() }
  }

  func append(_ bytes: [UInt8]) throws(SafetensorsError) {
    try bytes.withUnsafeBufferPointer { bytes throws(SafetensorsError) in
      try append(UnsafeRawBufferPointer(bytes))
    }
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    if pending.count + bytes.count <= Self.capacity {
      pending.append(contentsOf: bytes)
    } else {
      try flush()
      try put(bytes)
    }
  }

  /// Appends numbers as `type`, one of f32, f16, bf16, rounded to nearest.
  func append(_ tensor: Tensor, as type: SafetensorsType) throws(SafetensorsError) {
    try tensor.withValues { values throws(SafetensorsError) in
      if type == .f32 {
        try append(UnsafeRawBufferPointer(values))
        return
      }
      for value in values {
        let bits = type == .f16 ? Float16(value).bitPattern : narrowed(value)
        pending.append(UInt8(truncatingIfNeeded: bits))
        pending.append(UInt8(truncatingIfNeeded: bits >> 8))
        if pending.count >= Self.capacity { try flush() }
      }
    }
  }

  /// Appends numbers as whole multiples of their row's scale.
  func append(_ tensor: Tensor, scales: [Float]) throws(SafetensorsError) {
    try tensor.withValues { values throws(SafetensorsError) in
      for (row, scale) in scales.enumerated() {
        let inverse = scale > 0 ? 1 / scale : 0
        for index in row * tensor.columns..<(row + 1) * tensor.columns {
          let value = max(-127, min(127, (values[index] * inverse).rounded()))
          pending.append(UInt8(bitPattern: Int8(value)))
          if pending.count >= Self.capacity { try flush() }
        }
      }
    }
  }

  /// Flushes to the disk and moves the file to its place.
  func finish() throws(SafetensorsError) {
    try flush()
    precondition(written == total, "\(written) of \(total) bytes written")
    guard fsync(file) == 0 else { throw failure("flushing", errno) }
    let closed = close(file)
    file = -1
    guard closed == 0, rename(partial, path) == 0 else {
      let number = errno
      unlink(partial)
      throw failure("closing", number)
    }
    // The new name must outlive a power cut too; a folder that cannot be flushed is no failure.
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let handle = open(folder, O_RDONLY | O_CLOEXEC)
    if handle >= 0 {
      fsync(handle)
      close(handle)
    }
  }

  private func flush() throws(SafetensorsError) {
    guard !pending.isEmpty else { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    try bytes.withUnsafeBufferPointer { bytes throws(SafetensorsError) in
      try put(UnsafeRawBufferPointer(bytes))
    }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    var offset = 0
    while offset < bytes.count {
      let count = write(file, bytes.baseAddress! + offset, bytes.count - offset)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("writing", errno) }
      offset += count
      written += count
    }
  }

  private func failure(_ what: String, _ number: Int32) -> SafetensorsError {
    let advice =
      number == ENOSPC || number == EDQUOT
      ? "free \(total) bytes on that disk and try again" : "check the disk and try again"
    return SafetensorsError(
      path: path,
      "cannot be written: \(systemMessage(number)) while \(what), after \(written) of \(total) bytes; "
        + "what stood there before is unchanged; \(advice)")
  }

  private func abandon() {
    close(file)
    unlink(partial)
    file = -1
  }
}

/// Brain floating point: the upper half of Float32's bits, rounded to nearest, ties to even.
private func narrowed(_ value: Float) -> UInt16 {
  let bits = value.bitPattern
  if value.isNaN { return UInt16(bits >> 16) | 0x40 }
  return UInt16((bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
}

/// What the system says about an error number.
private func systemMessage(_ number: Int32) -> String {
  String(cString: strerror(number))
}
