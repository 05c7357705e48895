internal import Tensors

extension Graph {
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
