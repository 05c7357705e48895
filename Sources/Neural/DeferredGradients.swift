package import Tensors

/// What one tape adds to the gradients of weight matrices, kept until the tape has run: rows of a matrix can then be
/// made by whoever has time, and several tapes add to one buffer without waiting for each other.
///
/// It belongs to a graph, whose workspace holds what the contributions are made of until the graph is reset. Sendable
/// because a graph's thread alone writes it, and others read it when the tape has run.
package final class DeferredGradients: @unchecked Sendable {
  private enum Contribution {
    /// dW += dyᵀ·x.
    case product(dy: Tensor, x: PackedMatrix)
    /// Rows of dy, added to the table's rows that `indices` name.
    case rows(dy: Tensor, indices: [Int])
  }

  /// By the parameter's number in its table.
  private var contributions: [[Contribution]]
  private var isWritten: [Bool]

  package init(_ table: ParameterTable) {
    contributions = Array(repeating: [], count: table.parameters.count)
    isWritten = Array(repeating: false, count: table.parameters.count)
  }

  /// Whether anything was kept for a parameter since the graph was reset.
  package func contributes(to parameter: Parameter) -> Bool {
    !contributions[parameter.number].isEmpty
  }

  /// Whether something may have been added to the parameter's gradient in the graph's own buffer since `clearWritten`.
  package func hasWritten(_ parameter: Parameter) -> Bool { isWritten[parameter.number] }

  package func clearWritten() {
    for number in isWritten.indices { isWritten[number] = false }
  }

  /// Adds what was kept to some rows of a gradient.
  ///
  /// - Parameters:
  ///   - rows: of the parameter.
  ///   - block: these rows of its gradient, [rows.count, columns].
  ///   - overwrite: whether `block` holds nothing yet; what it is then does not matter.
  package func add(_ parameter: Parameter, rows: Range<Int>, to block: Tensor, overwrite: Bool) {
    var isEmpty = overwrite
    for contribution in contributions[parameter.number] {
      switch contribution {
      case .product(let dy, let x):
        multiply(transposed: dy, rows: rows, x, into: block, accumulate: !isEmpty)
      case .rows(let dy, let indices):
        if isEmpty { fill(block, with: 0) }
        for (place, index) in indices.enumerated() where rows.contains(index) {
          let row = index - rows.lowerBound
          Tensors.add(dy.slice(place..<place + 1), to: block.slice(row..<row + 1))
        }
      }
      isEmpty = false
    }
  }

  func reset() {
    for number in contributions.indices { contributions[number].removeAll(keepingCapacity: true) }
  }

  func willWrite(_ parameter: Parameter) { isWritten[parameter.number] = true }

  func willWriteAny() {
    for number in isWritten.indices { isWritten[number] = true }
  }

  func keep(_ dy: Tensor, times x: PackedMatrix, for parameter: Parameter) {
    contributions[parameter.number].append(.product(dy: dy, x: x))
  }

  func keep(_ dy: Tensor, at indices: [Int], for parameter: Parameter) {
    contributions[parameter.number].append(.rows(dy: dy, indices: indices))
  }
}
