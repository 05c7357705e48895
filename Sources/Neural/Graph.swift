public import Tensors

/// The tape of one forward pass: operations compute at once and, in training, leave behind what will
/// add their gradients when the tape runs backward.
///
/// A graph belongs to one thread. Its memory is lent by its workspace and taken back by `reset`.
public final class Graph {
  public enum Mode: Sendable, Equatable {
    /// Operations are recorded; dropout applies.
    case training
    /// Nothing is recorded.
    case inference
  }

  public let mode: Mode
  /// Whether training draws masks. Without, it computes with the expectation as inference does, and what flows backward
  /// is the gradient of that.
  public var isStochastic = true
  /// Where dropout masks come from; set anew for every piece of every update.
  public var generator: RandomGenerator
  let weights: Tensor
  let packed: PackedWeights?
  private let weightGradients: Tensor?
  /// Where gradients of weight matrices are kept for later; nil where they are added to at once.
  let deferred: DeferredGradients?
  private let workspace: Workspace
  private var tape: [() -> Void] = []
  private var companions: [Graph] = []
  /// Where inputs are packed for the gradients of weights, or quantized, one after the other.
  var packingRoom = Tensor(rows: 1, columns: 0)
  var unrolling: Unrolling?
  /// Matrices that `dropConnect` has masked for this pass, by their numbers.
  var maskedWeights: [Int: MaskedWeights] = [:]

  /// - Parameters:
  ///   - weights: the flat buffer parameters are cut from.
  ///   - packed: the same weights packed, which products are then made with.
  ///   - gradients: a buffer of the same length that backward adds to; nil makes an inference graph.
  public init(
    weights: Tensor, packed: PackedWeights? = nil, gradients: Tensor? = nil,
    generator: RandomGenerator = .init(seed: 0)
  ) {
    precondition(gradients == nil || gradients?.count == weights.count)
    self.weights = weights
    self.packed = packed
    self.weightGradients = gradients
    self.generator = generator
    deferred = nil
    mode = gradients == nil ? .inference : .training
    workspace = Workspace()
  }

  /// A training graph that leaves to others what can be left of the gradients of weight matrices.
  ///
  /// - Parameters:
  ///   - gradients: a buffer that backward adds all else to.
  ///   - deferred: takes what is left.
  package init(
    weights: Tensor, packed: PackedWeights? = nil, gradients: Tensor, deferred: DeferredGradients
  ) {
    precondition(gradients.count == weights.count)
    self.weights = weights
    self.packed = packed
    weightGradients = gradients
    self.deferred = deferred
    generator = RandomGenerator(seed: 0)
    mode = .training
    workspace = Workspace(inHugePages: true)
  }

  /// Inference graphs on the same weights, each with memory of its own, which stays with this graph.
  ///
  /// - Returns: `count` of them, the same ones at every call, reset.
  public func companions(_ count: Int) -> [Graph] {
    while companions.count < count { companions.append(Graph(weights: weights, packed: packed)) }
    for companion in companions.prefix(count) { companion.reset() }
    return Array(companions.prefix(count))
  }

  /// Numbers the workspace holds.
  public var workspaceCapacity: Int { workspace.capacity }

  /// Forgets the tape and takes back all memory lent.
  public func reset() {
    tape.removeAll(keepingCapacity: true)
    maskedWeights.removeAll()
    unrolling = nil
    deferred?.reset()
    workspace.reset()
  }

  /// Forgets the tape and gives all memory back.
  public func releaseMemory() {
    reset()
    companions.removeAll()
    workspace.release()
    packingRoom = Tensor(rows: 1, columns: 0)
  }

  /// The flat buffers of weights and gradients.
  public var buffers: Variable {
    deferred?.willWriteAny()
    return Variable(value: weights, gradient: weightGradients)
  }

  /// A parameter's weights and gradient.
  public subscript(_ parameter: Parameter) -> Variable {
    deferred?.willWrite(parameter)
    return Variable(
      value: parameter.cut(from: weights),
      gradient: weightGradients.map { parameter.cut(from: $0) })
  }

  /// A new variable of unspecified value and zero gradient, [rows, columns]. Within `unroll` its rows
  /// are those of the step in a buffer of all steps.
  public func make(rows: Int, columns: Int) -> Variable {
    if let unrolling, rows == unrolling.rows {
      return unrolling.next { total in lend(rows: total, columns: columns) }
    }
    return lend(rows: rows, columns: columns)
  }

  /// Memory for values without a gradient, of unspecified value until the graph is reset.
  public func scratch(rows: Int, columns: Int) -> Tensor {
    workspace.lend(rows: rows, columns: columns)
  }

  private func lend(rows: Int, columns: Int) -> Variable {
    Variable(
      value: workspace.lend(rows: rows, columns: columns),
      gradient: mode == .training ? workspace.lendZeros(rows: rows, columns: columns) : nil)
  }

  /// Leaves behind what adds an operation's gradients.
  func record(_ backward: @escaping () -> Void) {
    if mode == .training { tape.append(backward) }
  }

  /// Runs the tape backward from the gradients already set.
  public func backward() {
    while let operation = tape.popLast() { operation() }
    maskedWeights.removeAll()
  }
}
