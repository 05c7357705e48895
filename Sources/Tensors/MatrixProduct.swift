internal import COpenBLAS

/// Whether a factor of a product is taken as it lies or transposed.
public enum Orientation: Sendable { case plain, transposed }

/// C = A·B, or C += A·B; each factor as it lies or transposed.
///
/// - Parameters:
///   - a: [M, K], or [K, M] when transposed.
///   - b: [K, N], or [N, K] when transposed.
///   - c: [M, N]; overwritten, or added to when `accumulate` is set.
public func multiply(
  _ a: Tensor, _ orientationA: Orientation = .plain,
  _ b: Tensor, _ orientationB: Orientation = .plain,
  into c: Tensor, accumulate: Bool = false
) {
  let (m, k) = orientationA == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
  let (kb, n) = orientationB == .plain ? (b.rows, b.columns) : (b.columns, b.rows)
  precondition(
    k == kb && c.rows == m && c.columns == n,
    "\(a.shape) × \(b.shape) into \(c.shape)")
  guard m > 0, n > 0 else { return }
  let beta: Float = accumulate ? 1 : 0
  if m == 1, k > 0 {
    // One row: a matrix-vector product reads B once and packs nothing.
    s2s_sgemv(
      orientationB == .plain ? 1 : 0, Int32(b.rows), Int32(b.columns), 1, b.base,
      Int32(b.columns), a.base, beta, c.base)
    return
  }
  s2s_sgemm(
    orientationA == .plain ? 0 : 1, orientationB == .plain ? 0 : 1, Int32(m), Int32(n), Int32(k),
    1, a.base, Int32(max(a.columns, 1)), b.base, Int32(max(b.columns, 1)), beta, c.base, Int32(n))
}

/// Why OpenBLAS cannot be used, or nil; loads it if need be.
public func matrixLibraryFailure() -> String? { s2s_blas_load().map { String(cString: $0) } }

/// The name OpenBLAS gives the kernels it runs on this machine.
public func matrixLibraryCore() -> String {
  _ = s2s_blas_load()
  return String(cString: s2s_blas_core())
}
