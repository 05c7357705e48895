import Tensors
import TestSupport
import Testing

@Suite struct SelectionTests {
  private func sorted(_ count: Int, _ values: [Float]) -> [Candidate] {
    let all = values.enumerated().filter { !$0.element.isNaN }
      .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
    return all.prefix(count).map { Candidate(index: $0.offset, value: $0.element) }
  }

  @Test(arguments: [1, 7, 8, 9, 31, 32, 33, 500], [0, 1, 5, 64, 65, 1000]) func agreesWithSorting(
    _ width: Int, _ count: Int
  ) {
    let x = randomTensor(rows: 3, columns: width)
    // Equal numbers, numbers that are none, and minus infinity are all there.
    x.withMutableValues { values in
      for index in values.indices {
        if index % 3 == 0 { values[index] = (values[index] * 2).rounded() }
        if index % 17 == 4 { values[index] = .nan }
        if index % 13 == 5 { values[index] = -.infinity }
      }
    }
    for row in 0..<3 {
      let found = largest(count, of: x, row: row)
      #expect(found == sorted(count, x.slice(row..<row + 1).values))
    }
  }

  @Test func nothingButNaNGivesNothing() {
    #expect(largest(3, of: Tensor(rows: 1, columns: 4, [.nan, .nan, .nan, .nan]), row: 0).isEmpty)
    let rest = largest(3, of: Tensor(rows: 1, columns: 3, [-.infinity, .nan, 1]), row: 0)
    #expect(rest.map(\.index) == [2, 0])
  }

  @Test(arguments: [1, 7, 9, 33, 300], [0, 1, 4, 10]) func bestOfSeveralRows(
    _ width: Int, _ count: Int
  ) {
    let x = randomTensor(rows: 4, columns: width)
    x[2, 0] = .infinity
    x[3, width - 1] = .nan
    let bases = [-1.5, 0, -0.25, -3]
    var selection = RowSelection()
    selection.reset(count: count)
    for row in 0..<4 { selection.add(row: row, of: x, base: bases[row]) }
    var expected: [(total: Double, order: Int)] = []
    for row in 0..<4 {
      for column in 0..<width where x[row, column].isFinite {
        expected.append((bases[row] + Double(x[row, column]), row * width + column))
      }
    }
    expected.sort { ($1.total, $0.order) < ($0.total, $1.order) }
    let places = selection.choices.map { Int($0.row) * width + Int($0.column) }
    #expect(places == expected.prefix(count).map(\.order))
    for choice in selection.choices {
      #expect(choice.total == bases[Int(choice.row)] + Double(choice.value))
    }
  }
}
