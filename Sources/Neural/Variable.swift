public import Tensors

/// A value on the tape and, in training, its gradient: two tensors of one shape.
///
/// Slices alias both, so a step that works in place on its rows of a hoisted projection leaves its
/// gradient where the projection will look for it.
public struct Variable: Sendable {
  public let value: Tensor
  /// Zero when made, added to by every use; nil in inference.
  public let gradient: Tensor?

  public init(value: Tensor, gradient: Tensor?) {
    self.value = value
    self.gradient = gradient
  }

  /// A value that takes no gradient.
  public init(constant value: Tensor) { self.init(value: value, gradient: nil) }

  public var rows: Int { value.rows }
  public var columns: Int { value.columns }

  /// Rows `range`, sharing memory.
  public func slice(_ range: Range<Int>) -> Variable {
    Variable(value: value.slice(range), gradient: gradient?.slice(range))
  }
}
