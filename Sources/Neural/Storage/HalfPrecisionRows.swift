internal import Foundation
public import Tensors

/// Rows of numbers in half precision in a file that is mapped into memory, so that there may be more of
/// them than memory holds.
public final class HalfPrecisionRows: Sendable {
  /// Numbers in a row.
  public let columns: Int
  /// Rows in the file.
  public let count: Int
  private let data: Data

  /// Maps a file that a `Writer` has finished.
  ///
  /// - Returns: nil if there is no such file, or its length is no whole number of rows.
  public init?(path: String, columns: Int) {
    precondition(columns > 0)
    guard
      let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped),
      data.count.isMultiple(of: 2 * columns)
    else { return nil }
    self.data = data
    self.columns = columns
    count = data.count / (2 * columns)
  }

  /// Rows of the file as single precision.
  ///
  /// - Parameter tensor: [rows, columns].
  public func read(_ rows: Range<Int>, into tensor: Tensor) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= count && tensor.rows == rows.count
        && tensor.columns == columns, "rows \(rows) of \(count) into \(tensor.shape)")
    let start = 2 * rows.lowerBound * columns
    data.withUnsafeBytes { bytes in
      tensor.withMutableValues { values in
        for index in values.indices {
          let bits = bytes.loadUnaligned(fromByteOffset: start + 2 * index, as: UInt16.self)
          values[index] = widened(half: UInt16(littleEndian: bits))
        }
      }
    }
  }

  /// Writes rows one after the other.
  public final class Writer {
    private let handle: FileHandle
    private var bytes: [UInt8] = []

    /// Begins an empty file, in place of one that may be there.
    public init(path: String) throws {
      guard FileManager.default.createFile(atPath: path, contents: nil),
        let handle = FileHandle(forWritingAtPath: path)
      else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
      self.handle = handle
    }

    /// Adds rows, rounded to nearest.
    ///
    /// - Throws: what the system says where they cannot be written.
    public func append(_ tensor: Tensor) throws {
      bytes.removeAll(keepingCapacity: true)
      bytes.reserveCapacity(2 * tensor.count)
      tensor.withValues { values in
        for value in values {
          let bits = Float16(value).bitPattern
          bytes.append(UInt8(truncatingIfNeeded: bits))
          bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
      }
      try handle.write(contentsOf: Data(bytes))
    }

    /// Sees to it that all rows have arrived, and ends.
    public func finish() throws {
      try handle.synchronize()
      try handle.close()
    }
  }
}
