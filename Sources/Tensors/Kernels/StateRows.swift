extension Tensor {
  /// Where a row of a state begins; nil beyond its rows, which count as zeros.
  func stateRow(_ row: Int) -> UnsafeMutablePointer<Float>? {
    row < rows ? base + row * columns : nil
  }
}
