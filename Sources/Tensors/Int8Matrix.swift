internal import CInt8

/// A matrix of 8-bit numbers with a scale a column, laid out for products: a quarter of the memory of `PackedMatrix`,
/// and several times as fast where the processor multiplies 8-bit numbers.
///
/// What it is multiplied with is quantized to seven bits as it comes, with a scale a row (dynamic quantization; Jacob et
/// al. 2018, sec. 2, without zero points). Sums of products are whole numbers and exact, and all processors scale and round
/// them alike: results are the same everywhere, to the bit, and depend on no other row.
///
/// Sendable because it is only an address, like `Tensor`: it is packed when nobody multiplies.
public struct Int8Matrix: @unchecked Sendable {
  /// Numbers that are summed up for each of the product's.
  public let depth: Int
  /// Columns of the product.
  public let columns: Int
  private let kernels: Int8Kernels
  private let buffer: Tensor

  /// Most numbers that can be summed up.
  public static let largestDepth = Int(s2s_int8_largest_depth)

  /// Room for a matrix [depth, columns].
  public init(depth: Int, columns: Int) {
    self.init(depth: depth, columns: columns, kernels: .best)
  }

  package init(depth: Int, columns: Int, kernels: Int8Kernels) {
    precondition(depth <= Self.largestDepth, "sums of \(depth) products may overflow")
    self.depth = depth
    self.columns = columns
    self.kernels = kernels
    let bytes = s2s_int8_packed_bytes(kernels.pointer, Int32(columns), Int32(depth))
    buffer = Tensor(rows: 1, columns: (bytes + 3) / 4)
  }

  /// Bytes that it takes in memory.
  public var byteCount: Int { 4 * buffer.count }

  /// Panels of columns, the parts it may be packed in.
  public var panels: Int { (columns + kernels.panelWidth - 1) / kernels.panelWidth }

  /// Quantizes and packs some panels of the transpose of a matrix: each row's largest magnitude becomes 127.
  ///
  /// A matrix that was read from 8-bit numbers with a scale a row comes out as those very numbers.
  ///
  /// - Parameter matrix: [columns, depth].
  public func pack(transposed matrix: Tensor, panels range: Range<Int>) {
    precondition(
      matrix.rows == columns && matrix.columns == depth && range.upperBound <= panels,
      "\(matrix.shape) packed as [\(depth), \(columns)]")
    let width = kernels.panelWidth
    let stride = s2s_int8_depth(Int32(depth))
    var numbers = [Int8](repeating: 0, count: width * stride)
    var scales = [Float](repeating: 0, count: width)
    for panel in range {
      let rows = min(width, columns - panel * width)
      s2s_int8_quantize_plain(
        Int32(rows), Int32(depth), matrix.base + panel * width * depth, depth, &numbers, &scales)
      s2s_int8_pack(
        kernels.pointer, numbers, scales, Int32(rows), Int32(depth), Int32(panel), buffer.base)
    }
  }

  /// Packs the transpose of a matrix that is quantized already.
  ///
  /// - Parameters:
  ///   - numbers: [columns, depth], row-major; none is -128, whose negative has no room in 8 bits.
  ///   - scales: one for each row.
  public func pack(transposed numbers: Span<Int8>, scales: [Float]) {
    precondition(numbers.count == columns * depth && scales.count == columns)
    let width = kernels.panelWidth
    let stride = s2s_int8_depth(Int32(depth))
    var rows = [Int8](repeating: 0, count: width * stride)
    for panel in 0..<panels {
      let count = min(width, columns - panel * width)
      for row in 0..<count {
        let start = (panel * width + row) * depth
        for k in 0..<depth { rows[row * stride + k] = numbers[start + k] }
      }
      s2s_int8_pack(
        kernels.pointer, rows, Array(scales[panel * width..<panel * width + count]), Int32(count),
        Int32(depth), Int32(panel), buffer.base)
    }
  }

  /// Row `number` of the matrix that was packed, [1, depth]: its 8-bit numbers times its scale.
  public func unpack(row number: Int, into row: Tensor) {
    precondition(number >= 0 && number < columns && row.count == depth)
    s2s_int8_unpack_row(kernels.pointer, buffer.base, Int32(depth), Int32(number), row.base)
  }

  /// A matrix of some of the columns, [depth, numbers.count].
  public func selecting(_ numbers: [Int]) -> Int8Matrix {
    precondition(numbers.allSatisfy { $0 >= 0 && $0 < columns })
    let some = Int8Matrix(depth: depth, columns: numbers.count, kernels: kernels)
    s2s_int8_select(
      kernels.pointer, buffer.base, Int32(depth), numbers.map { Int32($0) }, Int32(numbers.count),
      some.buffer.base)
    return some
  }

  /// Numbers of memory that a product with so many rows needs besides; see `multiply`.
  func room(rows: Int) -> Int { rows * (s2s_int8_depth(Int32(depth)) / 4 + 1) }

  fileprivate func multiply(_ a: Tensor, into c: Tensor, accumulate: Bool, room: Tensor) {
    precondition(
      a.columns == depth && c.columns == columns && c.rows == a.rows
        && room.count >= self.room(rows: a.rows),
      "\(a.shape) × [\(depth), \(columns)] into \(c.shape)")
    guard a.rows > 0, columns > 0 else { return }
    // Scales first, then the rows' 8-bit numbers.
    let (scales, rows) = (room.base, UnsafeMutableRawPointer(room.base + a.rows))
    let numbers = rows.assumingMemoryBound(to: Int8.self)
    kernels.pointer.pointee.quantize?(
      Int32(a.rows), Int32(depth), a.base, a.columns, numbers, scales)
    kernels.pointer.pointee.multiply?(
      Int32(a.rows), Int32(columns), Int32(depth), numbers, scales, buffer.base,
      accumulate ? 1 : 0, c.base, columns)
  }
}

/// C = A·B, or C += A·B, with B of 8-bit numbers.
///
/// - Parameters:
///   - a: [M, depth].
///   - c: [M, columns]; overwritten, or added to when `accumulate` is set.
///   - room: memory for the quantized rows of A, grown as needed, to be kept from product to product.
public func multiply(
  _ a: Tensor, _ b: Int8Matrix, into c: Tensor, accumulate: Bool = false, room: inout Tensor
) {
  let needed = b.room(rows: a.rows)
  if room.count < needed { room = Tensor(rows: 1, columns: needed + needed / 16) }
  b.multiply(a, into: c, accumulate: accumulate, room: room)
}

/// A set of kernels for products of 8-bit numbers, in one kind of instructions.
///
/// Sendable because it points to constants.
package struct Int8Kernels: @unchecked Sendable {
  fileprivate let pointer: UnsafePointer<s2s_int8_kernels>

  /// Those that this processor can run, best first.
  package static let all: [Int8Kernels] = {
    var all: [Int8Kernels] = []
    while let pointer = s2s_int8_kernels_at(Int32(all.count)) {
      all.append(Int8Kernels(pointer: pointer))
    }
    return all
  }()

  package static let best = all[0]

  package var name: String { String(cString: pointer.pointee.name) }

  fileprivate var panelWidth: Int { Int(pointer.pointee.panel) }
}
