/// Forbids the token that would make an n-gram (n ≤ 8) follow itself once too often.
///
/// A beginning carries its last eight tokens and, for each n, for how many tokens by now each has been
/// the one n before it; an n-gram has followed itself m times when that run is m·n long. So a step
/// costs the same however long the output is.
struct RepetitionGuard {
  /// What a beginning must remember.
  struct Trail {
    /// Lane n - 1: the token n back, or -1.
    fileprivate var recent = SIMD8<Int32>(repeating: -1)
    /// Lane n - 1: for how many tokens each has equalled the one n before it.
    fileprivate var runs = SIMD8<Int32>(repeating: 0)

    mutating func append(_ token: TokenID) {
      let same = recent .== token
      runs = (runs &+ 1).replacing(with: 0, where: .!same)
      for lane in stride(from: 7, to: 0, by: -1) { recent[lane] = recent[lane - 1] }
      recent[0] = token
    }
  }

  /// Lane n - 1: the longest run after which one more equal token is one too many.
  private let limits: SIMD8<Int32>
  private let isOn: Bool

  /// - Parameter maxRepeats: how often in a row an n-gram may follow itself; 0 for no guard.
  init(maxRepeats: Int) {
    isOn = maxRepeats > 0
    let copies = Int32(clamping: min(maxRepeats, 1 << 24)) + 1
    limits = SIMD8(1, 2, 3, 4, 5, 6, 7, 8) &* copies &- 1
  }

  /// Calls `body` with each token that may not come next (one may be named twice).
  @inline(__always)
  func forEachForbidden(after trail: Trail, _ body: (TokenID) -> Void) {
    guard isOn else { return }
    let full = trail.runs .>= limits
    guard any(full) else { return }
    for lane in 0..<8 where full[lane] { body(trail.recent[lane]) }
  }
}
