/// Float32 numbers in row-major order, read as a matrix of `rows` by `columns`.
///
/// A tensor is a view: copies and row slices share memory, as the tape needs (a gate's slice is the
/// projection it was cut from). Memory is owned, or lent by a `Workspace` until that is reset.
/// The pointer stays inside this module; others go through kernels or the accessors below.
public struct Tensor: @unchecked Sendable {
  /// Product of all dimensions but the innermost.
  public let rows: Int
  /// Extent of the innermost dimension.
  public let columns: Int
  let base: UnsafeMutablePointer<Float>
  let storage: Storage

  init(rows: Int, columns: Int, base: UnsafeMutablePointer<Float>, storage: Storage) {
    self.rows = rows
    self.columns = columns
    self.base = base
    self.storage = storage
  }

  /// Zeros, [rows, columns], in memory of their own.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, storage: Storage(count: rows * columns))
  }

  /// Zeros, [rows, columns], in huge pages where the system has them: for large buffers that training writes all of.
  package init(inHugePages rows: Int, columns: Int) {
    self.init(
      rows: rows, columns: columns, storage: Storage(count: rows * columns, inHugePages: true))
  }

  private init(rows: Int, columns: Int, storage: Storage) {
    // What the system has just mapped is zero, and takes no memory until it is written.
    if !storage.isMapped { storage.base.initialize(repeating: 0, count: max(rows * columns, 1)) }
    self.init(rows: rows, columns: columns, base: storage.base, storage: storage)
  }

  /// A copy of `values`, [rows, columns].
  public init(rows: Int, columns: Int, _ values: [Float]) {
    precondition(values.count == rows * columns, "\(values.count) values for [\(rows), \(columns)]")
    self.init(rows: rows, columns: columns)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { base.update(from: first, count: source.count) }
    }
  }

  public var count: Int { rows * columns }

  public var shape: Shape { Shape(rows, columns) }

  /// The numbers in order, copied.
  public var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return base[row * columns + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      base[row * columns + column] = newValue
    }
  }

  /// Rows `range`, sharing memory.
  public func slice(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Tensor(
      rows: range.count, columns: columns, base: base + range.lowerBound * columns,
      storage: storage)
  }

  /// The same numbers as [rows, columns], sharing memory.
  public func reshaped(rows: Int, columns: Int) -> Tensor {
    precondition(rows * columns == count, "[\(rows), \(columns)] does not hold \(count) numbers")
    return Tensor(rows: rows, columns: columns, base: base, storage: storage)
  }

  /// Numbers `range` of the flat buffer as [rows, columns], sharing memory.
  package func cut(at offset: Int, rows: Int, columns: Int) -> Tensor {
    precondition(offset >= 0 && offset + rows * columns <= count, "a cut outside its buffer")
    return Tensor(rows: rows, columns: columns, base: base + offset, storage: storage)
  }

  /// Gives up the numbers, and with them the memory where it can be given back: they are undefined from
  /// then on.
  package func discard() { storage.discard(from: base, count: count) }

  /// Whether both start at the same address with the same width.
  package func isSame(as other: Tensor) -> Bool { base == other.base && columns == other.columns }

  /// Reads the numbers in place.
  package func withValues<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// Writes the numbers in place.
  package func withMutableValues<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeMutableBufferPointer(start: base, count: count))
  }
}
