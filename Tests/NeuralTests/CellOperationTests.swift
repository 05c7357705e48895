import Neural
import Tensors
import TestSupport
import Testing

/// The fused parts of steps, with fewer, as many and more rows before than now, and with more units than go into one
/// vector register.
@Suite struct CellOperationTests {
  private static let units = 19

  /// The rows of a state, or of one that has none.
  private static func previous(_ x: [Variable], _ number: Int, _ graph: Graph) -> Variable {
    number < x.count ? x[number] : graph.make(rows: 0, columns: units)
  }

  private static func state(_ known: Int) -> [(Int, Int)] { known > 0 ? [(known, units)] : [] }

  @Test(arguments: [0, 2, 3, 5]) func peepholes(_ known: Int) {
    let units = Self.units
    OperationCheck(
      inputs: [(3, 4 * units)] + Self.state(known), parameters: [(1, 3 * units)]
    ) { graph, x, p in
      let gates = graph.duplicate(x[0])
      let cell = graph.peepholeCell(
        gates: gates, previous: Self.previous(x, 1, graph), weights: p[0])
      return Made(outputs: [cell, graph.lstmHidden(gates: gates, cell: cell)])
    }.check()
  }

  @Test(arguments: [0, 2, 3, 5]) func coupledGates(_ known: Int) {
    OperationCheck(inputs: [(3, 3 * Self.units)] + Self.state(known)) { graph, x, _ in
      let gates = graph.duplicate(x[0])
      let cell = graph.coupledCell(gates: gates, previous: Self.previous(x, 1, graph))
      return Made(outputs: [cell, graph.lstmHidden(gates: gates, cell: cell)])
    }.check()
  }

  @Test(arguments: [0, 2, 3, 5]) func resetAfterTheProduct(_ known: Int) {
    let units = Self.units
    OperationCheck(
      inputs: [(3, 3 * units), (3, 3 * units)] + Self.state(known), parameters: [(1, units)]
    ) { graph, x, p in
      Made(outputs: [
        graph.gruHidden(
          gates: graph.duplicate(x[0]), recurrent: graph.duplicate(x[1]), bias: p[0],
          previous: Self.previous(x, 2, graph))
      ])
    }.check()
  }

  /// Both halves, with something between them.
  @Test(arguments: [0, 2, 3, 5]) func resetBeforeTheProduct(_ known: Int) {
    let units = Self.units
    OperationCheck(
      inputs: [(3, 3 * units), (3, 2 * units), (3, units)] + Self.state(known)
    ) { graph, x, _ in
      let (gates, recurrent) = (graph.duplicate(x[0]), graph.duplicate(x[1]))
      let reset = graph.gruReset(gates: gates, recurrent: recurrent, hidden: x[2])
      let hidden = graph.gruHidden(
        gates: gates, recurrent: recurrent, candidate: graph.sum(reset, reset),
        previous: Self.previous(x, 3, graph))
      return Made(outputs: [hidden, reset])
    }.check()
  }

  @Test func tangentInPlace() {
    OperationCheck(inputs: [(3, Self.units)]) { graph, x, _ in
      let y = graph.duplicate(x[0])
      graph.tanhInPlace(y)
      return Made(outputs: [y, graph.sum(y, y)])
    }.check()
  }

  @Test(arguments: [0, 2, 3, 5]) func zoneout(_ known: Int) {
    OperationCheck(inputs: [(3, Self.units)] + Self.state(known)) { graph, x, _ in
      Made(outputs: [
        graph.zoneout(x[0], previous: Self.previous(x, 1, graph), rate: 0.4)
      ])
    }.check(hasDropout: true)
  }

  /// In training numbers stay or change, and those that stay are the very same; in inference all go a part of the way.
  @Test func zoneoutKeepsNumbersOrTheirExpectation() {
    let updated = randomTensor(rows: 40, columns: 50)
    let previous = randomTensor(rows: 30, columns: 50, seed: 2)
    let gradients = Tensor(rows: 1, columns: 1)
    let weights = Tensor(rows: 1, columns: 1)
    let training = Graph(weights: weights, gradients: gradients)
    let (new, old) = (Variable(constant: updated), Variable(constant: previous))
    let found = training.zoneout(new, previous: old, rate: 0.3).value
    var kept = 0
    for row in 0..<40 {
      for column in 0..<50 {
        let before = row < 30 ? previous[row, column] : 0
        let (value, after) = (found[row, column], updated[row, column])
        #expect(value == before || value == after)
        if value == before { kept += 1 }
      }
    }
    #expect(abs(Double(kept) / 2000 - 0.3) < 0.04)
    // Another step draws anew.
    #expect(training.zoneout(new, previous: old, rate: 0.3).value.values != found.values)
    let expected = Graph(weights: weights).zoneout(new, previous: old, rate: 0.3).value
    #expect(abs(expected[3, 4] - (0.3 * previous[3, 4] + 0.7 * updated[3, 4])) < 1e-6)
    #expect(abs(expected[35, 4] - 0.7 * updated[35, 4]) < 1e-6)
    // Where nothing is kept nothing is made, and nothing drawn.
    var before = training.generator
    #expect(training.zoneout(new, previous: old, rate: 0).value.isSame(as: updated))
    #expect(training.generator.next() == before.next())
  }
}
