public import Neural
internal import Synchronization
public import Tensors

/// Weights laid out for inference, and the memory that scorers with them have used and left.
public final class InferenceWeights: Sendable {
  /// The flat buffer; parts of it that are multiplied with may be there in packed form alone.
  public let weights: Tensor
  private let packed: PackedWeights
  private let idle = Mutex<[ScorerGraphs]>([])

  /// - Parameters:
  ///   - weights: flat, cut by the table.
  ///   - int8: matrices of 8 bits by the names of their parameters, in place of those in the flat buffer.
  ///   - takesWeights: whether nobody else needs the weights any more, which saves memory.
  public init(
    _ table: ParameterTable, weights: Tensor, int8: [String: Int8Matrix] = [:], workers: Workers,
    takesWeights: Bool = false
  ) {
    self.weights = weights
    packed = PackedWeights(
      table, weights: weights, int8: int8, for: .inference, workers: workers,
      takesWeights: takesWeights)
  }

  /// Weights that somebody else has packed and will not pack anew while this is used.
  init(weights: Tensor, packed: PackedWeights) {
    self.weights = weights
    self.packed = packed
  }

  /// An inference graph of its own.
  public func graph() -> Graph { Graph(weights: weights, packed: packed) }

  /// Memory for one scorer at a time, to be given back.
  public func borrow() -> ScorerGraphs {
    idle.withLock { $0.popLast() } ?? ScorerGraphs(weights: weights, packed: packed)
  }

  public func giveBack(_ graphs: ScorerGraphs) { idle.withLock { $0.append(graphs) } }
}
