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
  /// Where dropout masks come from; set anew for every piece of every update.
  public var generator: RandomGenerator
  private let weights: Tensor
  let packed: PackedWeights?
  private let weightGradients: Tensor?
  private let workspace = Workspace()
  private var tape: [() -> Void] = []
  private var companions: [Graph] = []
  /// Where inputs are packed for the gradients of weights, or quantized, one after the other.
  var packingRoom = Tensor(rows: 1, columns: 0)
  private(set) var unrolling: Unrolling?
  /// Matrices that `dropConnect` has masked for this pass, by their numbers.
  var maskedWeights: [Int: MaskedWeights] = [:]
  /// Rows of a product's factor that are taken at once.
  private static let stretchRows = 2048

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
    mode = gradients == nil ? .inference : .training
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
  public var buffers: Variable { Variable(value: weights, gradient: weightGradients) }

  /// A parameter's weights and gradient.
  public subscript(_ parameter: Parameter) -> Variable {
    Variable(
      value: parameter.cut(from: weights),
      gradient: weightGradients.map { parameter.cut(from: $0) })
  }

  /// The matrix as `dropConnect` has masked it; nil where it has not.
  func masked(_ weight: Parameter) -> MaskedWeights? {
    maskedWeights.isEmpty ? nil : maskedWeights[weight.number]
  }

  /// y = x·Wᵀ, or y += x·Wᵀ.
  func product(
    _ x: Tensor, with weight: Parameter, into y: Tensor, accumulate: Bool = false
  ) {
    if let matrix = masked(weight)?.forward ?? packed?.forward(weight) {
      forEachStretch(of: x) { rows in
        multiply(
          x.slice(rows), .plain, matrix, into: y.slice(rows), accumulate: accumulate)
      }
    } else if let matrix = packed?.int8(weight) {
      forEachStretch(of: x) { rows in
        multiply(
          x.slice(rows), matrix, into: y.slice(rows), accumulate: accumulate, room: &packingRoom)
      }
    } else {
      multiply(
        x, .plain, weight.cut(from: weights), .transposed, into: y, accumulate: accumulate)
    }
  }

  /// Rows of a table of vectors.
  func rows(of table: Parameter, _ indices: [Int], into y: Tensor) {
    if let matrix = packed?.int8(table) {
      for (row, index) in indices.enumerated() {
        matrix.unpack(row: index, into: y.slice(row..<row + 1))
      }
    } else {
      gatherRows(table.cut(from: weights), indices, into: y)
    }
  }

  /// dx += dy·W: what `product` means for the gradient of its input.
  ///
  /// - Parameter masked: the matrix as the product had it, where it was masked.
  func addProduct(
    _ dy: Tensor, with weight: Parameter, masked: MaskedWeights? = nil, to dx: Tensor
  ) {
    if let matrix = masked?.backward ?? packed?.backward(weight) {
      forEachStretch(of: dy) { rows in
        multiply(dy.slice(rows), .plain, matrix, into: dx.slice(rows), accumulate: true)
      }
    } else {
      multiply(dy, .plain, weight.cut(from: weights), .plain, into: dx, accumulate: true)
    }
  }

  /// Hands over the rows of a product's factor in stretches that stay in the cache: feature maps
  /// have a hundred thousand rows. Each number of a product is one chain of additions, so results
  /// do not depend on it.
  private func forEachStretch(of x: Tensor, _ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: x.rows, by: Self.stretchRows) {
      body(start..<min(start + Self.stretchRows, x.rows))
    }
  }

  /// dW += dyᵀ·x: what `product` means for the gradient of its weights.
  func addWeightGradient(_ dy: Tensor, _ x: Tensor, to dWeight: Tensor) {
    let room = PackedMatrix.room(depth: min(x.rows, Self.stretchRows), columns: x.columns)
    if packingRoom.count < room { packingRoom = Tensor(rows: 1, columns: room + room / 16) }
    forEachStretch(of: x) { rows in
      let input = PackedMatrix(depth: rows.count, columns: x.columns, in: packingRoom)
      input.pack(x.slice(rows), .plain, panels: 0..<input.panels)
      multiply(dy.slice(rows), .transposed, input, into: dWeight, accumulate: true)
    }
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

  /// Runs `body` once a step. Whatever it makes lies, step after step, in buffers of all steps, so that
  /// results come out whole and the gradient of a weight used in every step is one product.
  ///
  /// - Parameters:
  ///   - steps: the rows of each step in those buffers, in the order in which steps are taken.
  ///   - body: takes the step's number and returns variables it made, the same ones at every step.
  /// - Returns: what `body` returned, for all steps: [Σ rows, columns] each.
  public func unroll(
    _ steps: [Range<Int>], _ body: (Int) -> [Variable]
  ) -> [Variable] {
    precondition(unrolling == nil, "unrolled within an unrolled step")
    let total = steps.reduce(0) { max($0, $1.upperBound) }
    let unrolling = Unrolling(totalRows: total)
    self.unrolling = unrolling
    defer { self.unrolling = nil }
    var results: [Variable] = []
    for (number, rows) in steps.enumerated() {
      unrolling.begin(rows: rows, isFirst: number == 0)
      let outputs = body(number)
      if number == steps.count - 1 {
        results = outputs.map { output in
          guard let whole = unrolling.whole(of: output) else {
            preconditionFailure("an unrolled step returned what it did not make")
          }
          return whole
        }
      }
    }
    return results
  }

  /// Within `unroll`: the step's rows of a variable of all steps.
  public func stepRows(of whole: Variable) -> Variable {
    guard let unrolling else { preconditionFailure("no step is being unrolled") }
    return unrolling.stepRows(of: whole)
  }
}

/// The buffers of all steps while a graph is unrolled.
final class Unrolling {
  private let totalRows: Int
  private var range = 0..<0
  private(set) var isFirst = true
  private var made: [Variable] = []
  private var nextSlot = 0
  private var sequences: [Variable] = []

  init(totalRows: Int) { self.totalRows = totalRows }

  var rows: Int { range.count }

  func begin(rows: Range<Int>, isFirst: Bool) {
    range = rows
    nextSlot = 0
    self.isFirst = isFirst
  }

  func next(_ allocate: (Int) -> Variable) -> Variable {
    if nextSlot == made.count { made.append(allocate(totalRows)) }
    defer { nextSlot += 1 }
    return made[nextSlot].slice(range)
  }

  func stepRows(of whole: Variable) -> Variable {
    precondition(whole.rows == totalRows)
    if !sequences.contains(where: { $0.value.isSame(as: whole.value) }) { sequences.append(whole) }
    return whole.slice(range)
  }

  /// The variable of all steps that this step's `variable` is a part of, if it is.
  func whole(of variable: Variable) -> Variable? {
    guard variable.rows == range.count else { return nil }
    func holds(_ whole: Variable) -> Bool {
      whole.columns == variable.columns && whole.value.slice(range).isSame(as: variable.value)
    }
    return made.first(where: holds) ?? sequences.first(where: holds)
  }
}
