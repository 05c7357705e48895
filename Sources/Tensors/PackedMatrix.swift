internal import CPackedProducts

/// A matrix laid out for the products it will be in: once packed, a product with few rows costs its
/// arithmetic and no more, where the BLAS would pack the matrix at every call.
///
/// Each number of a product is one chain of fused multiply-adds over the depth. It depends neither on the
/// other rows nor on the width of the processor's vectors: on every processor with fused multiply-adds
/// (all arm64, x86-64 since 2013) products come out alike.
///
/// Sendable because it is only an address, like `Tensor`: it is packed when nobody multiplies.
public struct PackedMatrix: @unchecked Sendable {
  /// Numbers that are summed up for each of the product's.
  public let depth: Int
  /// Columns of the product.
  public let columns: Int
  private let kernels: PackedKernels
  private let buffer: Tensor

  /// Room for a matrix [depth, columns] in memory of its own.
  public init(depth: Int, columns: Int) {
    self.init(
      depth: depth, columns: columns,
      in: Tensor(rows: 1, columns: Self.room(depth: depth, columns: columns)))
  }

  /// Room for a matrix [depth, columns] in memory that is lent, at least `room(depth:columns:)` numbers.
  public init(depth: Int, columns: Int, in buffer: Tensor) {
    self.init(depth: depth, columns: columns, in: buffer, kernels: .best)
  }

  package init(depth: Int, columns: Int, in buffer: Tensor, kernels: PackedKernels) {
    precondition(buffer.count >= Self.room(depth: depth, columns: columns, kernels: kernels))
    self.depth = depth
    self.columns = columns
    self.kernels = kernels
    self.buffer = buffer
  }

  /// Numbers that a packed matrix [depth, columns] takes in memory.
  public static func room(depth: Int, columns: Int) -> Int {
    room(depth: depth, columns: columns, kernels: .best)
  }

  package static func room(depth: Int, columns: Int, kernels: PackedKernels) -> Int {
    s2s_packed_count(kernels.pointer, Int32(columns), Int32(depth))
  }

  /// Panels of columns, the parts it may be packed in.
  public var panels: Int { (columns + kernels.panelWidth - 1) / kernels.panelWidth }

  /// Packs some panels of `matrix`, [depth, columns], or [columns, depth] when transposed.
  public func pack(_ matrix: Tensor, _ orientation: Orientation, panels range: Range<Int>) {
    let (rows, width) = orientation == .plain ? (depth, columns) : (columns, depth)
    precondition(
      matrix.rows == rows && matrix.columns == width && range.upperBound <= panels,
      "\(matrix.shape) packed as [\(depth), \(columns)]")
    let (first, last) = (Int32(range.lowerBound), Int32(range.upperBound))
    switch orientation {
    case .plain:
      s2s_pack(
        kernels.pointer, matrix.base, Int32(depth), Int32(columns), first, last, buffer.base)
    case .transposed:
      s2s_pack_transposed(
        kernels.pointer, matrix.base, Int32(columns), Int32(depth), first, last, buffer.base)
    }
  }

  /// A matrix of some of the columns, [depth, numbers.count].
  public func selecting(_ numbers: [Int]) -> PackedMatrix {
    let some = PackedMatrix(
      depth: depth, columns: numbers.count,
      in: Tensor(
        rows: 1, columns: Self.room(depth: depth, columns: numbers.count, kernels: kernels)),
      kernels: kernels)
    fill(some.buffer, with: 0)
    for (place, number) in numbers.enumerated() {
      precondition(number >= 0 && number < columns)
      let (from, to) = (column(number), some.column(place))
      for k in 0..<depth { to[k * panelWidth] = from[k * panelWidth] }
    }
    return some
  }

  /// Where a column begins; its numbers lie a panel's width apart.
  private func column(_ number: Int) -> UnsafeMutablePointer<Float> {
    buffer.base + number / panelWidth * panelWidth * depth + number % panelWidth
  }

  fileprivate func multiply(
    transposed a: Tensor, rows: Range<Int>, into c: Tensor, accumulate: Bool
  ) {
    precondition(
      a.rows == depth && rows.upperBound <= a.columns && c.columns == columns
        && c.rows == rows.count,
      "rows \(rows) of \(a.shape) transposed × [\(depth), \(columns)] into \(c.shape)")
    guard !rows.isEmpty, columns > 0 else { return }
    kernels.pointer.pointee.multiply_transposed?(
      Int32(rows.count), Int32(columns), Int32(depth), a.base + rows.lowerBound, a.columns,
      buffer.base,
      accumulate ? 1 : 0, c.base, columns)
  }

  fileprivate func multiply(
    _ a: Tensor, _ orientation: Orientation, into c: Tensor, accumulate: Bool
  ) {
    let (m, k) = orientation == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
    precondition(
      k == depth && c.columns == columns && c.rows == m,
      "\(a.shape) \(orientation) × [\(depth), \(columns)] into \(c.shape)")
    guard m > 0, columns > 0 else { return }
    let product =
      orientation == .plain
      ? kernels.pointer.pointee.multiply : kernels.pointer.pointee.multiply_transposed
    product?(
      Int32(m), Int32(columns), Int32(depth), a.base, a.columns, buffer.base,
      accumulate ? 1 : 0, c.base, columns)
  }

  /// Columns of a panel.
  package var panelWidth: Int { kernels.panelWidth }

  /// Some panels of C = A·B, or of C += A·B, with B this matrix; the numbers are those of the whole
  /// product.
  ///
  /// - Parameters:
  ///   - a: [M, depth].
  ///   - c: [M, any]; the first panel's columns begin at its column `column`. Where its columns end
  ///     before those of the last panel, the rest is dropped; where they do not, the columns that
  ///     fill up the last panel are written too.
  package func multiply(
    _ a: Tensor, panels range: Range<Int>, into c: Tensor, at column: Int, accumulate: Bool
  ) {
    let width = min(range.count * panelWidth, c.columns - column)
    precondition(
      a.columns == depth && a.rows == c.rows && range.upperBound <= panels
        && width >= min(range.count * panelWidth, columns - range.lowerBound * panelWidth),
      "\(a.shape) × panels \(range) of [\(depth), \(columns)] into \(c.shape) at \(column)")
    guard a.rows > 0, width > 0 else { return }
    kernels.pointer.pointee.multiply?(
      Int32(a.rows), Int32(width), Int32(depth), a.base, a.columns,
      buffer.base + range.lowerBound * panelWidth * depth, accumulate ? 1 : 0, c.base + column,
      c.columns)
  }
}

/// C = A·B, or C += A·B, with B packed.
///
/// - Parameters:
///   - a: [M, depth], or [depth, M] when transposed.
///   - c: [M, columns]; overwritten, or added to when `accumulate` is set.
public func multiply(
  _ a: Tensor, _ orientation: Orientation, _ b: PackedMatrix, into c: Tensor,
  accumulate: Bool = false
) {
  b.multiply(a, orientation, into: c, accumulate: accumulate)
}

/// Some rows of C = Aᵀ·B, or of C += Aᵀ·B, with B packed; the numbers are those of the whole product.
///
/// - Parameters:
///   - a: [depth, any].
///   - rows: of C, columns of A.
///   - c: [rows.count, columns]; overwritten, or added to when `accumulate` is set.
package func multiply(
  transposed a: Tensor, rows: Range<Int>, _ b: PackedMatrix, into c: Tensor, accumulate: Bool
) {
  b.multiply(transposed: a, rows: rows, into: c, accumulate: accumulate)
}

/// A set of kernels for products with packed matrices, in one kind of instructions.
///
/// Sendable because it points to constants.
package struct PackedKernels: @unchecked Sendable {
  fileprivate let pointer: UnsafePointer<s2s_kernels>

  /// Those that this processor can run, best first.
  package static let all: [PackedKernels] = {
    var all: [PackedKernels] = []
    while let pointer = s2s_kernels_at(Int32(all.count)) {
      all.append(PackedKernels(pointer: pointer))
    }
    return all
  }()

  package static let best = all[0]

  package var name: String { String(cString: pointer.pointee.name) }

  /// Whether multiply and add are rounded once; sets that do so agree to the bit.
  package var isFused: Bool { pointer.pointee.is_fused != 0 }

  fileprivate var panelWidth: Int { Int(pointer.pointee.panel) }
}
