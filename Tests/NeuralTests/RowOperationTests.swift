import Neural
import Tensors
import TestSupport
import Testing

func randomRows(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Variable {
  Variable(constant: randomTensor(rows: rows, columns: columns, seed: seed))
}

@Suite struct RowOperationTests {
  @Test func lookup() {
    OperationCheck(inputs: [], parameters: [(6, 5)]) { graph, _, p in
      Made(outputs: [graph.lookup(p[0], [3, 0, 3, 3, 5, 1, 2, 4])])
    }.check()
  }

  @Test func gatherWithRepeats() {
    OperationCheck(inputs: [(5, 3)]) { graph, x, _ in
      Made(outputs: [graph.gather(x[0], [4, 4, 0, 1, 2, 4, 3])])
    }.check()
  }

  @Test func concatenate() {
    OperationCheck(inputs: [(4, 3), (4, 9), (4, 1)]) { graph, x, _ in
      Made(outputs: [graph.concatenate(x), graph.concatenate([x[1], x[1]])])
    }.check()
  }

  @Test func sum() {
    OperationCheck(inputs: [(4, 3), (4, 3)]) { graph, x, _ in
      Made(outputs: [graph.sum(x[0], x[1]), graph.sum(x[0], x[0])])
    }.check()
  }

  /// Fewer rows than before, as many, and more; with and without a mask.
  @Test(arguments: [2, 4, 7], [false, true]) func carry(_ rows: Int, _ masked: Bool) {
    OperationCheck(inputs: [(4, 3)]) { graph, x, _ in
      let mask = masked ? randomTensor(rows: 8, columns: 3, seed: 3) : nil
      let carried = graph.carry(x[0], rows: rows, mask: mask)
      for row in min(rows, 4)..<rows {
        for column in 0..<3 { #expect(carried.value[row, column] == 0) }
      }
      return Made(outputs: [carried])
    }.check()
  }

  @Test func carryFromNothing() {
    let graph = Graph(
      weights: Tensor(rows: 1, columns: 1), gradients: Tensor(rows: 1, columns: 1))
    let none = graph.make(rows: 0, columns: 3)
    for mask in [nil, randomTensor(rows: 5, columns: 3)] {
      #expect(
        graph.carry(none, rows: 5, mask: mask).value.values == [Float](repeating: 0, count: 15))
    }
    graph.backward()
  }

  @Test func plainDropout() {
    OperationCheck(inputs: [(6, 5)]) { graph, x, _ in
      Made(outputs: [graph.dropout(x[0], mask: graph.dropoutMask(rows: 6, columns: 5, rate: 0.4))])
    }.check(hasDropout: true)
  }

  @Test func dropoutASequence() throws {
    let steps = [0..<4, 4..<7, 7..<8]
    OperationCheck(inputs: [(8, 5)]) { graph, x, _ in
      let mask = graph.dropoutMask(rows: 4, columns: 5, rate: 0.4)
      return Made(outputs: [graph.dropout(x[0], mask: mask, steps: steps)])
    }.check(hasDropout: true)

    let graph = Graph(
      weights: Tensor(rows: 1, columns: 1), gradients: Tensor(rows: 1, columns: 1))
    let x = randomRows(8, 5)
    let mask = try #require(graph.dropoutMask(rows: 4, columns: 5, rate: 0.4))
    let y = graph.dropout(x, mask: mask, steps: steps)
    for rows in steps {
      for row in rows {
        for column in 0..<5 {
          #expect(
            y.value[row, column] == x.value[row, column] * mask[row - rows.lowerBound, column])
        }
      }
    }
  }

  @Test func nothingIsDroppedOutsideTrainingOrAtRateZero() {
    let buffer = Tensor(rows: 1, columns: 1)
    #expect(Graph(weights: buffer).dropoutMask(rows: 2, columns: 3, rate: 0.5) == nil)
    let training = Graph(weights: buffer, gradients: Tensor(rows: 1, columns: 1))
    #expect(training.dropoutMask(rows: 2, columns: 3, rate: 0) == nil)
    let x = randomRows(2, 3)
    #expect(training.dropout(x, mask: nil).value.isSame(as: x.value))
  }

  @Test(arguments: [false, true], [false, true]) func layerNormalized(
    _ shifted: Bool, _ added: Bool
  ) {
    OperationCheck(
      inputs: [(4, 9)] + (added ? [(4, 9)] : []), parameters: [(1, 9)] + (shifted ? [(1, 9)] : [])
    ) { graph, x, p in
      let target = added ? graph.duplicate(x[1]) : nil
      return Made(outputs: [
        graph.layerNormalized(x[0], gain: p[0], shift: shifted ? p[1] : nil, addedTo: target)
      ])
    }.check()
  }
}
